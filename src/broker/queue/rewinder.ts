import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { CountGap, Position } from '../../store/store.js';
import type { Counters } from '../counters.js';
import type { Pages } from '../delivery/pages.js';
import type { Pump } from '../delivery/pump.js';
import type { Retries } from '../delivery/retries.js';
import type { Settler } from '../delivery/settler.js';
import { Ranges } from '../lanes/ranges.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Sweeper } from '../sweep/sweeper.js';
import type { Topics } from '../topics/topics.js';
import type { Depth } from './depth.js';

export interface RewinderParts {
  topics: Topics;
  depth: Depth;
  pages: Pages;
  settler: Settler;
  retries: Retries;
  pump: Pump;
  sweeper: Sweeper;
  counters: Counters;
}

/** Takes a queue back to a position: what was settled after it and is still in the log comes again. */
export class Rewinder {
  readonly #parts: RewinderParts;

  constructor(parts: RewinderParts) {
    this.#parts = parts;
  }

  /** How many messages a rewind would bring back. Changes nothing. */
  preview(subscription: Subscription, to: Position): Promise<number> {
    return this.#parts.depth.inGaps(subscription, settledAfter(subscription, to));
  }

  /**
   * Brings back what was settled after the position, and answers how many messages that are, once it is on disk. What is
   * out is with nobody any more, as after a take-over; whoever has the subscription keeps it.
   */
  async rewind(subscription: Subscription, to: Position): Promise<number> {
    const gaps = settledAfter(subscription, to);
    if (gaps.length === 0) return 0;
    const { sweeper, settler, depth, counters } = this.#parts;
    const release = sweeper.spare(this.#topicsOf(subscription), subscription.id);
    try {
      goBack(subscription, to);
      await settler.save(subscription);
      // Counted while nothing is removed: it is what comes again.
      const count = await depth.inGaps(subscription, gaps);
      counters.rewound += count;
      return count;
    } finally {
      release();
      this.#deliver(subscription);
    }
  }

  *#topicsOf({ interests }: Subscription) {
    for (const pattern of interests.patterns) yield* this.#parts.topics.covered(pattern);
  }

  #deliver(subscription: Subscription): void {
    const { pages, retries, pump } = this.#parts;
    if (!subscription.isActive) return;
    if (subscription.attachment && subscription.options.delivery_method === 'notify') pages.fetch(subscription);
    retries.check(subscription);
    pump.wake(subscription);
  }
}

/** The lanes go back, and with them what is out. What left the line stays where it is, and is not in line as well. */
function goBack(subscription: Subscription, to: Position): void {
  const { lanes, overlay, attachment } = subscription;
  subscription.epoch += 1;
  lanes.rewind(to);
  subscription.retreat();
  if (attachment) attachment.isUnderWay = false;
  for (const { home, position } of overlay.entries()) if (position > to) lanes.get(home).pass(position);
}

/** What was settled after a position, in all lanes, without what left the line and is in the queue still. */
function settledAfter(subscription: Subscription, to: Position): CountGap[] {
  const { lanes, overlay } = subscription;
  const gaps: CountGap[] = [];
  const outOfLine = new Map<number, Ranges>();
  for (const { home, position, isInPlace } of overlay.entries()) {
    if (isInPlace || position <= to) continue;
    const positions = outOfLine.get(home) ?? new Ranges();
    outOfLine.set(home, positions);
    positions.add(position, position);
  }
  for (let priority = priorityMin; priority <= priorityMax; priority += 1) {
    const cursor = lanes.cursorOf(priority);
    const settled: [Position, Position][] = cursor > to ? [[to, cursor]] : [];
    settled.push(...(lanes.peek(priority)?.ahead.after(Math.max(to, cursor)) ?? []));
    for (const [from, end] of settled) {
      const left = outOfLine.get(priority)?.gaps(from, end) ?? [[from, end]];
      for (const [after, upto] of left) gaps.push({ priority, from: after, to: upto });
    }
  }
  return gaps;
}
