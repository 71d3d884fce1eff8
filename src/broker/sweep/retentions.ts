import type { Limits } from '../../protocol/limits.js';
import type { Position } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { PositionClock } from '../topics/position-clock.js';
import type { Topic } from '../topics/topic.js';

export interface RetentionsParts {
  positionClock: PositionClock;
  clock: Clock;
  limits: Limits;
}

/** What is settled goes at most so much later than it might: one part in so many of the retention. */
const partLater = 100;

/**
 * Keeps what is settled in the log for as long as its topic wants. No message is timed: it may go if it lies below the
 * position that the clock of positions has for that time, and whoever has to wait is looked at again some time later.
 */
export class Retentions {
  readonly #parts: RetentionsParts;
  /** Topics with something that is settled and stays, and when to look again (Unix milliseconds). */
  readonly #waiting = new Map<Topic, number>();

  constructor(parts: RetentionsParts) {
    this.#parts = parts;
  }

  /** Up to where what is settled may go; everything up to `settledTo`, by priority, is settled. */
  bound(topic: Topic, settledTo: readonly Position[]): Position {
    const { limit_retention: seconds } = topic.options;
    if (seconds === 0) {
      topic.settledTo = null;
      return Infinity;
    }
    const { clock, limits, positionClock } = this.#parts;
    const now = clock.nowMs();
    topic.settledTo = settledTo;
    this.#waiting.set(topic, now + Math.max(limits.time_mark_ms, (seconds * 1000) / partLater));
    return positionClock.before(now - seconds * 1000);
  }

  /** The topics to look at again now. */
  takeDue(): Topic[] {
    if (this.#waiting.size === 0) return [];
    const now = this.#parts.clock.nowMs();
    const due = [...this.#waiting].filter(([, dueMs]) => dueMs <= now).map(([topic]) => topic);
    for (const topic of due) this.#waiting.delete(topic);
    return due;
  }
}
