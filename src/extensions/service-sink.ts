import type { Batch } from '../broker/delivery/batch.js';
import type { Attempt, Sink } from '../broker/sink.js';
import type { SubscriptionOptions } from '../broker/subscriptions/options.js';
import type { Service } from './service.js';

/** Where the messages of one subscription go to a service. */
export class ServiceSink implements Sink {
  readonly #service: Service;
  readonly #options: () => Readonly<SubscriptionOptions>;
  readonly #wake: () => void;
  #isReleased = false;

  constructor(service: Service, options: () => Readonly<SubscriptionOptions>, wake: () => void) {
    this.#service = service;
    this.#options = options;
    this.#wake = wake;
    service.onRoom(wake);
  }

  get isReady(): boolean {
    return !this.#isReleased && this.#service.hasRoom;
  }

  deliver(attempt: Attempt, batch: Batch): void {
    const isSingle = batch.messages.length === 1 && !this.#options().wrap_one_msg_in_list;
    void this.#service.handle(attempt, batch, isSingle);
  }

  released(): void {
    this.#isReleased = true;
    this.#service.offRoom(this.#wake);
  }

  detached(): void {
    this.released();
  }

  /** The counters of the broker tell of it. */
  dropped(): void {}
}
