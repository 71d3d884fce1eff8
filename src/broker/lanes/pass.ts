import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Position, Priority } from '../../store/store.js';
import type { Subscription } from '../subscriptions/subscription.js';

/**
 * Passes a message by its name that is with nobody. Each may be a range of its own ahead of the cursor, so there is a
 * bound; what comes in order, or settles what stands beside a range, always goes on. False: it was passed before.
 */
export function passByName(
  subscription: Subscription,
  priority: Priority,
  position: Position,
  limits: Limits,
): boolean {
  const lane = subscription.lanes.get(priority);
  if (lane.isPassed(position)) return false;
  if (subscription.lanes.aheadSize >= limits.settled_ranges_max && !lane.isNextToPassed(position)) {
    throw new HoldfastError(
      'overloaded',
      `Too many messages were settled out of order (settled_ranges_max: ${limits.settled_ranges_max}). Settle older ones first.`,
      { retry_after: 1 },
    );
  }
  lane.pass(position);
  return true;
}
