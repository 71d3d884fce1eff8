import type { Broker } from '../broker/broker.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import type { Sink } from '../broker/sink.js';
import type { Receiver } from '../broker/subscriptions/receiver.js';
import type { Receivers, Served } from '../broker/subscriptions/receivers.js';
import type { Subscription } from '../broker/subscriptions/subscription.js';
import type { ServiceTopics } from '../broker/topics/service-topics.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Limits } from '../protocol/limits.js';
import { isPattern, serviceTopic } from '../protocol/names.js';
import { ExtensionFault } from './extension-fault.js';
import type { ExtensionLog, Extensions } from './extensions.js';
import type { Replies } from './replies.js';
import { Service, type ServiceCounters } from './service.js';
import { ServiceSink } from './service-sink.js';
import type { LoadedService } from './thread-messages.js';

export interface DeployedServicesParts {
  broker: Broker;
  extensions: Extensions;
  /** Whom services subscribe as. */
  endpoint: Endpoint;
  counters: ServiceCounters;
  /** Where replies to their requests go; ends with them. */
  replies: Replies;
  limits: Limits;
  log: ExtensionLog;
}

/** The services that the files define, with their subscriptions: one for each, of its name, made when it has a topic. */
export class DeployedServices implements Receivers, ServiceTopics {
  readonly #parts: DeployedServicesParts;
  readonly #byName = new Map<string, Service>();
  readonly #byTopic = new Map<string, Service>();

  constructor(parts: DeployedServicesParts) {
    this.#parts = parts;
  }

  /** Brings services and subscriptions up to what is loaded, also after a reload. What no file defines any more waits. */
  async deploy(): Promise<void> {
    const { loaded } = this.#parts.extensions;
    const names = new Set(loaded.services.map(({ name }) => name));
    for (const definition of loaded.services) this.#define(definition);
    for (const service of this.#byName.values()) if (!names.has(service.name)) this.#retire(service);
    const faults: ExtensionFault[] = [];
    for (const service of this.#byName.values()) {
      await this.#bring(service).catch(error => faults.push(faultOf(service, error)));
    }
    // Subscriptions of others that wait for a service that there was not.
    void this.#parts.broker.standing.refresh();
    // One that cannot have its topics keeps none of the others from theirs.
    if (faults[0]) throw faults[0];
  }

  isServed(topicName: string): boolean {
    return this.#byTopic.has(topicName);
  }

  async serve(topicName: string): Promise<void> {
    await this.#subscribe(this.#byTopic.get(topicName)!, [topicName]);
  }

  has({ endpoint, name }: Subscription): boolean {
    return endpoint === this.#parts.endpoint && !!this.#byName.get(name ?? '')?.definition;
  }

  check(receiver: Receiver): void {
    const name = serviceOf(receiver);
    if (this.#byName.get(name)?.definition) return;
    const reason = `must be a service that is loaded: ${[...this.#byName.keys()].join(', ') || 'there is none'}`;
    throw new HoldfastError('invalid_params', `service_name ${reason}.`, { path: 'service_name', reason });
  }

  sinkFor(receiver: Receiver, served: Served, wake: () => void): Sink | { error: string } {
    const service = this.#byName.get(serviceOf(receiver));
    if (!service) return { error: `no file defines the service ${serviceOf(receiver)}` };
    return new ServiceSink(service, () => served.options, wake);
  }

  /** Resolves when no service is at work any more, or after `extension_stop_ms_max`. */
  async stop(): Promise<void> {
    const services = [...this.#byName.values()];
    for (const service of services) service.stop();
    await Promise.race([Promise.all(services.map(service => service.idle())), this.#waited()]);
    await this.#parts.replies.stop();
  }

  #waited(): Promise<void> {
    const { limits } = this.#parts;
    return new Promise(resolve => setTimeout(resolve, limits.extension_stop_ms_max).unref());
  }

  #define(definition: LoadedService): void {
    const known = this.#byName.get(definition.name);
    known?.redefine(definition);
    const service = known ?? new Service(definition, this.#parts);
    this.#byName.set(definition.name, service);
    this.#byTopic.set(serviceTopic(definition.name), service);
  }

  #retire(service: Service): void {
    if (!service.definition) return;
    service.redefine(null);
    const topic = serviceTopic(service.name);
    if (this.#byTopic.get(topic) === service) this.#byTopic.delete(topic);
    this.#parts.log.warn({ service: service.name }, 'No file defines this service any more: its messages wait');
  }

  async #bring(service: Service): Promise<void> {
    await this.#makeTopics(service);
    await this.#subscribe(service, []);
  }

  /** Topics that a file names are as good as declared. Not its own one, which is made when it is used. */
  async #makeTopics({ name, definition }: Service): Promise<void> {
    for (const topic of definition?.topics ?? []) {
      if (!isPattern(topic) && topic !== serviceTopic(name)) await this.#parts.broker.topicAdmin.declare(topic, {});
    }
  }

  /** Also to the topics that its file names, and to its own one if that is there. */
  async #subscribe({ name, definition }: Service, further: string[]): Promise<void> {
    if (!definition) return;
    const { broker, endpoint } = this.#parts;
    const own = serviceTopic(name);
    const patterns = [...definition.topics, ...further, ...(broker.topics.find(own) ? [own] : [])];
    if (patterns.length === 0) return;
    await broker.subscriber.subscribe(endpoint, {
      patterns: [...new Set(patterns)],
      name,
      options: { ...definition.options, receiver: { service_name: name } },
      defaultMethod: 'notify',
      sink: null,
      isOwn: true,
    });
  }
}

/** What keeps a service from its topics, like a bound that was reached, with the place of the service. */
function faultOf({ name, definition }: Service, error: unknown): ExtensionFault {
  const { message, stack } = error as Error;
  return new ExtensionFault(`${definition?.file}: service ${name}: ${message}`, stack);
}

function serviceOf(receiver: Receiver): string {
  return 'service_name' in receiver ? receiver.service_name : '';
}
