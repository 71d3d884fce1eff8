import { matches } from '../protocol/matcher.js';
import { priorityMax, priorityMin } from '../protocol/message.js';
import { isPattern } from '../protocol/names.js';
import type { Position, SubscriptionRow } from '../store/store.js';
import { Lanes } from './lanes.js';
import { intersect, type Stretch } from './stretches.js';

/** When an endpoint was permitted to receive from a topic. */
export type RightsOn = (endpointId: number, topicName: string) => readonly Stretch[];

/** What the subscriptions of one endpoint with one pattern together may still be owed. */
interface Claim {
  readonly pattern: string;
  readonly endpointId: number;
  from: Position;
  to: Position;
  /** The least of each lane. */
  readonly cursors: Position[];
}

/**
 * The low-water mark: for each topic and priority the position up to which everyone who may see it has settled it. It
 * is taken from what is on disk, which is never ahead of what is true, so nothing is removed that someone still needs.
 */
export class LowWater {
  /** Where the pass began: who subscribes later starts above it. */
  readonly #start: Position;
  readonly #rightsOn: RightsOn;
  readonly #exact = new Map<string, Position[]>();
  readonly #claims = new Map<string, Claim>();
  readonly #mailboxes: [number, Position[]][] = [];

  constructor(start: Position, rightsOn: RightsOn) {
    this.#start = start;
    this.#rightsOn = rightsOn;
  }

  note(row: SubscriptionRow): void {
    const cursors = Lanes.cursors(row.lanes, row.createdAt);
    if (row.hasMailbox) this.#mailboxes.push([row.id, cursors]);
    for (const { pattern, from, to } of row.interests) {
      const interest = { from, to: to ?? Infinity };
      if (isPattern(pattern)) this.#claim(row.endpointId, pattern, cursors, interest);
      else {
        const mark = this.#exact.get(pattern) ?? this.#untouched();
        this.#exact.set(pattern, mark);
        lower(mark, cursors, intersect([interest], this.#rightsOn(row.endpointId, pattern)));
      }
    }
  }

  /** Indexed by priority; index 0 is not used. */
  of(topicName: string): Position[] {
    const mark = [...(this.#exact.get(topicName) ?? this.#untouched())];
    for (const claim of this.#claims.values()) {
      if (!matches(claim.pattern, topicName)) continue;
      lower(mark, claim.cursors, intersect([claim], this.#rightsOn(claim.endpointId, topicName)));
    }
    return mark;
  }

  /** Subscriptions with addressed messages, and how far they have settled. */
  mailboxes(): readonly [number, Position[]][] {
    return this.#mailboxes;
  }

  #claim(endpointId: number, pattern: string, cursors: Position[], { from, to }: Stretch): void {
    const key = `${endpointId} ${pattern}`;
    const claim = this.#claims.get(key);
    if (!claim) {
      this.#claims.set(key, { pattern, endpointId, from, to, cursors: [...cursors] });
      return;
    }
    claim.from = Math.min(claim.from, from);
    claim.to = Math.max(claim.to, to);
    for (const [priority, cursor] of cursors.entries()) {
      claim.cursors[priority] = Math.min(claim.cursors[priority]!, cursor);
    }
  }

  #untouched(): Position[] {
    return new Array<Position>(priorityMax + 1).fill(this.#start);
  }
}

/** Lowers the mark to where, after the cursors, the first of the visible stretches has something that may be owed. */
function lower(mark: Position[], cursors: Position[], visible: readonly Stretch[]): void {
  for (let p = priorityMin; p <= priorityMax; p += 1) {
    for (const { from, to } of visible) {
      const settledTo = Math.max(cursors[p]!, from);
      if (settledTo >= to) continue;
      mark[p] = Math.min(mark[p]!, settledTo);
      break;
    }
  }
}
