import { HoldfastError } from '../../protocol/errors.js';
import type { MessageIds } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import type { LetterRow, Position, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import { composeRedriven, type LetterOrigin, memberOf } from '../publish/compose.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Log } from '../publish/log.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';

export interface RedrivesParts {
  store: Store;
  topics: Topics;
  commit: GroupCommit;
  log: Log;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

export interface RedriveCount {
  redriven: number;
  /** Letters that stay because their topic is gone. */
  skipped: number;
}

/**
 * Puts dead letters back into the queue that had given them up. Each becomes a message for that subscription alone, in
 * the transaction in which it leaves the dead-letter topic: a crash leaves the one or the other (invariant 1).
 */
export class Redrives {
  readonly #parts: RedrivesParts;

  constructor(parts: RedrivesParts) {
    this.#parts = parts;
  }

  async one(subscription: Subscription, msgId: string): Promise<void> {
    const position = this.#parts.ids.decode(msgId);
    const [letter] = position === null ? [] : await this.#read(subscription, position - 1, 1);
    if (letter?.position !== position || !letter || this.#isExpired(letter)) throw noSuchLetter(msgId);
    const topic = this.#topicOf(letter);
    if (!topic) throw topicGone(letter);
    if ((await this.#putBack(subscription, [[letter, topic]])) === 0) throw noSuchLetter(msgId);
  }

  /** All that there are now, oldest first, in steps. One that fails again meanwhile is a new letter, and stays. */
  async all(subscription: Subscription): Promise<RedriveCount> {
    const upto = this.#parts.commit.committed;
    const count = { redriven: 0, skipped: 0 };
    for (let after: Position = 0; after < upto && !subscription.isDeleted; ) {
      const letters = await this.#read(subscription, after, this.#parts.limits.redrive_messages);
      const old = letters.filter(letter => letter.position <= upto && !this.#isExpired(letter));
      const placed = old.flatMap((letter): [LetterRow, Topic][] => {
        const topic = this.#topicOf(letter);
        return topic ? [[letter, topic]] : [];
      });
      count.skipped += old.length - placed.length;
      if (placed.length > 0) count.redriven += await this.#putBack(subscription, placed);
      after = letters.at(-1)?.position ?? upto;
    }
    return count;
  }

  #read({ id: subId }: Subscription, after: Position, limit: number): Promise<LetterRow[]> {
    return this.#parts.store.readLetters({ subId, after, limit, limitChars: this.#parts.limits.page_bytes });
  }

  /** Answers how many; one that somebody else has put back meanwhile is not among them. */
  #putBack({ id: subId }: Subscription, placed: [LetterRow, Topic][]): Promise<number> {
    const nowMicros = this.#parts.clock.nowMicros();
    const letters = placed.map(([{ position, priority, body, origin }, topic]) => {
      const composed = composeRedriven(body, JSON.parse(origin) as LetterOrigin, topic, nowMicros);
      return { position, topicId: topic.id, priority, ...composed };
    });
    return this.#parts.commit.submit({ kind: 'redrive', subId, letters }, ({ entered }) => {
      const put = letters.filter((_, index) => entered[index] !== null);
      for (const priority of new Set(put.map(letter => letter.priority))) this.#parts.log.addressed([subId], priority);
      this.#parts.counters.redriven += put.length;
      return put.length;
    });
  }

  #isExpired({ expiresAt }: LetterRow): boolean {
    return expiresAt <= this.#parts.clock.nowMs();
  }

  #topicOf(letter: LetterRow): Topic | undefined {
    return this.#parts.topics.find(topicNameOf(letter));
  }
}

function topicNameOf({ body }: LetterRow): string {
  return (JSON.parse(memberOf(body, 'dead_letter') ?? '{}') as { topic_name: string }).topic_name;
}

function noSuchLetter(msgId: string): HoldfastError {
  return new HoldfastError(
    'not_found',
    `The subscription has no dead letter ${msgId}. It may have expired or been put back, be another subscription's, or be from before the broker kept whose a dead letter is.`,
  );
}

function topicGone(letter: LetterRow): HoldfastError {
  const reason = 'its topic is gone';
  return new HoldfastError(
    'conflict',
    `The dead letter cannot be put back: ${reason}. Create ${topicNameOf(letter)} first.`,
    { reason },
  );
}
