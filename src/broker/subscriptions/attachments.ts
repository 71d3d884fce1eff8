import type { Pages } from '../delivery/pages.js';
import type { Pump } from '../delivery/pump.js';
import type { Rests } from '../delivery/rests.js';
import type { Retries } from '../delivery/retries.js';
import type { Settler } from '../delivery/settler.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { DetachReason, Sink } from '../sink.js';
import type { Subscription } from './subscription.js';
import type { Subscriptions } from './subscriptions.js';
import type { Uses } from './uses.js';

export interface AttachmentsParts {
  subscriptions: Subscriptions;
  commit: GroupCommit;
  settler: Settler;
  pages: Pages;
  pump: Pump;
  retries: Retries;
  rests: Rests;
  uses: Uses;
}

/** Gives subscriptions an owner, and takes them away: attach, start, detach, take over (invariant 7). */
export class Attachments {
  readonly #parts: AttachmentsParts;

  constructor(parts: AttachmentsParts) {
    this.#parts = parts;
  }

  /** Makes the sink its owner. Attaching what the sink already has changes nothing. Delivery waits for `start`. */
  async attach(subscription: Subscription, sink: Sink, unsubOnClose: boolean | undefined): Promise<void> {
    const { attachment } = subscription;
    if (attachment?.sink === sink) {
      if (unsubOnClose !== undefined) attachment.unsubOnClose = unsubOnClose;
      return;
    }
    if (attachment) attachment.sink.detached(subscription.subKey, 'taken_over');
    else this.#parts.subscriptions.attached += 1;
    this.#parts.rests.forget(subscription);
    if (subscription.isActive) subscription.retreat();
    subscription.epoch += 1;
    subscription.attachment = { sink, unsubOnClose: unsubOnClose ?? false, isStarted: false, isUnderWay: false };
    this.#parts.uses.note(subscription);
    this.#parts.subscriptions.activate(subscription);
    if (subscription.options.delivery_method === 'notify') this.#parts.pages.fetch(subscription);
    this.#parts.retries.check(subscription);
    const { id, epoch } = subscription;
    // The lanes are written together with the overlay: one without the other would lose what has just left the line.
    const raised = this.#parts.commit.submit({ kind: 'update_subscription', id, epoch });
    await Promise.all([raised, this.#parts.settler.save(subscription)]);
  }

  /** The answer with the sub_key is on its way: deliveries may follow. */
  start(subscription: Subscription, sink: Sink): void {
    const { attachment } = subscription;
    if (attachment?.sink !== sink || attachment.isStarted) return;
    attachment.isStarted = true;
    this.#parts.retries.check(subscription);
    this.#parts.pump.wake(subscription);
  }

  /** The sink is gone. What was out goes back to the queue at once. Answers whether the sink had it. */
  detach(subscription: Subscription, sink: Sink): boolean {
    if (subscription.attachment?.sink !== sink) return false;
    subscription.attachment = null;
    this.#parts.rests.forget(subscription);
    this.#parts.subscriptions.attached -= 1;
    this.#end(subscription);
    return true;
  }

  /** Takes it from whoever has it, who is told why. */
  revoke(subscription: Subscription, reason: DetachReason, except: Sink | null = null): void {
    const { attachment } = subscription;
    if (!attachment) return;
    if (attachment.sink === except) except.released(subscription.subKey);
    else attachment.sink.detached(subscription.subKey, reason);
    subscription.attachment = null;
    this.#parts.rests.forget(subscription);
    this.#parts.subscriptions.attached -= 1;
    if (!subscription.isDeleted) this.#end(subscription);
  }

  /** It has no receiver: takes its marks back on disk, and lets it leave memory. */
  async idle(subscription: Subscription): Promise<void> {
    await this.#parts.settler.save(subscription);
  }

  #end(subscription: Subscription): void {
    subscription.epoch += 1;
    this.#parts.uses.note(subscription);
    this.#parts.subscriptions.deactivate(subscription);
    this.idle(subscription).catch(() => {});
  }
}
