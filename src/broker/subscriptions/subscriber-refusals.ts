import { HoldfastError } from '../../protocol/errors.js';
import { isPattern } from '../../protocol/names.js';
import { listed } from '../listed.js';
import { isStanding, type SubscriptionOptions } from './options.js';
import type { Subscription } from './subscription.js';

export function nameTaken({ username, name }: Subscription): HoldfastError {
  const reason = 'the name is taken';
  const message = `Endpoint "${username}" has a subscription "${name}" already. Change it with subscription.update.`;
  return new HoldfastError('conflict', message, { reason });
}

/** What has a receiver of its own is nobody else's. */
export function checkFree(options: SubscriptionOptions): void {
  if (!isStanding(options)) return;
  const reason = 'it is delivered to its own route or service';
  throw new HoldfastError(
    'conflict',
    `The subscription cannot be attached: ${reason}. Set its delivery_method to "pull", or take its route away, with subscription.update.`,
    { reason },
  );
}

export function deletedJustNow(): HoldfastError {
  return new HoldfastError('not_found', 'The subscription was deleted just now.');
}

export function ofService({ name }: Subscription): HoldfastError {
  const reason = 'its service runs here';
  return new HoldfastError(
    'conflict',
    `The subscription of the service ${name} keeps its own topic: ${reason}. Take the file of the service away first.`,
    { reason },
  );
}

export function notSubscribed({ interests }: Subscription, pattern: string): HoldfastError {
  const patterns = listed(interests.patterns);
  if (!isPattern(pattern) && interests.covers(pattern)) {
    const reason = 'a pattern covers it';
    return new HoldfastError(
      'conflict',
      `${pattern} is not subscribed by name, ${reason}. Unsubscribe one of: ${patterns}.`,
      { reason },
    );
  }
  return new HoldfastError('not_found', `${pattern} is not subscribed. The subscription has: ${patterns}.`);
}

export function keptForNew(names: string[]): HoldfastError {
  const reason = 'it keeps messages for its first subscription';
  return new HoldfastError(
    'conflict',
    `${listed(names)}: ${reason}, and they lie behind what this one has settled. Subscribe to it with a new one first.`,
    { reason },
  );
}

export function fromNow(missing: string[]): HoldfastError {
  const reason = '`from` is for new subscriptions';
  return new HoldfastError(
    'conflict',
    `${listed(missing)} cannot be added with a beginning: ${reason}. Add it without, or subscribe to it by another name; queue.rewind brings back what this one has settled.`,
    { reason },
  );
}

export function tooMany(most: number): HoldfastError {
  return new HoldfastError(
    'overloaded',
    `The endpoint has ${most} subscriptions, the most it may have (endpoint_subscriptions_max).`,
  );
}
