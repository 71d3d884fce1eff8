import type { SubscriptionOptions } from '../subscriptions/options.js';

/** The hooks that a topic can have, by their names in the files of the operator. */
export const hookNames = ['before_publish', 'before_delivery', 'on_subscribed', 'on_unsubscribed'] as const;

export type HookName = (typeof hookNames)[number];

/**
 * The operator's hooks, which run elsewhere: the port that `extensions/` implements.
 *
 * All that goes over is plain data. Messages go as JSON text, because they are parsed where the hooks run. Every call
 * is answered, with a failure if the hook threw, took too long, or cannot be run now; a call of a topic that has lost
 * its hooks by a reload is answered as by a hook that has no wish. Of several hooks that match a topic, each gets what
 * the ones before it have made of the message, and the first that does not let it pass ends the row.
 */
export interface Hooks {
  /** Rises whenever `of` may answer something else than before. */
  readonly version: number;
  /** True: no topic has hooks, so there is nothing to ask for. */
  readonly isEmpty: boolean;
  /** The hooks of a topic; null: none. `topicName`: its full name, or a pattern that someone subscribes to. */
  of(topicName: string): ReadonlySet<HookName> | null;
  beforePublish(call: BeforePublishCall): Promise<PublishVerdict>;
  beforeDelivery(call: BeforeDeliveryCall): Promise<DeliveryVerdict>;
  onSubscribed(call: SubscribedCall): Promise<Heard>;
  onUnsubscribed(call: UnsubscribedCall): Promise<Heard>;
}

export interface BeforePublishCall {
  topicName: string;
  /** Who publishes. */
  username: string;
  /** The JSON of an object: the parameters of the publish, with the defaults of those that were left out. */
  message: string;
}

export interface BeforeDeliveryCall {
  topicName: string;
  subscription: HookedSubscription;
  /** The JSON of the message as its subscriber would get it, but for the `sub_key`. */
  message: string;
  /** It is not the first time: the last one may have gone wrong. */
  isRepeated: boolean;
}

/** A subscription as hooks know it: by its number, because its key is a secret of the endpoint that it was given to. */
export interface HookedSubscription {
  id: number;
  username: string;
  name: string | null;
  delivery_method: SubscriptionOptions['delivery_method'];
}

/** One call for each topic or pattern that a subscription got. */
export interface SubscribedCall {
  topicName: string;
  subscription: HookedSubscription;
  /** False: it was there and got one topic more. */
  isNew: boolean;
}

/** One call for each topic or pattern that a subscription lost. */
export interface UnsubscribedCall {
  topicName: string;
  subscription: HookedSubscription;
  reason: UnsubscribeReason;
}

/**
 * `unsubscribed`: one topic of a subscription that stays. `deleted`: the subscription was ended, by its endpoint or an
 * administrator. `closed`: it went with its socket (`unsub_on_close`).
 */
export type UnsubscribeReason = 'unsubscribed' | 'deleted' | 'closed' | 'inactive';

/** `change`: the JSON of an object with the attributes to be replaced, null in place of those to be left out. */
export type PublishVerdict = { kind: 'pass'; change: string | null } | { kind: 'refuse'; reason: string } | HookFailure;

export type DeliveryVerdict =
  | { kind: 'pass'; change: string | null }
  /** Not now. Null: after `wait_non_sock_err` of the subscription. */
  | { kind: 'skip'; delaySec: number | null }
  | { kind: 'delete' }
  | HookFailure;

/** What a hook that only hears of something answers. */
export type Heard = { kind: 'heard' } | HookFailure;

/** `unavailable`: nothing was run, because what runs hooks is starting again or has too much to do. */
export type FailureCause = 'error' | 'timeout' | 'unavailable';

export interface HookFailure {
  kind: 'failed';
  cause: FailureCause;
  /** One line, for `last_error` and the log. */
  error: string;
  /** More for the log alone, such as a stack. */
  details?: string;
}
