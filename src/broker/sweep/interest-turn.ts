import type { InterestPage } from '../../store/store.js';
import type { Stretch } from '../subscriptions/stretches.js';
import type { Topic } from '../topics/topic.js';
import { claimsOf } from './claims.js';
import type { LowWater } from './low-water.js';

/** When an endpoint was permitted to receive from a topic. */
export type RightsOn = (endpointId: number, topic: Topic) => readonly Stretch[];

/** A topic that is looked at. */
export interface Look {
  readonly lowWater: LowWater;
  /** Turns that are not over, one for each pattern that covers it. */
  turns: number;
  /** Found out: what is left of its turns does not matter. */
  isDone: boolean;
}

/**
 * One turn of a hand around all subscriptions with one pattern, page by page, for all topics that the pattern covers and
 * that are looked at. It begins where the last one was ended.
 */
export class InterestTurn {
  readonly pattern: string;
  /** When it began, as `WidePatterns` counts. */
  readonly moment: number;
  looks: Look[];
  /** Pages so far. */
  pages = 0;
  afterId: number;
  /** No subscription was found so far. */
  isBarren = true;
  readonly #startId: number;
  #isPastEnd = false;

  constructor(pattern: string, looks: Look[], startId: number, moment: number) {
    this.pattern = pattern;
    this.looks = looks;
    this.afterId = startId;
    this.#startId = startId;
    this.moment = moment;
  }

  /** Takes what was read after `afterId`. Answers true if the turn is a whole one now. */
  take({ rows, isLast }: InterestPage, rightsOn: RightsOn): boolean {
    this.pages += 1;
    if (rows.length > 0) {
      this.isBarren = false;
      this.afterId = rows[rows.length - 1]!.subId;
    }
    for (const claim of claimsOf(rows)) {
      for (const { lowWater } of this.looks) lowWater.lower(claim, rightsOn(claim.endpointId, lowWater.topic));
    }
    if (this.#isPastEnd) return isLast || this.afterId >= this.#startId;
    if (!isLast) return false;
    if (this.#startId === 0) return true;
    this.#isPastEnd = true;
    this.afterId = 0;
    return false;
  }
}
