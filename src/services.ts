/**
 * What files of services import, as `holdfast/services`. A service is a subscriber and a publisher that runs inside the
 * broker; docs/SERVICES.md tells how.
 */
import type { Message, PublishParams, PublishResult, SubscribeParams } from './protocol/api.gen.js';

export type { Message, PublishResult } from './protocol/api.gen.js';
export { HoldfastError } from './protocol/errors.js';

/** Options of the subscription of a service, by their names on the wire. */
export type ServiceOptions = Omit<
  SubscribeParams,
  'topic_name' | 'topic_name_list' | 'name' | 'delivery_method' | 'unsub_on_close' | 'ack_wait'
>;

/** Attributes of a message that a service publishes, by their names on the wire. */
export type PublishOptions = Omit<PublishParams, 'topic_name' | 'data'>;

export interface RequestOptions extends Omit<PublishOptions, 'reply_to_sk' | 'deliver_to_sk' | 'delay'> {
  /** How long to wait for the reply, in milliseconds; 30,000 unless given. */
  timeout_ms?: number;
}

export interface ReplyOptions extends Omit<PublishOptions, 'deliver_to_sk' | 'in_reply_to'> {
  /** Where the reply is published; unless given, a topic that the asking subscription has. */
  topic_name?: string;
}

/** Writes lines to the log of the broker, with the name of the service in each. `details` must be plain data. */
export interface ServiceLog {
  debug(message: string, details?: object): void;
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

/** What a service works with while it handles something. */
export interface ServiceContext {
  /** The name of the service. */
  readonly service: string;
  /** Aborted when the time limit of this call is over; what the call answers then counts no more. */
  readonly signal: AbortSignal;
  readonly log: ServiceLog;
  /**
   * Publishes to a topic, or to a service by its name. Resolves when the broker has accepted the message, as for any
   * publisher. Rejects with `HoldfastError`.
   */
  publish(topicOrService: string, data: unknown, options?: PublishOptions): Promise<PublishResult>;
  /**
   * Publishes, and resolves with the first message that comes in reply. Rejects with `HoldfastError`, and with an error
   * of the name `TimeoutError` if no reply comes in time; one that comes later is dropped.
   */
  request(topicOrService: string, data: unknown, options?: RequestOptions): Promise<Message>;
  /** Publishes a reply to the subscriptions that `message` names in `reply_to_sk`. Rejects with `HoldfastError`. */
  reply(message: Message, data: unknown, options?: ReplyOptions): Promise<PublishResult>;
}

/** Messages of a batch that are to come again, the others are settled. `delay`: seconds. */
export interface ServiceNacks {
  nack: (string | { msg_id: string; delay?: number })[];
}

/** What `handle` may answer. Resolved: settled. Thrown: a failed attempt, after which all of it comes again. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that answers nothing is what most of them are
export type Handled = ServiceNacks | undefined | void;

type Handle<Given> = (given: Given, context: ServiceContext) => Handled | Promise<Handled>;

interface ServiceBase {
  /** Letters, digits, `_`, `.` and `-`. `my.api.new` has the topic `/zato/s/to/my_api_new`. */
  name: string;
  /** Further topics and patterns that it subscribes to. */
  topics?: readonly string[];
  /** Batches that it handles at a time; 1 unless given, which keeps their order. */
  concurrency?: number;
  /** How long a batch may take, in seconds; 60 unless given. */
  timeout_sec?: number;
}

export interface ServiceDefinition extends ServiceBase {
  /** Of its subscription. What is given here is set at each start and reload. */
  options?: ServiceOptions;
  handle: Handle<Message[]>;
}

/** A service that gets its messages one by one, and not in lists. */
export interface SingleServiceDefinition extends ServiceBase {
  options: ServiceOptions & { wrap_one_msg_in_list: false; delivery_batch_size: 1 };
  handle: Handle<Message>;
}

/** What `defineService` answers and a file exports. */
export interface DefinedService {
  readonly [serviceMark]: ServiceDefinition | SingleServiceDefinition;
}

/** Registered by name, so that a file may have got this module from another copy of the package. */
export const serviceMark: unique symbol = Symbol.for('holdfast.service');

/**
 * Defines a service. The file must export what this answers, under any name. What is wrong with the definition is told
 * when the broker loads the file.
 */
export function defineService(service: SingleServiceDefinition): DefinedService;
export function defineService(service: ServiceDefinition): DefinedService;
export function defineService(service: ServiceDefinition | SingleServiceDefinition): DefinedService {
  return Object.freeze({ [serviceMark]: service });
}
