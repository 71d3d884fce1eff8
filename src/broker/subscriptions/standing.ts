import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Sink } from '../sink.js';
import { rest } from '../sweep/pace.js';
import { Turns } from '../turns.js';
import type { Attachments } from './attachments.js';
import { isStanding } from './options.js';
import { kindOf, type Receiver, type ReceiverKind } from './receiver.js';
import type { Receivers } from './receivers.js';
import type { Subscription } from './subscription.js';
import type { Subscriptions } from './subscriptions.js';

export interface StandingParts {
  store: Store;
  subscriptions: Subscriptions;
  attachments: Attachments;
  clock: Clock;
  limits: Limits;
}

/**
 * Keeps subscriptions that have a receiver of their own attached to it: from the start on, whenever one is made or
 * changed, and until it is deleted or switched to `pull`.
 */
export class Standing {
  readonly #parts: StandingParts;
  readonly #kinds = new Map<ReceiverKind, Receivers>();
  /** The receiver that each sink was made for, as JSON. */
  readonly #made = new WeakMap<Sink, string>();
  /** Why a subscription has no sink, by its id. */
  readonly #problems = new Map<number, string>();
  readonly #turns = new Turns();
  #seeing: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: StandingParts) {
    this.#parts = parts;
  }

  /** Says who makes the sinks of a kind. Called before `start`. */
  offer(kind: ReceiverKind, receivers: Receivers): void {
    this.#kinds.set(kind, receivers);
  }

  /** Throws `invalid_params` if nothing could ever be delivered to the receiver. */
  check(receiver: Receiver): void {
    const receivers = this.#kinds.get(kindOf(receiver));
    if (!receivers) throw notServed(kindOf(receiver));
    receivers.check(receiver);
  }

  /**
   * Attaches all that are not attached, step by step. Called at the start, and when there may be receivers that there
   * were not before. Resolves when all were looked at.
   */
  refresh(): Promise<void> {
    this.#seeing = this.#seeing.then(() => this.#seeAll());
    return this.#seeing;
  }

  /** Attaches the subscription to its receiver, or detaches it, as its options say. */
  async see(subscription: Subscription): Promise<void> {
    const { receiver } = subscription.options;
    if (receiver === null && !this.has(subscription)) return;
    await this.#turns.take(String(subscription.id), () => this.#see(subscription));
  }

  /** True if the subscription is attached to a receiver of its own. */
  has({ attachment }: Subscription): boolean {
    return attachment !== null && this.#made.has(attachment.sink);
  }

  /** Why the subscription is not attached to its receiver, or null. */
  problem(subscription: Subscription): string | null {
    return this.#problems.get(subscription.id) ?? null;
  }

  /** The subscription was deleted. */
  forget(subscription: Subscription): void {
    this.#problems.delete(subscription.id);
  }

  /** Nothing more is delivered. Resolves when what was under way has ended, or was given up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#kinds.values()].map(receivers => receivers.stop()));
    await this.#seeing.catch(() => {});
    for (const subscription of [...this.#parts.subscriptions.loaded()]) this.#release(subscription);
  }

  async #seeAll(): Promise<void> {
    const { store, subscriptions, clock, limits } = this.#parts;
    const limit = limits.standing_step;
    for (let afterId = 0; !this.#isStopped; ) {
      const rows = await store.listSubscriptions({ afterId, limit, isStanding: true });
      await Promise.all(rows.map(({ id }) => subscriptions.useIfThere({ id }, subscription => this.see(subscription))));
      if (rows.length < limit) return;
      afterId = rows.at(-1)!.id;
      await rest(clock, 1);
    }
  }

  async #see(subscription: Subscription): Promise<void> {
    if (subscription.isDeleted) return;
    const { options, attachment } = subscription;
    const wanted = isStanding(options) ? options.receiver : null;
    const made = attachment ? this.#made.get(attachment.sink) : undefined;
    const json = JSON.stringify(wanted);
    if (made === json) return;
    this.#problems.delete(subscription.id);
    this.#release(subscription);
    if (!wanted || this.#isStopped) return;
    const sink = this.#sinkFor(wanted, subscription);
    if ('error' in sink) {
      this.#problems.set(subscription.id, sink.error);
      return;
    }
    this.#made.set(sink, json);
    await this.#parts.attachments.attach(subscription, sink, undefined);
    this.#parts.attachments.start(subscription, sink);
  }

  #sinkFor(receiver: Receiver, subscription: Subscription): Sink | { error: string } {
    const receivers = this.#kinds.get(kindOf(receiver));
    if (!receivers) return { error: notServed(kindOf(receiver)).message };
    try {
      return receivers.sinkFor(receiver, subscription, () => this.#parts.subscriptions.wake(subscription));
    } catch (error) {
      // What was taken once may be refused after a change of the configuration.
      if (error instanceof HoldfastError) return { error: error.message };
      throw error;
    }
  }

  #release(subscription: Subscription): void {
    if (!this.has(subscription)) return;
    const { sink } = subscription.attachment!;
    sink.released(subscription.subKey);
    this.#parts.attachments.detach(subscription, sink);
  }
}

function notServed(kind: ReceiverKind): HoldfastError {
  const path = kind === 'service' ? 'service_name' : 'route';
  const reason = `cannot be used: this server delivers to no ${kind}`;
  return new HoldfastError('invalid_params', `${path} ${reason}.`, { path, reason });
}
