import type { Broker } from '../broker/broker.js';
import type { Batch } from '../broker/delivery/batch.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import type { Attempt, Sink } from '../broker/sink.js';
import type { Subscription } from '../broker/subscriptions/subscription.js';

/** A topic of the system, so that no pattern of anybody reaches it by chance. */
const topicName = '/holdfast/replies';
/** No service has a name with a slash. */
const name = '/replies';

/**
 * Where replies to `context.request` go: one subscription for all services, made at the first request. All is settled at
 * once, because a reply that nobody waits for any more is of no use to anybody.
 */
export class Replies implements Sink {
  readonly isReady = true;
  readonly #broker: Broker;
  readonly #endpoint: Endpoint;
  readonly #replied: (messages: string) => void;
  #opening: Promise<Subscription> | null = null;

  constructor(broker: Broker, endpoint: Endpoint, replied: (messages: string) => void) {
    this.#broker = broker;
    this.#endpoint = endpoint;
    this.#replied = replied;
  }

  /** The key by which replies come here. */
  async subKey(): Promise<string> {
    this.#opening ??= this.#open();
    try {
      return (await this.#opening).subKey;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  async stop(): Promise<void> {
    const subscription = await this.#opening?.catch(() => null);
    if (subscription) this.#broker.attachments.detach(subscription, this);
  }

  deliver(attempt: Attempt, batch: Batch): void {
    this.#replied(batch.json());
    attempt.acked();
  }

  /** It was deleted, or taken: the next request makes it again. */
  detached(): void {
    this.#opening = null;
  }

  released(): void {
    this.#opening = null;
  }

  dropped(): void {}

  async #open(): Promise<Subscription> {
    const { topicAdmin, subscriber, attachments } = this.#broker;
    await topicAdmin.declare(topicName, {});
    const { subscription } = await subscriber.subscribe(this.#endpoint, {
      patterns: [topicName],
      name,
      options: {},
      defaultMethod: 'notify',
      sink: this,
      isOwn: true,
    });
    attachments.start(subscription, this);
    return subscription;
  }
}
