import type { Broker } from '../broker/broker.js';
import type { PublishParams } from '../protocol/api.gen.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Limits } from '../protocol/limits.js';
import { readObject } from '../protocol/members.js';
import { topicName } from '../protocol/names.js';
import { unbuilt } from '../protocol/request.js';
import { type Caller, callerOverHttp } from './caller.js';
import type { Dispatcher } from './dispatcher.js';

/** A message that comes from no client, and by whose rights it is published. */
export interface UnaskedPublication {
  username: string;
  params: Omit<PublishParams, 'data' | 'user_ctx'>;
  /** JSON texts. */
  data: string;
  userCtx: string;
}

/** Publishes for endpoints that do not ask themselves, by the way that the requests of every client take. */
export class PublishAs {
  readonly #broker: Broker;
  readonly #dispatcher: Dispatcher;
  readonly #limits: Limits;
  /** Publishes of one endpoint to one topic keep their order, and do not wait for others. */
  readonly #callers = new Map<string, Caller>();

  constructor(parts: { broker: Broker; dispatcher: Dispatcher; limits: Limits }) {
    this.#broker = parts.broker;
    this.#dispatcher = parts.dispatcher;
    this.#limits = parts.limits;
  }

  /** Why the endpoint cannot publish to the topic, or null. */
  fault(username: string, topic: string): string | null {
    const endpoint = this.#broker.endpoints.find(username);
    if (!endpoint) return `there is no endpoint "${username}": name one of endpoints, or one that is in the store`;
    // A name without a `/` may be that of a service, whose topic is known when something is published to it.
    if (!topic.includes('/') || endpoint.mayPublishTo(topicName(topic))) return null;
    return `endpoint "${username}" may not publish to ${topicName(topic)}: grant it pub=${topicName(topic)}`;
  }

  /** Resolves when the message is accepted, also if it was before. Rejects with `HoldfastError`, and with what a fault threw. */
  async publish({ username, params, data, userCtx }: UnaskedPublication): Promise<void> {
    const caller = this.#callerOf(username, params.topic_name);
    // A frame has one level around these members.
    readObject(`{"data":${data}}`, this.#limits.json_depth_max - 1, 'The data');
    const given = { ...params, data: unbuilt, user_ctx: unbuilt };
    this.#dispatcher.check('publish', given);
    const raw = (name: string) => (name === 'data' ? data : name === 'user_ctx' ? userCtx : undefined);
    const request = {
      kind: 'request',
      id: null,
      method: 'publish',
      params: given,
      dataSpaces: undefined,
      raw,
    } as const;
    await this.#dispatcher.result(caller, request);
  }

  #callerOf(username: string, topic: string): Caller {
    const key = `${username}\n${topic}`;
    const endpoint = this.#broker.endpoints.find(username);
    if (!endpoint) throw new HoldfastError('forbidden', `There is no endpoint "${username}" any more.`);
    const known = this.#callers.get(key);
    if (known?.endpoint === endpoint) return known;
    const caller = callerOverHttp(this.#broker, { endpointId: endpoint.id, username }, null);
    this.#callers.set(key, caller);
    return caller;
  }
}
