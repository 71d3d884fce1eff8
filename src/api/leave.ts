import type { Broker } from '../broker/broker.js';
import type { Sink } from '../broker/sink.js';
import type { Subscription } from '../broker/subscriptions/subscription.js';

/** The sink is gone. What was attached to it waits for the next one, and what was only for its time is deleted. */
export function leave(broker: Broker, subscription: Subscription, sink: Sink): void {
  const { attachment } = subscription;
  const goes = attachment?.sink === sink && attachment.unsubOnClose;
  broker.attachments.detach(subscription, sink);
  // An I/O error has stopped the broker already; there is nobody else to tell.
  if (goes && !subscription.isDeleted) broker.subscriber.abandon(subscription).catch(() => {});
}
