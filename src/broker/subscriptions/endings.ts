import type { Store } from '../../store/store.js';
import type { Counters } from '../counters.js';
import type { Pump } from '../delivery/pump.js';
import type { Settler } from '../delivery/settler.js';
import type { UnsubscribeReason } from '../hooks/hooks.js';
import type { SubscriptionHooks } from '../hooks/subscription-hooks.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Depth } from '../queue/depth.js';
import type { Sink } from '../sink.js';
import type { Topics } from '../topics/topics.js';
import type { Attachments } from './attachments.js';
import type { Audience } from './audience.js';
import { isStanding } from './options.js';
import type { Standing } from './standing.js';
import type { Subscription } from './subscription.js';
import type { Subscriptions } from './subscriptions.js';
import type { Uses } from './uses.js';

export interface EndingsParts {
  store: Store;
  topics: Topics;
  subscriptions: Subscriptions;
  attachments: Attachments;
  standing: Standing;
  audience: Audience;
  commit: GroupCommit;
  depth: Depth;
  pump: Pump;
  settler: Settler;
  uses: Uses;
  counters: Counters;
}

/** What was taken from a subscription that nobody used. */
export interface Lapsed {
  id: number;
  username: string;
  name: string | null;
  topicName: string;
  /** How many it had waiting. */
  messages: number;
  /** It was the last topic, and the subscription has gone with it. */
  isLast: boolean;
}

/** How subscriptions lose a topic, or end with all that they have. */
export class Endings {
  /** Null: there are no hooks at all. */
  hooks: SubscriptionHooks | null = null;
  readonly #parts: EndingsParts;

  constructor(parts: EndingsParts) {
    this.#parts = parts;
  }

  /** Nothing happens if it is used meanwhile, or is delivered to a receiver of its own. Answers null then. */
  async lapse(subscription: Subscription, pattern: string): Promise<Lapsed | null> {
    const { uses, counters } = this.#parts;
    const { id, interests, username, name } = subscription;
    if (subscription.isDeleted || !interests.has(pattern)) return null;
    if (isStanding(subscription.options)) {
      uses.note(subscription);
      return null;
    }
    const depth = await this.#parts.depth.of(subscription);
    // Whoever works with it at this moment holds it too.
    if (subscription.isDeleted || uses.isInUse(id) || uses.isFresh(id) || subscription.holds > 1) return null;
    const isLast = interests.patterns.length === 1;
    const messages = isLast
      ? await this.end(subscription, depth, null, 'inactive')
      : await this.leave(subscription, [pattern], 'inactive', depth);
    counters.inactive += messages;
    return { id, username, name, topicName: pattern, messages, isLast };
  }

  /** Takes topics or patterns from it. `depth`: what it has waiting, if that is known. Answers how many messages went. */
  async leave(
    subscription: Subscription,
    patterns: string[],
    reason: UnsubscribeReason,
    depth?: number,
  ): Promise<number> {
    const { interests, id } = subscription;
    const before = depth ?? (await this.#parts.depth.of(subscription));
    await this.#parts.commit.submit({ kind: 'update_subscription', id, remove: patterns }, () => {
      for (const pattern of patterns) {
        interests.remove(pattern);
        if (subscription.isActive) this.#parts.audience.delete(pattern, subscription);
      }
      this.hooks?.unsubscribed(subscription, patterns, reason);
    });
    await this.#dropUnwanted(subscription);
    this.#parts.pump.wake(subscription);
    return Math.max(0, before - (await this.#parts.depth.of(subscription)));
  }

  /** Answers `depth`, or 0 if it had ended before. */
  async end(subscription: Subscription, depth: number, by: Sink | null, reason: UnsubscribeReason): Promise<number> {
    const messages = await this.#parts.commit.submit({ kind: 'delete_subscription', id: subscription.id }, () => {
      if (subscription.isDeleted) return 0;
      this.#parts.subscriptions.remove(subscription);
      this.#parts.attachments.revoke(subscription, 'deleted', by);
      this.#parts.standing.forget(subscription);
      this.hooks?.unsubscribed(subscription, subscription.interests.patterns, reason);
      return depth;
    });
    for (const waiter of subscription.waiters?.splice(0) ?? []) waiter.give('[]', null);
    return messages;
  }

  /** What the subscription wants no more leaves its overlay with the topic; what was addressed to it stays. */
  async #dropUnwanted(subscription: Subscription): Promise<void> {
    const { overlay, interests } = subscription;
    const unwanted = [...overlay.entries()].filter(
      entry => !interests.sees(this.#parts.topics.byId(entry.topicId), entry.position),
    );
    if (unwanted.length === 0) return;
    const rows = await this.#parts.store.readMessages(unwanted.map(entry => entry.position));
    const addressed = new Set(rows.filter(row => row.isAddressed).map(row => row.position));
    for (const entry of unwanted) {
      if (addressed.has(entry.position) || overlay.get(entry.position) !== entry) continue;
      if (entry.isInFlight) subscription.inFlight -= 1;
      entry.isInFlight = false;
      subscription.removeEntry(entry);
    }
    await this.#parts.settler.save(subscription);
  }
}
