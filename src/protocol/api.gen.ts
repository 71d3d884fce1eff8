// Generated from schemas/api/ by scripts/types.mjs: do not edit, run `npm run types` instead.

/**
 * Nothing to tell.
 */
export type Empty = Record<string, never>;
/**
 * A message as one subscription holds it.
 */
export type QueueMessage = Message & {
  /**
   * Rises with each edit; to be handed to `queue.update`.
   */
  version: number;
  /**
   * `ready`: waits to be sent; `in_flight`: sent or pulled, not settled; `retry`: waits after a failure; `held`: waits for its release.
   */
  state: 'ready' | 'in_flight' | 'retry' | 'held';
  /**
   * Failed attempts.
   */
  attempts: number;
  /**
   * What the last attempt failed with, if it said so.
   */
  last_error: string | null;
};
/**
 * A message that was published with a delay and is not due.
 */
export type DelayedMessage = {
  /**
   * What was published: digits, escapes and order of keys as they were written.
   */
  data: unknown;
  /**
   * Topic that it was published to.
   */
  topic_name: string;
  /**
   * Id of a message.
   */
  msg_id: string;
  /**
   * Links messages of a series; set by the publisher.
   */
  correl_id?: string;
  /**
   * Id of the message that this one answers.
   */
  in_reply_to?: string;
  /**
   * 9 is delivered first.
   */
  priority: number;
  /**
   * What `data` is, for the subscriber.
   */
  mime_type: string;
  /**
   * Who published, in the words of the publisher.
   */
  ext_client_id?: string;
  /**
   * When it was published, by the clock of the broker.
   */
  pub_time_iso: string;
  /**
   * When it was published, by the clock of the publisher.
   */
  ext_pub_time_iso?: string;
  /**
   * When it was taken in for delivery; always later than `pub_time_iso`.
   */
  recv_time_iso: string;
  /**
   * Seconds after `recv_time_iso` at which the message expires.
   */
  expiration: number;
  /**
   * `recv_time_iso` + `expiration`.
   */
  expiration_time_iso: string;
  /**
   * Bytes of `data`: of its UTF-8 text if it is a string, of its minified JSON otherwise.
   */
  size: number;
  /**
   * Where answers are to be sent.
   *
   * Items: Key of a subscription: a secret of the endpoint it was issued to.
   */
  reply_to_sk?: string[];
  /**
   * Group that it belongs to.
   */
  group_id?: string;
  /**
   * Its place in that group.
   */
  position_in_group?: number;
  /**
   * Any JSON, for the subscriber.
   */
  user_ctx?: unknown;
} & {
  /**
   * When it enters its topic; its `recv_time_iso` is then.
   */
  due_time_iso: string;
  /**
   * Who published it.
   */
  username: string;
  /**
   * Rises with each edit; to be handed to `delayed.update`.
   */
  version: number;
};
/**
 * A subscription.
 */
export type Subscription = SubscriptionOptions & {
  /**
   * Its key, whole for its endpoint and for an admin, and shortened for others.
   */
  sub_key: string;
  /**
   * Endpoint that it belongs to.
   */
  username: string;
  /**
   * Its name, if it has one.
   */
  name: string | null;
  /**
   * Names of topics and patterns, as they were subscribed.
   */
  topic_name_list: string[];
  route?: Route;
  /**
   * Name of the service that gets its messages.
   */
  service_name?: string;
  /**
   * Messages that are not settled.
   */
  queue_depth: number;
  /**
   * Messages that are out and not settled.
   */
  in_flight: number;
  /**
   * True while somebody receives it: a socket, its route or its service.
   */
  is_attached: boolean;
  /**
   * Server that delivers it: `local`, or null while nobody receives it.
   */
  node: string | null;
  /**
   * What the last failed attempt failed with, as far as the broker remembers.
   */
  last_error: string | null;
};

export interface Methods {
  /**
   * Settles messages: they are never sent again.
   */
  ack: {params: AckParams; result: AckResult};
  /**
   * Reads the configuration again, as SIGHUP does: declared topics, endpoints and subscriptions are brought up to date, and services and hooks run as their files are now.
   */
  'config.reload': {params: ConfigReloadParams; result: ConfigReloadResult};
  /**
   * Takes a message that is not due away, so that nobody gets it.
   */
  'delayed.cancel': {params: DelayedCancelParams; result: DelayedCancelResult};
  /**
   * Reads one message that is not due.
   */
  'delayed.get': {params: DelayedGetParams; result: DelayedGetResult};
  /**
   * Lists messages that are not due, in the order in which they will be.
   */
  'delayed.list': {params: DelayedListParams; result: DelayedListResult};
  /**
   * Changes a message that is not due, for all who will get it. The topic asks of it what it asks of a publish: its `schema` and its `limit_message_expiry` hold.
   */
  'delayed.update': {params: DelayedUpdateParams; result: DelayedUpdateResult};
  /**
   * Hands messages to a subscriber, who settles them by its response.
   */
  deliver: {params: DeliverParams; result: DeliverResult};
  /**
   * Tells that a subscription is no longer attached to this socket.
   */
  detached: {params: DetachedParams; result: undefined};
  /**
   * Tells that messages left a queue without being delivered.
   */
  dropped: {params: DroppedParams; result: undefined};
  /**
   * Makes an endpoint: an identity with its rights.
   */
  'endpoint.create': {params: EndpointCreateParams; result: EndpointCreateResult};
  /**
   * Changes an endpoint: what is not named stays as it is.
   */
  'endpoint.update': {params: EndpointUpdateParams; result: EndpointUpdateResult};
  /**
   * Gives messages back: they are tried again later.
   */
  nack: {params: NackParams; result: NackResult};
  /**
   * Tells the time of the broker.
   */
  ping: {params: PingParams; result: PingResult};
  /**
   * Publishes a message. Answered when it is on disk, unless it is not guaranteed.
   */
  publish: {params: PublishParams; result: PublishResult};
  /**
   * Takes messages out of the queue of a subscription without attaching it.
   */
  pull: {params: PullParams; result: PullResult};
  /**
   * Reads the queue of a subscription and changes nothing.
   */
  'queue.browse': {params: QueueBrowseParams; result: QueueBrowseResult};
  /**
   * Deletes all messages that wait in one queue.
   */
  'queue.clear': {params: QueueClearParams; result: QueueClearResult};
  /**
   * Deletes a message from one queue.
   */
  'queue.delete': {params: QueueDeleteParams; result: QueueDeleteResult};
  /**
   * Reads one message of a queue and changes nothing.
   */
  'queue.get': {params: QueueGetParams; result: QueueGetResult};
  /**
   * Keeps a message in its queue and does not deliver it until `queue.release`.
   */
  'queue.hold': {params: QueueHoldParams; result: QueueHoldResult};
  /**
   * Makes a message the next one that its queue delivers.
   */
  'queue.move_to_top': {params: QueueMoveToTopParams; result: QueueMoveToTopResult};
  /**
   * Puts dead letters of a subscription back into its queue.
   */
  'queue.redrive': {params: QueueRedriveParams; result: QueueRedriveResult};
  /**
   * Delivers a message again that was held.
   */
  'queue.release': {params: QueueReleaseParams; result: QueueReleaseResult};
  /**
   * Brings back what one subscription has settled and the log still has.
   */
  'queue.rewind': {params: QueueRewindParams; result: QueueRewindResult};
  /**
   * Edits a message for one subscription; it holds for what is delivered after the answer.
   */
  'queue.update': {params: QueueUpdateParams; result: QueueUpdateResult};
  /**
   * Attaches a subscription to this socket.
   */
  resume: {params: ResumeParams; result: ResumeResult};
  /**
   * Makes a subscription, or gives back the one of this name, and attaches it to this socket.
   */
  subscribe: {params: SubscribeParams; result: SubscribeResult};
  /**
   * Makes a subscription of an endpoint without attaching it to anyone but its own route or service.
   */
  'subscription.create': {params: SubscriptionCreateParams; result: SubscriptionCreateResult};
  /**
   * Deletes a subscription with its queue. Whoever receives it is told.
   */
  'subscription.delete': {params: SubscriptionDeleteParams; result: SubscriptionDeleteResult};
  /**
   * Answers a subscription, with how it stands.
   */
  'subscription.get': {params: SubscriptionGetParams; result: SubscriptionGetResult};
  /**
   * Lists subscriptions in the order in which they were made: all of them, or those of the endpoint that asks.
   */
  'subscription.list': {params: SubscriptionListParams; result: SubscriptionListResult};
  /**
   * Changes what is given; all else stays. It holds for what is delivered after the answer.
   */
  'subscription.update': {params: SubscriptionUpdateParams; result: SubscriptionUpdateResult};
  /**
   * Answers a page of the log of a topic, in the order of delivery.
   */
  'topic.browse': {params: TopicBrowseParams; result: TopicBrowseResult};
  /**
   * Makes a topic.
   */
  'topic.create': {params: TopicCreateParams; result: TopicCreateResult};
  /**
   * Deletes a topic with all that was published to it.
   */
  'topic.delete': {params: TopicDeleteParams; result: TopicDeleteResult};
  /**
   * Answers one topic.
   */
  'topic.get': {params: TopicGetParams; result: TopicGetResult};
  /**
   * Lists topics in the order of their names.
   */
  'topic.list': {params: TopicListParams; result: TopicListResult};
  /**
   * Changes the options that are given; the others stay. They hold for what is published after the answer.
   */
  'topic.update': {params: TopicUpdateParams; result: TopicUpdateResult};
  /**
   * Takes one topic out of a subscription, or deletes the subscription.
   */
  unsubscribe: {params: UnsubscribeParams; result: UnsubscribeResult};
  /**
   * Tells who the caller is.
   */
  whoami: {params: WhoamiParams; result: WhoamiResult};
}
/**
 * How a subscription delivers.
 */
export interface SubscriptionOptions {
  /**
   * `pub-only` queues and does not deliver, `sub-only` delivers what is there and queues nothing new, `disabled` does neither. What waits is kept.
   */
  active_status?: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled';
  /**
   * `notify`: the broker sends; `pull`: the subscriber fetches.
   */
  delivery_method?: 'notify' | 'pull';
  /**
   * Messages in one `deliver` at most.
   */
  delivery_batch_size?: number;
  /**
   * Messages sent and not settled at most.
   */
  max_in_flight?: number;
  /**
   * Bytes of one `deliver` frame at most; a larger message goes alone.
   */
  max_frame_bytes?: number;
  /**
   * `false`: a route or service gets a message that comes alone as itself. Over WebSocket and by `pull` there is always a list.
   */
  wrap_one_msg_in_list?: boolean;
  /**
   * Failed attempts after which a message becomes a dead letter; 1: a single attempt.
   */
  delivery_max_retry?: number;
  /**
   * `true`: one batch in flight per priority, and a failed message is tried again before any that follow it.
   */
  delivery_err_should_block?: boolean;
  /**
   * Seconds for which deliveries rest when the route cannot be reached; a list gives one wait for each time in a row.
   */
  wait_sock_err?: number | number[];
  /**
   * Seconds before the next attempt after a nack without `delay`, an error answer or a failed service; a list gives one wait for each failure, the last one for all further ones.
   */
  wait_non_sock_err?: number | number[];
  /**
   * Seconds after which a pulled message that is not settled waits again.
   */
  ack_wait?: number;
  /**
   * Messages that may wait; over it the oldest of the lowest priority leave. `null`: no limit.
   */
  max_depth?: number | null;
}
/**
 * Why a message was given up.
 */
export interface DeadLetter {
  /**
   * What made it a dead letter.
   */
  reason: string;
  /**
   * Failed attempts.
   */
  attempts: number;
  /**
   * What the last attempt failed with, if it said so.
   */
  last_error: string | null;
  /**
   * Name of the subscription that gave it up, if it has one.
   */
  sub_name: string | null;
  /**
   * Topic that it was published to.
   */
  topic_name: string;
}
/**
 * A message as subscribers get it. Optional attributes that are empty are left out.
 */
export interface Message {
  /**
   * What was published: digits, escapes and order of keys as they were written.
   */
  data: unknown;
  /**
   * Topic that it was published to.
   */
  topic_name: string;
  /**
   * Id of a message.
   */
  msg_id: string;
  /**
   * Links messages of a series; set by the publisher.
   */
  correl_id?: string;
  /**
   * Id of the message that this one answers.
   */
  in_reply_to?: string;
  /**
   * 9 is delivered first.
   */
  priority: number;
  /**
   * What `data` is, for the subscriber.
   */
  mime_type: string;
  /**
   * Who published, in the words of the publisher.
   */
  ext_client_id?: string;
  /**
   * When it was published, by the clock of the broker.
   */
  pub_time_iso: string;
  /**
   * When it was published, by the clock of the publisher.
   */
  ext_pub_time_iso?: string;
  /**
   * When it was taken in for delivery; always later than `pub_time_iso`.
   */
  recv_time_iso: string;
  /**
   * Seconds after `recv_time_iso` at which the message expires.
   */
  expiration: number;
  /**
   * `recv_time_iso` + `expiration`.
   */
  expiration_time_iso: string;
  /**
   * Bytes of `data`: of its UTF-8 text if it is a string, of its minified JSON otherwise.
   */
  size: number;
  /**
   * Which attempt this is, 1 at the first; after a crash it may be too high, never too low. 0 in a queue that is read: not sent yet.
   */
  delivery_count: number;
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Where answers are to be sent.
   *
   * Items: Key of a subscription: a secret of the endpoint it was issued to.
   */
  reply_to_sk?: string[];
  /**
   * Group that it belongs to.
   */
  group_id?: string;
  /**
   * Its place in that group.
   */
  position_in_group?: number;
  /**
   * Any JSON, for the subscriber.
   */
  user_ctx?: unknown;
  dead_letter?: DeadLetter;
}
/**
 * How a topic treats what is published to it.
 */
export interface TopicOptions {
  /**
   * `false`: publishes are refused with `topic_inactive`.
   */
  is_active?: boolean;
  /**
   * `false`: nobody subscribes to it by `subscribe`.
   */
  is_api_sub_allowed?: boolean;
  /**
   * Whether messages that do not say so themselves are guaranteed.
   */
  has_gd?: boolean;
  /**
   * Messages that may wait in it; over it publishes get `depth_exceeded`. Null: no bound.
   */
  max_depth?: number | null;
  /**
   * Publications between two counts of its depth.
   */
  depth_check_freq?: number;
  /**
   * Seconds that a message stays in the log although everyone has settled it.
   */
  limit_retention?: number;
  /**
   * Seconds: an `expiration` that is longer is cut to it. Null: no bound.
   */
  limit_message_expiry?: number | null;
  /**
   * Seconds after which a subscription that nobody uses loses the topic. Null: never.
   */
  limit_sub_inactivity?: number | null;
  /**
   * While no subscription names it: `keep` messages for the first that does, or `drop` them.
   */
  on_no_subs_pub?: 'keep' | 'drop';
  /**
   * A JSON Schema (2020-12) that `data` must satisfy. Null: none.
   */
  schema?: {
    [k: string]: unknown;
  } | null;
}
/**
 * A topic.
 */
export interface Topic {
  /**
   * Its name.
   */
  topic_name: string;
  /**
   * `false`: publishes are refused with `topic_inactive`.
   */
  is_active: boolean;
  /**
   * `false`: nobody subscribes to it by `subscribe`.
   */
  is_api_sub_allowed: boolean;
  /**
   * Whether messages that do not say so themselves are guaranteed.
   */
  has_gd: boolean;
  /**
   * Messages that may wait in it; over it publishes get `depth_exceeded`. Null: no bound.
   */
  max_depth: number | null;
  /**
   * Publications between two counts of its depth.
   */
  depth_check_freq: number;
  /**
   * Seconds that a message stays in the log although everyone has settled it.
   */
  limit_retention: number;
  /**
   * Seconds: an `expiration` that is longer is cut to it. Null: no bound.
   */
  limit_message_expiry: number | null;
  /**
   * Seconds after which a subscription that nobody uses loses the topic. Null: never.
   */
  limit_sub_inactivity: number | null;
  /**
   * While no subscription names it: `keep` messages for the first that does, or `drop` them.
   */
  on_no_subs_pub: 'keep' | 'drop';
  /**
   * A JSON Schema (2020-12) that `data` must satisfy. Null: none.
   */
  schema: {
    [k: string]: unknown;
  } | null;
  /**
   * Messages of it that have not expired and that someone may still need.
   */
  depth?: number;
  /**
   * How many subscriptions name it, not counting those that reach it by a pattern.
   */
  subscriptions?: number;
  /**
   * When the last message was published to it; absent if none was since the broker started.
   */
  last_pub_time_iso?: string;
}
/**
 * An endpoint.
 */
export interface Endpoint {
  /**
   * Its name.
   */
  username: string;
  /**
   * `admin` may do all, `monitor` may read all, `user` may do what concerns its own.
   */
  role: 'admin' | 'monitor' | 'user';
  /**
   * Lines `pub=PATTERN` and `sub=PATTERN`. Without a line there is no right.
   *
   * @maxItems 1000
   */
  patterns: string[];
  /**
   * The key that was made by this call. It is not shown again.
   */
  key?: string;
}
/**
 * Where the broker sends the messages of a subscription by itself.
 */
export interface Route {
  /**
   * `http:` or `https:`, without credentials: these go into `headers`. Either this or `folder` is there.
   */
  url?: string;
  /**
   * Method of HTTP.
   */
  method?: 'POST' | 'PUT' | 'PATCH';
  /**
   * Sent with each request. Those of the connection and of the body, `Host` and `webhook-…` cannot be set.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * `whsec_` and the base64 form of 24 to 64 bytes: signs requests. Of several, each signs. It is not shown again.
   */
  secret?: string | string[];
  /**
   * Seconds from the connection to the headers of the response.
   */
  timeout_sec?: number;
  /**
   * Requests under way at once. More than one may overtake each other.
   */
  max_requests?: number;
  /**
   * Instead of `url`: where messages are written as files. An absolute path, below one of `file_folders`.
   */
  folder?: string;
  /**
   * Names of these files, with attributes of the message in braces.
   */
  file_name?: string;
  /**
   * What is in them: the `message` as JSON, or its `data` alone, as text, as `json`, or as the bytes that it is the `base64` form of.
   */
  encoding?: 'message' | 'utf8' | 'json' | 'base64';
}
/**
 * Settles messages: they are never sent again.
 */
export interface AckParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Ids of messages.
   *
   * @minItems 1
   * @maxItems 10000
   *
   * Items: Id of a message.
   */
  msg_id_list: string[];
}
/**
 * Takes a message that is not due away, so that nobody gets it.
 */
export interface DelayedCancelParams {
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Reads one message that is not due.
 */
export interface DelayedGetParams {
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Lists messages that are not due, in the order in which they will be.
 */
export interface DelayedListParams {
  /**
   * Only messages for this topic.
   */
  topic_name?: string;
  /**
   * Only messages whose JSON contains this text.
   */
  search?: string;
  /**
   * Messages in a page at most.
   */
  limit?: number;
  /**
   * `next_cursor` of the page before; none: the first page.
   */
  cursor?: string;
}
/**
 * Lists messages that are not due, in the order in which they will be.
 */
export interface DelayedListResult {
  /**
   * A page, by the time at which they are due.
   */
  items: DelayedMessage[];
  /**
   * Cursor of the next page, null after the last.
   */
  next_cursor: string | null;
}
/**
 * Changes a message that is not due, for all who will get it. The topic asks of it what it asks of a publish: its `schema` and its `limit_message_expiry` hold.
 */
export interface DelayedUpdateParams {
  /**
   * Id of a message.
   */
  msg_id: string;
  /**
   * The version that was read; if there is a later one, the answer is `conflict`.
   */
  version?: number;
  /**
   * The new data: any JSON.
   */
  data?: unknown;
  /**
   * 9 is delivered first.
   */
  priority?: number;
  /**
   * Seconds after `recv_time_iso` at which the message expires.
   */
  expiration?: number;
  /**
   * Seconds from now until it is due. 0: at once.
   */
  delay?: number;
  /**
   * When it is due, in place of `delay`; a time that is over: at once.
   */
  due_time_iso?: string;
  /**
   * What `data` is, for the subscriber.
   */
  mime_type?: string;
  /**
   * Links messages of a series.
   */
  correl_id?: string;
  /**
   * Id of the message that this one answers.
   */
  in_reply_to?: string;
}
/**
 * Hands messages to a subscriber, who settles them by its response.
 */
export interface DeliverParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Highest priority first, oldest first within a priority.
   *
   * @minItems 1
   */
  messages: Message[];
}
/**
 * A result that nacks some of the messages.
 */
export interface DeliverNack {
  /**
   * These are nacked, the others acked.
   */
  nack: {
    /**
     * Id of a message.
     */
    msg_id: string;
    /**
     * Seconds until the next attempt. None: `wait_non_sock_err` of the subscription.
     */
    delay?: number;
  }[];
}
/**
 * Tells that a subscription is no longer attached to this socket.
 */
export interface DetachedParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * `taken_over`: another socket attached it; `deleted`: it is gone; `endpoint_revoked`: so is its endpoint.
   */
  reason: 'taken_over' | 'deleted' | 'endpoint_revoked';
}
/**
 * Tells that messages left a queue without being delivered.
 */
export interface DroppedParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * How many.
   */
  count: number;
  /**
   * `max_depth`: the queue was longer than it may be; `unsubscribed`: a topic was taken out of the subscription; `cleared` and `deleted`: by `queue.clear` and `queue.delete`; `ram_full`: they were not guaranteed, and the memory was needed for others.
   */
  reason: 'max_depth' | 'unsubscribed' | 'cleared' | 'deleted' | 'ram_full';
}
/**
 * Makes an endpoint: an identity with its rights.
 */
export interface EndpointCreateParams {
  /**
   * Name of an endpoint.
   */
  username: string;
  /**
   * Password of an endpoint.
   */
  password?: string;
  /**
   * `true`: the broker makes a key, to be used as the password, and answers it this once.
   */
  key?: true;
  /**
   * `admin` may do all, `monitor` may read all, `user` may do what concerns its own.
   */
  role?: 'admin' | 'monitor' | 'user';
  /**
   * Lines `pub=PATTERN` and `sub=PATTERN`. Without a line there is no right.
   *
   * @maxItems 1000
   */
  patterns?: string[];
}
/**
 * Changes an endpoint: what is not named stays as it is.
 */
export interface EndpointUpdateParams {
  /**
   * Name of an endpoint.
   */
  username: string;
  /**
   * Password of an endpoint.
   */
  password?: string;
  /**
   * `true`: the broker makes a key, to be used as the password, and answers it this once.
   */
  key?: true;
  /**
   * `admin` may do all, `monitor` may read all, `user` may do what concerns its own.
   */
  role?: 'admin' | 'monitor' | 'user';
  /**
   * All lines `pub=PATTERN` and `sub=PATTERN` from now on.
   *
   * @maxItems 1000
   */
  patterns?: string[];
}
/**
 * Gives messages back: they are tried again later.
 */
export interface NackParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Ids of messages.
   *
   * @minItems 1
   * @maxItems 10000
   *
   * Items: Id of a message.
   */
  msg_id_list: string[];
  /**
   * Seconds until the next attempt. None: `wait_non_sock_err` of the subscription.
   */
  delay?: number;
}
/**
 * Tells the time of the broker.
 */
export interface PingResult {
  /**
   * Now.
   */
  time_iso: string;
}
/**
 * Publishes a message. Answered when it is on disk, unless it is not guaranteed.
 */
export interface PublishParams {
  /**
   * Name of a topic. A leading `/` is added where it lacks.
   */
  topic_name: string;
  /**
   * The message itself: any JSON, delivered as it was written.
   */
  data: unknown;
  /**
   * 9 is delivered first.
   */
  priority?: number;
  /**
   * Seconds after `recv_time_iso` at which the message expires.
   */
  expiration?: number;
  /**
   * Seconds after which the message enters its topic.
   */
  delay?: number;
  /**
   * What `data` is, for the subscriber.
   */
  mime_type?: string;
  /**
   * Links messages of a series.
   */
  correl_id?: string;
  /**
   * Id of the message that this one answers.
   */
  in_reply_to?: string;
  /**
   * Who publishes, in the words of the publisher.
   */
  ext_client_id?: string;
  /**
   * When it was published, by the clock of the publisher: ISO 8601 with `Z` or an offset.
   */
  ext_pub_time_iso?: string;
  /**
   * An id that the publisher made, so that publishing again does not publish twice. None: the broker makes one.
   */
  msg_id?: string;
  /**
   * `false`: the message is kept in memory only, and gone when the broker ends; `true`: it is on disk when it is answered. Left out: as the topic says. One with a `delay` is always on disk.
   */
  has_gd?: boolean;
  /**
   * Only these subscriptions get it.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Key of a subscription: a secret of the endpoint it was issued to.
   */
  deliver_to_sk?: string[];
  /**
   * Where answers are to be sent.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Key of a subscription: a secret of the endpoint it was issued to.
   */
  reply_to_sk?: string[];
  /**
   * Group that it belongs to.
   */
  group_id?: string;
  /**
   * Its place in that group.
   */
  position_in_group?: number;
  /**
   * Any JSON, for the subscriber.
   */
  user_ctx?: unknown;
}
/**
 * Publishes a message. Answered when it is on disk, unless it is not guaranteed.
 */
export interface PublishResult {
  /**
   * Id of a message.
   */
  msg_id: string;
  /**
   * Present if the message is in memory only.
   */
  has_gd?: false;
  /**
   * Present if this endpoint used this `msg_id` within the last day: nothing was published again.
   */
  duplicate?: true;
}
/**
 * Takes messages out of the queue of a subscription without attaching it.
 */
export interface PullParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Messages to take at most.
   */
  max_messages?: number;
  /**
   * Seconds to wait for the first message.
   */
  wait?: number;
}
/**
 * Takes messages out of the queue of a subscription without attaching it.
 */
export interface PullResult {
  /**
   * In flight until acked, nacked, or until `ack_wait` passes.
   */
  messages: Message[];
}
/**
 * Reads the queue of a subscription and changes nothing.
 */
export interface QueueBrowseParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Messages in a page at most.
   */
  max_messages?: number;
  /**
   * `next_cursor` of the page before; none: the first page.
   */
  cursor?: string;
  /**
   * Only messages whose JSON contains this text.
   */
  search?: string;
  /**
   * Only messages of this priority.
   */
  priority?: number;
  /**
   * Only messages of this topic.
   */
  topic_name?: string;
}
/**
 * Reads the queue of a subscription and changes nothing.
 */
export interface QueueBrowseResult {
  /**
   * A page, in the order of delivery.
   */
  messages: QueueMessage[];
  /**
   * Messages of the queue that are not settled, in all.
   */
  depth: number;
  /**
   * Cursor of the next page, null after the last.
   */
  next_cursor: string | null;
}
/**
 * Deletes all messages that wait in one queue.
 */
export interface QueueClearParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
}
/**
 * Deletes a message from one queue.
 */
export interface QueueDeleteParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Reads one message of a queue and changes nothing.
 */
export interface QueueGetParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Keeps a message in its queue and does not deliver it until `queue.release`.
 */
export interface QueueHoldParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Makes a message the next one that its queue delivers.
 */
export interface QueueMoveToTopParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Puts dead letters of a subscription back into its queue.
 */
export interface QueueRedriveParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of the dead letter; none: all of them.
   */
  msg_id?: string;
}
/**
 * Puts dead letters of a subscription back into its queue.
 */
export interface QueueRedriveResult {
  /**
   * Dead letters that are in the queue again.
   */
  redriven: number;
  /**
   * Dead letters that stay, because their topic is gone.
   */
  skipped: number;
}
/**
 * Delivers a message again that was held.
 */
export interface QueueReleaseParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of a message.
   */
  msg_id: string;
}
/**
 * Brings back what one subscription has settled and the log still has.
 */
export interface QueueRewindParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Where to begin again: with all that there is, with what came at a time or later, or with a message.
   */
  to: 'earliest' | string;
  /**
   * `true`: nothing is changed, only counted.
   */
  dry_run?: boolean;
}
/**
 * Brings back what one subscription has settled and the log still has.
 */
export interface QueueRewindResult {
  /**
   * How many come back, or would.
   */
  message_count: number;
}
/**
 * Edits a message for one subscription; it holds for what is delivered after the answer.
 */
export interface QueueUpdateParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Id of a message.
   */
  msg_id: string;
  /**
   * The version that was read; if there is a later one, the answer is `conflict`.
   */
  version?: number;
  /**
   * The new data: any JSON.
   */
  data?: unknown;
  /**
   * 9 is delivered first.
   */
  priority?: number;
  /**
   * Seconds after `recv_time_iso` at which the message expires.
   */
  expiration?: number;
  /**
   * What `data` is, for the subscriber.
   */
  mime_type?: string;
  /**
   * Links messages of a series.
   */
  correl_id?: string;
  /**
   * Id of the message that this one answers.
   */
  in_reply_to?: string;
}
/**
 * Attaches a subscription to this socket.
 */
export interface ResumeParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
}
/**
 * Attaches a subscription to this socket.
 */
export interface ResumeResult {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Messages that are not settled.
   */
  queue_depth: number;
  /**
   * What it is subscribed to, names and patterns.
   */
  topic_name_list: string[];
}
/**
 * Makes a subscription, or gives back the one of this name, and attaches it to this socket.
 */
export interface SubscribeParams {
  /**
   * Name of a topic, or a pattern with `*` within a segment or `**` as a whole segment.
   */
  topic_name?: string;
  /**
   * Names of topics, or patterns.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Name of a topic, or a pattern with `*` within a segment or `**` as a whole segment.
   */
  topic_name_list?: string[];
  /**
   * The same name gives the same subscription, topics it had not are added. None: always a new one.
   */
  name?: string;
  /**
   * With what a new subscription begins: all that the log has, or what came at a time or later; `latest`: with what comes from now on.
   */
  from?: ('earliest' | 'latest') | string;
  /**
   * `pub-only` queues and does not deliver, `sub-only` delivers what is there and queues nothing new, `disabled` does neither. What waits is kept.
   */
  active_status?: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled';
  /**
   * `notify`: the broker sends; `pull`: the subscriber fetches.
   */
  delivery_method?: 'notify' | 'pull';
  /**
   * Messages in one `deliver` at most.
   */
  delivery_batch_size?: number;
  /**
   * Messages sent and not settled at most.
   */
  max_in_flight?: number;
  /**
   * Bytes of one `deliver` frame at most; a larger message goes alone.
   */
  max_frame_bytes?: number;
  /**
   * `false`: a route or service gets a message that comes alone as itself. Over WebSocket and by `pull` there is always a list.
   */
  wrap_one_msg_in_list?: boolean;
  /**
   * Failed attempts after which a message becomes a dead letter; 1: a single attempt.
   */
  delivery_max_retry?: number;
  /**
   * `true`: one batch in flight per priority, and a failed message is tried again before any that follow it.
   */
  delivery_err_should_block?: boolean;
  /**
   * Seconds for which deliveries rest when the route cannot be reached; a list gives one wait for each time in a row.
   */
  wait_sock_err?: number | number[];
  /**
   * Seconds before the next attempt after a nack without `delay`, an error answer or a failed service; a list gives one wait for each failure, the last one for all further ones.
   */
  wait_non_sock_err?: number | number[];
  /**
   * Seconds after which a pulled message that is not settled waits again.
   */
  ack_wait?: number;
  /**
   * Messages that may wait; over it the oldest of the lowest priority leave. `null`: no limit.
   */
  max_depth?: number | null;
  /**
   * `true`: the subscription is deleted when the socket that owns it ends.
   */
  unsub_on_close?: boolean;
}
/**
 * Makes a subscription, or gives back the one of this name, and attaches it to this socket.
 */
export interface SubscribeResult {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * Messages that are not settled.
   */
  queue_depth: number;
  /**
   * False: the subscription existed.
   */
  is_new: boolean;
}
/**
 * Makes a subscription of an endpoint without attaching it to anyone but its own route or service.
 */
export interface SubscriptionCreateParams {
  /**
   * Endpoint that it belongs to, and whose rights it has.
   */
  username: string;
  /**
   * Name of a subscription, unique within its endpoint. Those that begin with `rest:` are made by REST.
   */
  name?: string;
  /**
   * Name of a topic, or a pattern with `*` within a segment or `**` as a whole segment.
   */
  topic_name?: string;
  /**
   * Names of topics, or patterns.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Name of a topic, or a pattern with `*` within a segment or `**` as a whole segment.
   */
  topic_name_list?: string[];
  /**
   * With what a new subscription begins: all that the log has, or what came at a time or later; `latest`: with what comes from now on.
   */
  from?: ('earliest' | 'latest') | string;
  route?: Route;
  /**
   * Name of a service that gets the messages of a subscription.
   */
  service_name?: string;
  /**
   * `pub-only` queues and does not deliver, `sub-only` delivers what is there and queues nothing new, `disabled` does neither. What waits is kept.
   */
  active_status?: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled';
  /**
   * `notify`: the broker sends; `pull`: the subscriber fetches.
   */
  delivery_method?: 'notify' | 'pull';
  /**
   * Messages in one `deliver` at most.
   */
  delivery_batch_size?: number;
  /**
   * Messages sent and not settled at most.
   */
  max_in_flight?: number;
  /**
   * Bytes of one `deliver` frame at most; a larger message goes alone.
   */
  max_frame_bytes?: number;
  /**
   * `false`: a route or service gets a message that comes alone as itself. Over WebSocket and by `pull` there is always a list.
   */
  wrap_one_msg_in_list?: boolean;
  /**
   * Failed attempts after which a message becomes a dead letter; 1: a single attempt.
   */
  delivery_max_retry?: number;
  /**
   * `true`: one batch in flight per priority, and a failed message is tried again before any that follow it.
   */
  delivery_err_should_block?: boolean;
  /**
   * Seconds for which deliveries rest when the route cannot be reached; a list gives one wait for each time in a row.
   */
  wait_sock_err?: number | number[];
  /**
   * Seconds before the next attempt after a nack without `delay`, an error answer or a failed service; a list gives one wait for each failure, the last one for all further ones.
   */
  wait_non_sock_err?: number | number[];
  /**
   * Seconds after which a pulled message that is not settled waits again.
   */
  ack_wait?: number;
  /**
   * Messages that may wait; over it the oldest of the lowest priority leave. `null`: no limit.
   */
  max_depth?: number | null;
}
/**
 * Deletes a subscription with its queue. Whoever receives it is told.
 */
export interface SubscriptionDeleteParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
}
/**
 * Answers a subscription, with how it stands.
 */
export interface SubscriptionGetParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key?: string;
  /**
   * In place of `sub_key`: the endpoint that it belongs to; one's own, if only a `name` is given.
   */
  username?: string;
  /**
   * In place of `sub_key`: its name.
   */
  name?: string;
}
/**
 * Lists subscriptions in the order in which they were made: all of them, or those of the endpoint that asks.
 */
export interface SubscriptionListParams {
  /**
   * Only those whose name, endpoint, address without its query, or one of whose topics holds this text.
   */
  search?: string;
  /**
   * Subscriptions in a page at most.
   */
  limit?: number;
  /**
   * `next_cursor` of the page before; none: the first page.
   */
  cursor?: string;
}
/**
 * Lists subscriptions in the order in which they were made: all of them, or those of the endpoint that asks.
 */
export interface SubscriptionListResult {
  /**
   * A page of subscriptions. It may hold fewer than asked for, even none, and not be the last.
   */
  items: Subscription[];
  /**
   * Cursor of the next page, null after the last.
   */
  next_cursor: string | null;
}
/**
 * Changes what is given; all else stays. It holds for what is delivered after the answer.
 */
export interface SubscriptionUpdateParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * All topics and patterns that it has from now on. What leaves goes with its backlog, as by `unsubscribe`; what stays keeps its own.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Name of a topic, or a pattern with `*` within a segment or `**` as a whole segment.
   */
  topic_name_list?: string[];
  /**
   * Where the broker sends its messages from now on; `null`: nowhere.
   */
  route?: Route | null;
  /**
   * The service that gets its messages from now on; `null`: none.
   */
  service_name?: string | null;
  /**
   * `pub-only` queues and does not deliver, `sub-only` delivers what is there and queues nothing new, `disabled` does neither. What waits is kept.
   */
  active_status?: 'pub-sub' | 'pub-only' | 'sub-only' | 'disabled';
  /**
   * `notify`: the broker sends; `pull`: the subscriber fetches.
   */
  delivery_method?: 'notify' | 'pull';
  /**
   * Messages in one `deliver` at most.
   */
  delivery_batch_size?: number;
  /**
   * Messages sent and not settled at most.
   */
  max_in_flight?: number;
  /**
   * Bytes of one `deliver` frame at most; a larger message goes alone.
   */
  max_frame_bytes?: number;
  /**
   * `false`: a route or service gets a message that comes alone as itself. Over WebSocket and by `pull` there is always a list.
   */
  wrap_one_msg_in_list?: boolean;
  /**
   * Failed attempts after which a message becomes a dead letter; 1: a single attempt.
   */
  delivery_max_retry?: number;
  /**
   * `true`: one batch in flight per priority, and a failed message is tried again before any that follow it.
   */
  delivery_err_should_block?: boolean;
  /**
   * Seconds for which deliveries rest when the route cannot be reached; a list gives one wait for each time in a row.
   */
  wait_sock_err?: number | number[];
  /**
   * Seconds before the next attempt after a nack without `delay`, an error answer or a failed service; a list gives one wait for each failure, the last one for all further ones.
   */
  wait_non_sock_err?: number | number[];
  /**
   * Seconds after which a pulled message that is not settled waits again.
   */
  ack_wait?: number;
  /**
   * Messages that may wait; over it the oldest of the lowest priority leave. `null`: no limit.
   */
  max_depth?: number | null;
}
/**
 * Answers a page of the log of a topic, in the order of delivery.
 */
export interface TopicBrowseParams {
  /**
   * Name of a topic. A leading `/` is added where it lacks.
   */
  topic_name: string;
  /**
   * Messages in a page at most.
   */
  max_messages?: number;
  /**
   * `next_cursor` of the page before; none: the first page.
   */
  cursor?: string;
  /**
   * Only messages whose JSON contains this text.
   */
  search?: string;
  /**
   * Only messages of this priority.
   */
  priority?: number;
}
/**
 * Answers a page of the log of a topic, in the order of delivery.
 */
export interface TopicBrowseResult {
  /**
   * A page: messages as subscribers get them, without `delivery_count` and `sub_key`.
   */
  messages: {
    [k: string]: unknown;
  }[];
  /**
   * Messages of the topic that someone may still need, in all.
   */
  depth: number;
  /**
   * Cursor of the next page, null after the last.
   */
  next_cursor: string | null;
}
/**
 * Makes a topic.
 */
export interface TopicCreateParams {
  /**
   * Name of a topic. A leading `/` is added where it lacks.
   */
  topic_name: string;
  /**
   * `false`: publishes are refused with `topic_inactive`.
   */
  is_active?: boolean;
  /**
   * `false`: nobody subscribes to it by `subscribe`.
   */
  is_api_sub_allowed?: boolean;
  /**
   * Whether messages that do not say so themselves are guaranteed.
   */
  has_gd?: boolean;
  /**
   * Messages that may wait in it; over it publishes get `depth_exceeded`. Null: no bound.
   */
  max_depth?: number | null;
  /**
   * Publications between two counts of its depth.
   */
  depth_check_freq?: number;
  /**
   * Seconds that a message stays in the log although everyone has settled it.
   */
  limit_retention?: number;
  /**
   * Seconds: an `expiration` that is longer is cut to it. Null: no bound.
   */
  limit_message_expiry?: number | null;
  /**
   * Seconds after which a subscription that nobody uses loses the topic. Null: never.
   */
  limit_sub_inactivity?: number | null;
  /**
   * While no subscription names it: `keep` messages for the first that does, or `drop` them.
   */
  on_no_subs_pub?: 'keep' | 'drop';
  /**
   * A JSON Schema (2020-12) that `data` must satisfy. Null: none.
   */
  schema?: {
    [k: string]: unknown;
  } | null;
}
/**
 * Deletes a topic with all that was published to it.
 */
export interface TopicDeleteParams {
  /**
   * Name of a topic. A leading `/` is added where it lacks.
   */
  topic_name: string;
}
/**
 * Answers one topic.
 */
export interface TopicGetParams {
  /**
   * Name of a topic. A leading `/` is added where it lacks.
   */
  topic_name: string;
}
/**
 * Lists topics in the order of their names.
 */
export interface TopicListParams {
  /**
   * Only names that contain this text.
   */
  search?: string;
  /**
   * Topics in a page at most.
   */
  limit?: number;
  /**
   * `next_cursor` of the page before; none: the first page.
   */
  cursor?: string;
}
/**
 * Lists topics in the order of their names.
 */
export interface TopicListResult {
  /**
   * A page of topics.
   */
  items: Topic[];
  /**
   * Cursor of the next page, null after the last.
   */
  next_cursor: string | null;
}
/**
 * Changes the options that are given; the others stay. They hold for what is published after the answer.
 */
export interface TopicUpdateParams {
  /**
   * Name of a topic. A leading `/` is added where it lacks.
   */
  topic_name: string;
  /**
   * `false`: publishes are refused with `topic_inactive`.
   */
  is_active?: boolean;
  /**
   * `false`: nobody subscribes to it by `subscribe`.
   */
  is_api_sub_allowed?: boolean;
  /**
   * Whether messages that do not say so themselves are guaranteed.
   */
  has_gd?: boolean;
  /**
   * Messages that may wait in it; over it publishes get `depth_exceeded`. Null: no bound.
   */
  max_depth?: number | null;
  /**
   * Publications between two counts of its depth.
   */
  depth_check_freq?: number;
  /**
   * Seconds that a message stays in the log although everyone has settled it.
   */
  limit_retention?: number;
  /**
   * Seconds: an `expiration` that is longer is cut to it. Null: no bound.
   */
  limit_message_expiry?: number | null;
  /**
   * Seconds after which a subscription that nobody uses loses the topic. Null: never.
   */
  limit_sub_inactivity?: number | null;
  /**
   * While no subscription names it: `keep` messages for the first that does, or `drop` them.
   */
  on_no_subs_pub?: 'keep' | 'drop';
  /**
   * A JSON Schema (2020-12) that `data` must satisfy. Null: none.
   */
  schema?: {
    [k: string]: unknown;
  } | null;
}
/**
 * Takes one topic out of a subscription, or deletes the subscription.
 */
export interface UnsubscribeParams {
  /**
   * Key of a subscription: a secret of the endpoint it was issued to.
   */
  sub_key: string;
  /**
   * The name or pattern, as it was subscribed; it goes with its backlog. None: all, and the queue is deleted.
   */
  topic_name?: string;
}
/**
 * Tells who the caller is.
 */
export interface WhoamiResult {
  /**
   * Name of the endpoint.
   */
  username: string;
  /**
   * `admin` may do all, `monitor` may read all, `user` may do what concerns its own.
   */
  role: 'admin' | 'monitor' | 'user';
  /**
   * Lines `pub=PATTERN` and `sub=PATTERN`. Without a line there is no right.
   *
   * @maxItems 1000
   */
  patterns: string[];
}

export type AckResult = Empty;
export type ConfigReloadParams = Record<string, never>;
export type ConfigReloadResult = Record<string, never>;
export type DelayedCancelResult = Empty;
export type DelayedGetResult = DelayedMessage;
export type DelayedUpdateResult = DelayedMessage;
export type DeliverResult = unknown;
export type EndpointCreateResult = Endpoint;
export type EndpointUpdateResult = Endpoint;
export type NackResult = Empty;
export type PingParams = Record<string, never>;
export type QueueClearResult = Empty;
export type QueueDeleteResult = Empty;
export type QueueGetResult = QueueMessage;
export type QueueHoldResult = QueueMessage;
export type QueueMoveToTopResult = QueueMessage;
export type QueueReleaseResult = QueueMessage;
export type QueueUpdateResult = QueueMessage;
export type SubscriptionCreateResult = Subscription;
export type SubscriptionDeleteResult = Empty;
export type SubscriptionGetResult = Subscription;
export type SubscriptionUpdateResult = Subscription;
export type TopicCreateResult = Topic;
export type TopicDeleteResult = Empty;
export type TopicGetResult = Topic;
export type TopicUpdateResult = Topic;
export type UnsubscribeResult = Empty;
export type WhoamiParams = Record<string, never>;
