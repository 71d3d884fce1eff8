import type { Priority } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { HookFailure } from '../hooks/hooks.js';
import { orderOf } from '../lanes/overlay.js';
import type { Message } from '../message.js';
import { waitMs } from '../subscriptions/options.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Topics } from '../topics/topics.js';
import { endOf } from './batch.js';
import type { Delivery } from './delivery.js';
import type { InHand, LeavesLine, Settlement } from './settlement.js';

/** Why a hook keeps a message from being sent. */
export type Withheld = { kind: 'skip'; delaySec: number | null } | { kind: 'delete' } | HookFailure;

export interface WithholdingParts {
  settlement: Settlement;
  topics: Topics;
  clock: Clock;
  counters: Counters;
  /** From 0 to 1. */
  random: () => number;
}

type Fate = 'sent' | 'deleted' | LeavesLine;
type Item = InHand & { message: Message };

/** What hooks said of the messages of a delivery, and whether their receiver has room for them now. */
export interface Said {
  isReady: boolean;
  withheld: ReadonlyMap<Message, Withheld>;
  /** Messages and what is sent in their place. */
  changed: ReadonlyMap<Message, Message>;
}

/**
 * Settles, or puts back, what is kept of a delivery that was not sent yet. Answers the messages that may be sent: those
 * that are still in flight, because others may have settled some meanwhile, that have not expired, whose topic the
 * subscription still has, and that fit in a frame as they are now; none, if the receiver has got too much meanwhile.
 */
export function withhold(
  { settlement, topics, clock, counters, random }: WithholdingParts,
  delivery: Delivery,
  { isReady, withheld, changed }: Said,
): ReadonlySet<Message> {
  const { subscription } = delivery;
  const left = new Set<Message>();
  const room = new FrameRoom(subscription);
  const blocked = new Map<Priority, LeavesLine>();
  const now = clock.nowMs();
  let settled = 0;
  let isLess = false;
  for (const item of inOrder(delivery)) {
    const { message } = item;
    const { priority, expiresAt } = message;
    const isGone = expiresAt <= now || !subscription.sees(message, topics);
    const verdict = isGone || !isReady ? undefined : withheld.get(message);
    let fate = blocked.get(priority) ?? fateOf(item, verdict, { subscription, now, random: random() });
    if (isGone || !isReady || (fate === 'sent' && !room.takes(changed.get(message) ?? message))) fate = atOnce;
    isLess ||= fate !== 'sent';
    if (fate === 'sent') left.add(message);
    else if (fate === 'deleted') {
      settlement.settleOne(subscription, item);
      counters.hookDeleted += 1;
      settled += 1;
    } else {
      settlement.leaveLine(subscription, item, fate);
      if ('entry' in item) delivery.leaveOut(item.entry);
      if (verdict?.kind === 'skip') counters.hookSkipped += 1;
      // What comes after it in its lane waits as long, so that the order is that of the positions when it is over.
      if (subscription.options.delivery_err_should_block && fate.dueAt > 0) {
        blocked.set(priority, { ...fate, attempts: 0, error: null, isUnsent: true });
      }
    }
  }
  // What has no room is loaded again before anything that comes after it is sent.
  if (room.isOver && subscription.attachment) subscription.attachment.isUnderWay = false;
  if (isLess) settlement.withheld(subscription, settled);
  return left;
}

/** Not a failure: it is due again, or, if it is gone, it is found to be. */
const atOnce: LeavesLine = { attempts: 0, dueAt: 0, error: null, isUnsent: true };

/** The bound of one frame, as `Draft` keeps it: the first message always has room, and after one that has none, none has. */
class FrameRoom {
  isOver = false;
  readonly #endBytes: number;
  #bytesLeft: number;
  #isEmpty = true;

  constructor({ options, subKey }: Subscription) {
    this.#bytesLeft = options.max_frame_bytes;
    this.#endBytes = endOf(1, subKey).length + 1;
  }

  takes(message: Message): boolean {
    const bytes = message.bytes + this.#endBytes;
    this.isOver ||= !this.#isEmpty && bytes > this.#bytesLeft;
    this.#isEmpty = false;
    this.#bytesLeft -= bytes;
    return !this.isOver;
  }
}

function inOrder(delivery: Delivery): Item[] {
  return [...delivery.unsettled()].sort((a, b) => b.message.priority - a.message.priority || placeOf(a) - placeOf(b));
}

function placeOf(item: Item): number {
  return 'entry' in item ? orderOf(item.entry) : item.message.position;
}

/**
 * A hook that failed is a failed attempt. One that skips, and one that could not be run, is none: nothing was tried, so
 * neither the attempts nor the `delivery_count` rise.
 */
function fateOf(
  item: Item,
  verdict: Withheld | undefined,
  { subscription, now, random }: { subscription: Subscription; now: number; random: number },
): Fate {
  if (!verdict) return 'sent';
  if (verdict.kind === 'delete') return 'deleted';
  const { wait_non_sock_err: wait, delivery_max_retry: most } = subscription.options;
  const before = 'entry' in item ? item.entry.attempts : 0;
  // Whole milliseconds, as the store keeps them.
  const dueAfter = (attempts: number) => now + Math.ceil(waitMs(wait, Math.max(1, attempts), random));
  if (verdict.kind === 'skip') {
    const dueAt = verdict.delaySec === null ? dueAfter(before) : now + Math.ceil(verdict.delaySec * 1000);
    return { attempts: before, dueAt, error: null, isUnsent: true };
  }
  const error = `before_delivery: ${verdict.error}`.slice(0, errorCharsMax);
  subscription.lastError = error;
  if (verdict.cause === 'unavailable') return { attempts: before, dueAt: dueAfter(before), error, isUnsent: true };
  const attempts = before + 1;
  return { attempts, dueAt: attempts >= most ? 0 : dueAfter(attempts), error };
}

/** Of what a hook has thrown, in UTF-16 units: it is stored with the message. */
const errorCharsMax = 2_000;
