import type { Broker } from '../../broker/broker.js';
import type { Subscription } from '../../broker/subscriptions/subscription.js';
import type { Answer, Caller } from '../caller.js';
import { leave } from '../leave.js';

/** The answer of what attaches: deliveries start once it is on its way, so the client knows the sub_key before them. */
export function attachedAnswer(broker: Broker, caller: Caller, subscription: Subscription, result: object): Answer {
  const { sink } = caller;
  const json = JSON.stringify(result);
  if (!sink) return { json };
  // The socket may have gone while the attach was written: then it does now what it does at its end.
  if (!caller.attached(subscription)) leave(broker, subscription, sink);
  return { json, after: () => broker.attachments.start(subscription, sink) };
}
