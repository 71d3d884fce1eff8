import type { Limits } from '../../protocol/limits.js';
import type { Position, TimeMark } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { GroupCommit } from '../publish/group-commit.js';

export interface PositionClockParts {
  commit: GroupCommit;
  clock: Clock;
  limits: Limits;
}

/**
 * Turns a time into a position. Messages have no index by time, and need none: now and then, if something was committed,
 * it is noted that everything up to the last position came before now. The notes are on disk, coarse, and bounded in
 * number: the older they are, the further they lie apart.
 */
export class PositionClock {
  readonly #parts: PositionClockParts;
  #marks: TimeMark[];
  #isMarking = false;

  constructor(parts: PositionClockParts, marks: readonly TimeMark[]) {
    this.#parts = parts;
    this.#marks = [...marks];
  }

  /** Everything up to this position came before `timeMs` (Unix milliseconds); what came later lies after it. 0: not known. */
  before(timeMs: number): Position {
    return this.#marks[this.#countUpTo(timeMs) - 1]?.position ?? 0;
  }

  /** Nothing after this position came before `timeMs` or at it. Null: there is no note of a later time. */
  notBefore(timeMs: number): Position | null {
    return this.#marks[this.#countUpTo(timeMs)]?.position ?? null;
  }

  /** How many notes are of that time or earlier ones. */
  #countUpTo(timeMs: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#marks[middle]!.at <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes a note if it is time for one and something came since the last. Resolves when it is on disk. */
  async tick(): Promise<void> {
    const { commit, clock, limits } = this.#parts;
    const last = this.#marks.at(-1) ?? { position: 0, at: Number.NEGATIVE_INFINITY };
    const at = clock.nowMs();
    // A clock that was set back makes no notes until it is past the last one: they are to rise in both.
    if (this.#isMarking || commit.committed <= last.position || at < last.at + limits.time_mark_ms) return;
    this.#isMarking = true;
    try {
      const forget = this.#surplus();
      await commit.submit({ kind: 'mark_time', at, forget }, ({ position }) => {
        const gone = new Set(forget);
        this.#marks = this.#marks.filter(mark => !gone.has(mark.position));
        this.#marks.push({ position, at });
      });
    } finally {
      this.#isMarking = false;
    }
  }

  #surplus(): Position[] {
    const { length } = this.#marks;
    if (length < this.#parts.limits.time_marks_max) return [];
    return this.#marks.slice(0, length >> 1).flatMap(({ position }, index) => (index % 2 === 1 ? [position] : []));
  }
}
