import type { Append, Settled } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { OverlayEntry } from '../lanes/overlay.js';
import type { Message } from '../message.js';
import { addMessage, emptyAppend } from '../publish/append.js';
import { composeDeadLetter, originOf } from '../publish/compose.js';
import type { Log } from '../publish/log.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';

export const deadLetterTopic = '/holdfast/dead-letter';

/** What is to be committed together with what leaves a queue, and what to do once it is. */
export interface Letters {
  append: Append;
  /** For each, what it takes to put it back. */
  origins: string[];
  apply(settled: Settled): void;
}

/** Puts what failed too often under the dead-letter topic, in the transaction with which it leaves its queue. */
export class DeadLetters {
  readonly #topics: Topics;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counters: Counters;

  constructor(topics: Topics, log: Log, clock: Clock, counters: Counters) {
    this.#topics = topics;
    this.#log = log;
    this.#clock = clock;
    this.#counters = counters;
  }

  /** Takes the entries out of the overlay, and answers what is to be committed together with that. */
  of(subscription: Subscription, exhausted: [OverlayEntry, Message][]): Letters | null {
    if (exhausted.length === 0) return null;
    const append = emptyAppend();
    const origins: string[] = [];
    const topic = this.#topics.get(deadLetterTopic);
    for (const [entry, message] of exhausted) {
      subscription.removeEntry(entry);
      const failedIn = this.#topics.byId(message.topicId);
      // A dead letter of a dead letter would go round for ever (invariant 9).
      if (failedIn === topic) this.#counters.deadLettersDropped += 1;
      else {
        const { priority } = message;
        addMessage(append, { topic, priority, ...this.#compose(subscription, entry, message, failedIn, topic) });
        origins.push(JSON.stringify(originOf(message.body)));
      }
    }
    this.#counters.deadLettered += append.bodies.length;
    return { append, origins, apply: settled => this.#entered(append, settled, topic) };
  }

  #compose(subscription: Subscription, entry: OverlayEntry, message: Message, failedIn: Topic, topic: Topic) {
    const letter = {
      reason: 'delivery_max_retry',
      attempts: entry.attempts,
      last_error: entry.lastError,
      sub_name: subscription.name,
      topic_name: failedIn.name,
    };
    return composeDeadLetter(message.body, letter, topic, this.#clock.nowMicros());
  }

  #entered(append: Append, { deadLetters }: Settled, topic: Topic): void {
    if (!deadLetters) return;
    for (const [index, priority] of append.priorities.entries()) {
      this.#log.entered(topic, deadLetters.first + index, priority);
    }
  }
}
