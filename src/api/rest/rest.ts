import type { Broker } from '../../broker/broker.js';
import type { Taken } from '../../broker/delivery/puller.js';
import { HoldfastError } from '../../protocol/errors.js';
import { isMessageId } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { readObject } from '../../protocol/members.js';
import { restSubscription, topicName } from '../../protocol/names.js';
import { Request } from '../../protocol/request.js';
import { type Caller, callerOverHttp } from '../caller.js';
import type { Identity } from '../connection.js';
import type { Dispatcher } from '../dispatcher.js';
import { clipped } from '../similar-names.js';
import { publishRequest, type RestPublication } from './publication.js';

/** What `subscribe` takes and these calls have no use for: the path says it, or there is no socket. */
const notForRest = ['topic_name', 'topic_name_list', 'name', 'delivery_method', 'unsub_on_close'];

/**
 * The calls of REST, once their HTTP has been read: each is a method of JSON-RPC, or two. An endpoint has one pull
 * subscription to a topic here, which is found by its name. All of them throw `HoldfastError`.
 */
export class Rest {
  readonly #broker: Broker;
  readonly #dispatcher: Dispatcher;
  readonly #limits: Limits;

  constructor(parts: { broker: Broker; dispatcher: Dispatcher; limits: Limits }) {
    this.#broker = parts.broker;
    this.#dispatcher = parts.dispatcher;
    this.#limits = parts.limits;
  }

  /** Answers the result of `publish`, as JSON. */
  async publish(identity: Identity, publication: RestPublication): Promise<string> {
    const request = publishRequest(publication, this.#limits.json_depth_max);
    this.#dispatcher.check('publish', request.params);
    return this.#dispatcher.result(this.#caller(identity), request);
  }

  /** `text`: a JSON object of options, or empty. Answers `sub_key` and `queue_depth`, as JSON. */
  async subscribe(identity: Identity, topic: string, text: string): Promise<string> {
    const name = topicName(topic);
    const { value, spans } = readObject(text.trim() === '' ? '{}' : text, this.#limits.json_depth_max, 'The body');
    for (const path of notForRest) if (Object.hasOwn(value, path)) throw notHere(path);
    const options = { ...value, topic_name: name };
    this.#dispatcher.check('subscribe', options);
    const params = { ...options, name: restSubscription(name) };
    const request = new Request(text, null, 'subscribe', params, spans);
    const { sub_key, queue_depth } = JSON.parse(await this.#dispatcher.result(this.#caller(identity), request));
    return JSON.stringify({ sub_key, queue_depth });
  }

  /** What waits, up to `delivery_batch_size`: settled by whoever carries it to the subscriber. */
  async take(identity: Identity, topic: string, signal: AbortSignal): Promise<Taken> {
    const { endpoint } = this.#caller(identity);
    const name = topicName(topic);
    const key = { endpointId: endpoint.id, name: restSubscription(name) };
    const taken = await this.#broker.puller.take(endpoint, key, signal);
    if (taken) return taken;
    throw new HoldfastError(
      'not_found',
      `There is no subscription to ${name} here. Subscribe first: POST /pubsub/subscribe/topic${name.split('/').map(encodeURIComponent).join('/')}`,
    );
  }

  /** Whether there was a subscription or not, there is none afterwards. */
  async unsubscribe(identity: Identity, topic: string): Promise<string> {
    await this.#broker.subscriber.deleteNamed(this.#caller(identity).endpoint, restSubscription(topicName(topic)));
    return '{}';
  }

  /** The message leaves all queues of the endpoint that have it: afterwards none has, whether one had it or not. */
  async delete(identity: Identity, msgId: string, signal: AbortSignal): Promise<string> {
    if (!isMessageId(msgId)) throw noMessageId(msgId);
    await this.#broker.ownQueues.delete(this.#caller(identity).endpoint, msgId, signal);
    return '{}';
  }

  #caller(identity: Identity): Caller {
    return callerOverHttp(this.#broker, identity, null);
  }
}

function noMessageId(msgId: string): HoldfastError {
  const reason = 'must be the id of a message: zpsm and what follows';
  return new HoldfastError('invalid_params', `msg_id ${reason}, not ${JSON.stringify(clipped(msgId))}`, {
    path: 'msg_id',
    reason,
  });
}

function notHere(path: string): HoldfastError {
  const reason = 'is not for REST: there is one pull subscription to a topic';
  return new HoldfastError('invalid_params', `subscribe: ${path} ${reason}`, { path, reason });
}
