import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Position } from '../../store/store.js';
import type { Stretch } from '../subscriptions/stretches.js';
import type { Topic } from '../topics/topic.js';
import { type Claim, listOf } from './claims.js';

/**
 * The low-water mark of one topic while it is looked for: for each priority the position up to which everyone who may see
 * it has settled it. It is taken from what is on disk, which is never ahead of what is true, so nothing is removed that
 * someone still needs. The look ends early once nothing is left that could be removed.
 */
export class LowWater {
  readonly topic: Topic;
  /** Where the look began: who subscribes later starts above it. */
  readonly start: Position;
  /** By priority: there is no message up to here. */
  readonly #floor: Position[];
  readonly #mark: Position[];
  /** By priority: the subscription that has settled up to the mark and no further, or 0. */
  readonly #witnesses = listOf(0);
  /** By priority: up to where nothing more can go than up to the mark, until the witness moves. Mostly Infinity. */
  readonly #ends: Position[];

  /** `heads`: the first message of each lane, Infinity if there is none. */
  constructor(topic: Topic, heads: readonly Position[], start: Position) {
    this.topic = topic;
    this.start = start;
    this.#floor = heads.map(head => Math.min(head - 1, start));
    this.#mark = listOf(start);
    this.#ends = listOf(start);
  }

  /** Lowers the mark to where the first of the visible stretches has something that may be owed. */
  lower(claim: Claim, rights: readonly Stretch[]): void {
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      if (claim.from[p]! > this.#mark[p]!) continue;
      const from = Math.max(claim.from[p]!, this.#floor[p]!);
      for (const right of rights) {
        const settledTo = Math.max(from, right.from);
        const end = Math.min(claim.to, right.to);
        if (settledTo >= end) continue;
        if (settledTo < this.#mark[p]! || (settledTo === this.#mark[p] && this.#witnesses[p] === 0)) {
          this.#mark[p] = settledTo;
          this.#witnesses[p] = claim.subIds[p]!;
          this.#ends[p] = end;
        }
        break;
      }
    }
  }

  /** True if there is no message at all. */
  get isEmpty(): boolean {
    return this.#floor.every((floor, p) => p < priorityMin || floor >= this.start);
  }

  /** True if nothing can go: in each priority somebody needs the first message, or would if there were one. */
  get isHeld(): boolean {
    return this.isWitnessed && !this.hasMore;
  }

  /** True if there is somebody in each priority who holds the mark, so that it stays as long as they do. */
  get isWitnessed(): boolean {
    return this.#witnesses.every((id, p) => p < priorityMin || id !== 0);
  }

  /** The witnesses, until they move, hold nothing of what comes after this, as their interest or right has ended. */
  get end(): Position {
    return Math.min(...this.#ends.slice(priorityMin));
  }

  /** True if nothing can go that could not before, as no witness has moved. `heads`: as they are now. */
  isHeldWith(heads: readonly Position[]): boolean {
    return heads.every((head, p) => head === Infinity || head <= this.#ends[p]!);
  }

  /** True if there is something that can go. */
  get hasMore(): boolean {
    return this.#mark.some((mark, p) => p >= priorityMin && mark > this.#floor[p]!);
  }

  /** Indexed by priority; index 0 is not used. */
  get upto(): readonly Position[] {
    return this.#mark;
  }

  /**
   * Up to where there is something that can go, by priority; 0 where nothing can. Index 0 is not used. `bound`: what lies
   * after it stays, whoever has settled it.
   */
  removable(bound = Infinity): Position[] {
    return this.#mark.map((mark, p) => {
      const upto = Math.min(mark, bound);
      return p >= priorityMin && upto > this.#floor[p]! ? upto : 0;
    });
  }

  /** Nothing that can go lies up to here. */
  get removableAfter(): Position {
    return Math.min(...this.#floor.filter((floor, p) => p >= priorityMin && this.#mark[p]! > floor));
  }

  /** Those who hold the mark, each once. */
  get witnesses(): number[] {
    return [...new Set(this.#witnesses.filter(id => id !== 0))];
  }
}
