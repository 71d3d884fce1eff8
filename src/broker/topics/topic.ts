import type { Position, Priority } from '../../store/store.js';
import type { Message } from '../message.js';
import type { Gate } from './gate.js';
import type { TopicOptions } from './topic-options.js';

/** The recent messages of one topic and priority, kept for subscriptions that are attached and reading. */
export interface Tail {
  /** Every message after this position is in `messages`. */
  since: Position;
  /** In rising position. */
  messages: Message[];
}

/** A topic: a name under which messages are published, with the tails of its log that are in memory. */
export class Topic {
  readonly id: number;
  readonly name: string;
  /** The name as it is written in a message. */
  readonly nameJson: string;
  options: Readonly<TopicOptions>;
  /** Its name is another's, and what it had is nobody's; whoever still knows it forgets it. */
  isDeleted = false;
  /** What its messages have to pass; null: it takes all. */
  gate: Gate | null = null;
  /** The position of the last message; until there is one, the position at which the process started. */
  last: Position;
  /** There is nothing to sweep of what came up to here; Infinity while it is known who needs all that is there. */
  sweepAfter: Position = -1;
  /** What came after it waits for the first subscription that names the topic; null: it keeps nothing. */
  keptFrom: Position | null = null;
  /** By priority: what lies up to here is settled, and in the log for its retention only. Null: there is no such thing. */
  settledTo: readonly Position[] | null = null;
  /** Unix microseconds, or 0 if nothing was published since the start. */
  lastPublishedMicros = 0;
  #tails: (Tail | undefined)[] | null = null;

  constructor(id: number, name: string, options: Readonly<TopicOptions>, last: Position) {
    this.id = id;
    this.name = name;
    this.nameJson = JSON.stringify(name);
    this.options = options;
    this.last = last;
  }

  tail(priority: Priority): Tail | undefined {
    return this.#tails?.[priority];
  }

  get hasTails(): boolean {
    return this.#tails !== null;
  }

  /** A message was committed while someone listens. */
  append(message: Message): void {
    this.#tails ??= new Array<Tail | undefined>(10).fill(undefined);
    const tail = this.#tails[message.priority];
    if (tail) tail.messages.push(message);
    else this.#tails[message.priority] = { since: this.last, messages: [message] };
    this.last = message.position;
  }

  /** Forgets the tails. A reader that was not done finds their messages in the store. Answers the bytes let go. */
  forgetTails(keep: boolean): number {
    let bytes = 0;
    for (const tail of this.#tails ?? []) {
      for (const message of tail?.messages ?? []) bytes += message.body.length;
      if (tail && tail.messages.length > 0) {
        tail.since = tail.messages[tail.messages.length - 1]!.position;
        tail.messages = [];
      }
    }
    if (!keep) this.#tails = null;
    return bytes;
  }
}
