import type { MessageIds } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { Batch } from '../delivery/batch.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Next } from '../delivery/draft.js';
import { type Said, type Withheld, type WithholdingParts, withhold } from '../delivery/withholding.js';
import type { Message } from '../message.js';
import { adapt } from '../publish/compose.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { type HookCalls, hookedSubscription, isFailure } from './hook-calls.js';
import { HookGate } from './hook-gate.js';
import type { DeliveryVerdict } from './hooks.js';

export interface BeforeDeliveryParts extends WithholdingParts {
  ids: MessageIds;
  limits: Limits;
}

type Heard = Omit<Said, 'isReady'>;

/** Who waits for a batch while hooks are asked about it. */
export interface Waiting {
  /** False: it has got too much meanwhile, as from other subscriptions. What it would have got waits with the others. */
  isReady(): boolean;
  /** What is left of the batch; null: its receiver has gone, or nothing is left. */
  give(batch: Batch | null): void;
}

/**
 * The hook between the feed and a receiver. A batch with messages of hooked topics waits until all of them have their
 * verdicts; meanwhile it is in flight, and what comes after it in its subscription waits too, so the order holds. No
 * other subscription waits.
 */
export class BeforeDelivery {
  readonly #calls: HookCalls;
  readonly #parts: BeforeDeliveryParts;
  readonly #on: { done(subscription: Subscription): void };
  readonly #gate: HookGate;
  /** The batches that wait for verdicts, one of each subscription. */
  readonly #held = new Map<Subscription, Delivery>();
  /** Those that had messages of hooked topics, and are likely to get more. */
  readonly #hooked = new WeakSet<Subscription>();
  /** Those that take no further batch before others have gone. */
  readonly #deferred = new Set<Subscription>();
  #heldChars = 0;

  /** `done` is told of a subscription whose next batch may come. */
  constructor(calls: HookCalls, parts: BeforeDeliveryParts, on: { done(subscription: Subscription): void }) {
    this.#calls = calls;
    this.#parts = parts;
    this.#on = on;
    this.#gate = new HookGate(parts.limits.hook_calls_max);
  }

  /** True if nothing of the subscription may be taken now. */
  holds(subscription: Subscription): boolean {
    // What was meant for a receiver that has gone does not keep the next one waiting.
    if (this.#held.get(subscription)?.isCurrent) return true;
    if (this.#heldChars < this.#parts.limits.hook_bytes_max || !this.#hooked.has(subscription)) return false;
    this.#deferred.add(subscription);
    return true;
  }

  /** Takes a batch in which a hook is interested, and gives back later what may be sent of it. False: there is none. */
  takes(next: Next, waiting: Waiting): boolean {
    if (this.#calls.hooks.isEmpty) return false;
    const hooked = this.#hookedOf(next.batch);
    if (hooked.size === 0) return false;
    const { delivery } = next;
    const { subscription } = delivery;
    let chars = 0;
    for (const message of hooked.keys()) chars += message.body.length;
    this.#held.set(subscription, delivery);
    this.#hooked.add(subscription);
    this.#heldChars += chars;
    subscription.holds += 1;
    void this.#hear(next, hooked).then(said => {
      if (this.#held.get(subscription) === delivery) this.#held.delete(subscription);
      this.#heldChars -= chars;
      subscription.holds -= 1;
      waiting.give(this.#left(next, waiting, said));
      this.#on.done(subscription);
      this.#wakeDeferred();
    });
    return true;
  }

  /** The messages that have a hook, with the names of their topics. */
  #hookedOf({ messages }: Batch): Map<Message, string> {
    const hooked = new Map<Message, string>();
    let lastId = -1;
    let lastName: string | null = null;
    for (const message of messages) {
      const { topicId } = message;
      if (topicId !== lastId) {
        const topic = this.#parts.topics.byId(topicId);
        lastId = topicId;
        lastName = this.#calls.topics.has(topic, 'before_delivery') ? topic.name : null;
      }
      if (lastName !== null) hooked.set(message, lastName);
    }
    return hooked;
  }

  /** What the hooks say of the messages, once all of them have. */
  async #hear({ delivery, batch }: Next, hooked: Map<Message, string>): Promise<Heard> {
    const { subscription } = delivery;
    const withheld = new Map<Message, Withheld>();
    const changed = new Map<Message, Message>();
    const asking = batch.messages.map(async (message, index) => {
      const topicName = hooked.get(message);
      if (topicName === undefined) return;
      const times = batch.timesSent?.[index] ?? 1;
      const verdict = await this.#gate.pass(() => this.#ask(subscription, message, times, topicName));
      // Another message, for this receiver alone: frames of others are made from the one that was published.
      if (verdict instanceof Map) changed.set(message, message.withBody(adapt(message.body, verdict)));
      else if (verdict) withheld.set(message, verdict);
    });
    await Promise.all(asking);
    return { withheld, changed };
  }

  /** What may be sent: found out at the moment in which it is, as its receiver may go whenever somebody waits. */
  #left({ delivery, batch }: Next, waiting: Waiting, heard: Heard): Batch | null {
    if (!delivery.isCurrent || !delivery.subscription.isActive) return null;
    const said = { ...heard, isReady: waiting.isReady() };
    return recompose(batch, withhold(this.#parts, delivery, said), heard.changed);
  }

  /** What is to be changed, why it is withheld, or null: it goes out as it is. */
  async #ask(subscription: Subscription, message: Message, times: number, topicName: string) {
    const about = { topic_name: topicName, msg_id: message.idText(this.#parts.ids), sub_id: subscription.id };
    const call = {
      topicName,
      subscription: hookedSubscription(subscription),
      message: `${message.text(this.#parts.ids)},"delivery_count":${times}}`,
      isRepeated: times > 1,
    };
    const verdict: DeliveryVerdict = await this.#calls.ask('before_delivery', about, () =>
      this.#calls.hooks.beforeDelivery(call),
    );
    if (verdict.kind === 'skip' && !isDelay(verdict.delaySec, this.#parts.limits)) {
      return this.#calls.unfit('before_delivery', about, 'it wants to skip for a delay that no message may have');
    }
    if (verdict.kind !== 'pass') return verdict;
    if (verdict.change === null) return null;
    const change = this.#calls.read('before_delivery', about, verdict.change);
    return isFailure(change) ? change : new Map(change);
  }

  #wakeDeferred(): void {
    if (this.#deferred.size === 0 || this.#heldChars >= this.#parts.limits.hook_bytes_max) return;
    const deferred = [...this.#deferred];
    this.#deferred.clear();
    for (const subscription of deferred) this.#on.done(subscription);
  }
}

/** Null: as the subscription says. */
function isDelay(delaySec: number | null, { delay_sec_max: most }: Limits): boolean {
  return delaySec === null || (delaySec >= 0 && delaySec <= most);
}

/** What is left of a batch, as it is to be sent; null if nothing is. */
function recompose(batch: Batch, left: ReadonlySet<Message>, changed: ReadonlyMap<Message, Message>): Batch | null {
  const composed = new Batch(batch.subKey, batch.ids);
  for (const [index, message] of batch.messages.entries()) {
    const sent = changed.get(message) ?? message;
    if (left.has(message)) composed.add(sent, batch.timesSent?.[index] ?? 1);
    if ((!left.has(message) || sent !== message) && !message.isShared) message.forgetContent();
  }
  return composed.messages.length > 0 ? composed : null;
}
