/**
 * What files of hooks import, as `holdfast/hooks`. Hooks see messages on their way in and out of topics, and may change
 * them; docs/HOOKS.md tells how.
 */
import type { Message, PublishParams } from './protocol/api.gen.js';
import type { ServiceLog } from './services.js';

export type { Message } from './protocol/api.gen.js';

/** What a hook works with. */
export interface HookContext {
  /** The topic, by its full name; for `on_subscribed` and `on_unsubscribed` it may be a pattern. */
  readonly topic_name: string;
  /** Aborted when the time limit is over. */
  readonly signal: AbortSignal;
  readonly log: ServiceLog;
}

export interface PublishContext extends HookContext {
  /** Who publishes. */
  readonly username: string;
}

/** A subscription as hooks know it: its key stays a secret of the endpoint that it was given to. */
export interface HookedSubscription {
  readonly id: number;
  readonly username: string;
  readonly name: string | null;
  readonly delivery_method: 'notify' | 'pull';
}

export interface SubscriptionContext extends HookContext {
  readonly subscription: HookedSubscription;
}

export interface SubscribedContext extends SubscriptionContext {
  /** False: the subscription was there, and got one topic more. */
  readonly is_new: boolean;
}

export interface UnsubscribedContext extends SubscriptionContext {
  /** One topic left, the subscription was deleted, or it went with its socket. */
  readonly reason: 'unsubscribed' | 'deleted' | 'closed' | 'inactive';
}

/** Attributes to be replaced, by their names on the wire; `undefined` or null leaves an optional one out. */
export type PublishChange = { [Name in keyof PublishParams]?: PublishParams[Name] | null };
export type DeliveryChange = { [Name in keyof Message]?: Message[Name] | null };

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that wishes nothing answers nothing
type Wish<T> = T | undefined | void;

/** Nothing: it passes as it is. */
export type PublishWish = Wish<{ change: PublishChange } | { refuse: string }>;
/** Nothing: it is delivered as it is. `delay`: seconds until the next attempt. */
export type DeliveryWish = Wish<{ change: DeliveryChange } | { skip: true; delay?: number } | { delete: true }>;

export interface HooksDefinition {
  /** Topics and patterns that it is for. */
  topics: readonly string[];
  /** How long a call may take, in seconds; 10 unless given. */
  timeout_sec?: number;
  /** Once for each message, before anyone gets it. */
  before_publish?(message: PublishParams, context: PublishContext): PublishWish | Promise<PublishWish>;
  /** For each message, subscription and attempt. */
  before_delivery?(
    message: Omit<Message, 'sub_key'>,
    context: SubscriptionContext,
  ): DeliveryWish | Promise<DeliveryWish>;
  on_subscribed?(context: SubscribedContext): void | Promise<void>;
  on_unsubscribed?(context: UnsubscribedContext): void | Promise<void>;
}

/** What `defineHooks` answers and a file exports. */
export interface DefinedHooks {
  readonly [hooksMark]: HooksDefinition;
}

/** Registered by name, so that a file may have got this module from another copy of the package. */
export const hooksMark: unique symbol = Symbol.for('holdfast.hooks');

/** Defines hooks. The file must export what this answers, under any name. */
export function defineHooks(hooks: HooksDefinition): DefinedHooks {
  return Object.freeze({ [hooksMark]: hooks });
}
