import { isFull } from '../../protocol/errors.js';
import type { Store, UseRow } from '../../store/store.js';
import type { Clock } from '../clock.js';
import { paced } from '../sweep/pace.js';
import type { Topic } from '../topics/topic.js';
import type { Uses } from './uses.js';

export interface InactivityParts {
  store: Store;
  uses: Uses;
  clock: Clock;
  /** Takes the topic from the subscription, if nobody has come for it meanwhile. */
  end: (subId: number, topicName: string) => Promise<void>;
}

/** A round around the subscriptions of a topic. */
interface Round {
  /** The uptime at which the next one begins. */
  nextAt: number;
  /** Up to which id this one has come; null: there is none under way. */
  afterId: number | null;
}

/** A subscription ends at most so much later than it might: one part in so many of its topic's limit. */
const partLater = 10;
const roundMsMin = 1_000;
const roundMsMax = 3_600_000;
/** After a start, those who come back have so long, or as long as the limit if that is less. */
const returnMs = 60_000;
const listedAtOnce = 500;
const endedAtOnce = 20;

/**
 * Takes a topic with a `limit_sub_inactivity` from subscriptions that have it by its name and that nobody has used for
 * so long. It goes round them now and then in bounded steps; where no topic has the limit, it does nothing.
 */
export class Inactivity {
  readonly #parts: InactivityParts;
  readonly #rounds = new Map<Topic, Round>();
  readonly #over: { row: UseRow; topic: Topic }[] = [];

  constructor(parts: InactivityParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { uses } = this.#parts;
    if (!uses.isNoted) return;
    uses.look();
    for (const topic of this.#rounds.keys()) if (!uses.topics.has(topic)) this.#rounds.delete(topic);
    for (const topic of uses.topics) {
      const round = this.#rounds.get(topic);
      if (!round) this.#rounds.set(topic, { nextAt: 0, afterId: 0 });
      else if (round.afterId === null && round.nextAt <= uses.now) round.afterId = 0;
    }
  }

  /** Writes notes, ends some, or looks at some. False: there was nothing to do. */
  async step(): Promise<boolean> {
    const { uses, clock } = this.#parts;
    // First of all, so that what is read is as new as what is not fresh.
    if (uses.isDue && (await this.#write())) return true;
    if (this.#over.length > 0) await paced(clock, () => this.#end());
    else return this.#lookFurther();
    return true;
  }

  /** False: the disk is full. The notes wait for the next pass, and the sweep goes on, which makes room. */
  async #write(): Promise<boolean> {
    try {
      await paced(this.#parts.clock, () => this.#parts.uses.write());
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
      return false;
    }
  }

  async #lookFurther(): Promise<boolean> {
    for (const [topic, round] of this.#rounds) {
      if (round.afterId === null) continue;
      await paced(this.#parts.clock, () => this.#goOn(topic, round, round.afterId!));
      return true;
    }
    return false;
  }

  async #goOn(topic: Topic, round: Round, afterId: number): Promise<void> {
    const { store, uses } = this.#parts;
    const rows = await store.listUses({ pattern: topic.name, afterId, limit: listedAtOnce });
    for (const row of rows) if (this.#isOver(row, topic)) this.#over.push({ row, topic });
    round.afterId = rows.length < listedAtOnce ? null : rows.at(-1)!.subId;
    round.nextAt = uses.now + Math.min(Math.max(limitMs(topic) / partLater, roundMsMin), roundMsMax);
  }

  #isOver({ subId, usedAt }: UseRow, topic: Topic): boolean {
    const { uses } = this.#parts;
    if (uses.isFresh(subId)) return false;
    if (uses.isInUse(subId) !== (usedAt === null)) {
      // It has come into use before uses were noted, or the process that noted it was killed: the use ends now.
      uses.note({ id: subId });
      return false;
    }
    return (
      usedAt !== null &&
      uses.idleMs(usedAt) >= limitMs(topic) &&
      uses.now - uses.startedAt >= Math.min(limitMs(topic), returnMs)
    );
  }

  async #end(): Promise<void> {
    // There may be many, and the options may have changed since.
    const over = this.#over.splice(0, endedAtOnce).filter(({ row, topic }) => this.#isOver(row, topic));
    await Promise.all(over.map(({ row, topic }) => this.#parts.end(row.subId, topic.name)));
  }
}

/** Infinite once the topic has no limit. */
function limitMs({ isDeleted, options: { limit_sub_inactivity: seconds } }: Topic): number {
  return isDeleted || seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000;
}
