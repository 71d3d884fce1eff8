import type { Subscription } from '../subscriptions/subscription.js';

/** Services that run here. The topic of each is made at its first use, and never without the subscription of its service. */
export interface ServiceTopics {
  /** Whether this is the topic of a service that runs here. */
  isServed(topicName: string): boolean;
  /** Sees to it that the service of this topic is subscribed to it. */
  serve(topicName: string): Promise<void>;
  /** Whether a service that runs here has its messages by this subscription. */
  has(subscription: Subscription): boolean;
}
