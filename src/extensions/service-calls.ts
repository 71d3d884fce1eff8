import type { Caller } from '../api/caller.js';
import type { Dispatcher } from '../api/dispatcher.js';
import type { Broker } from '../broker/broker.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import { errorText } from '../protocol/answer.js';
import { HoldfastError } from '../protocol/errors.js';
import { type Entry, readFrame } from '../protocol/frame.js';
import type { Limits } from '../protocol/limits.js';
import { isPattern } from '../protocol/names.js';
import type { Replies } from './replies.js';
import type { Call } from './thread-messages.js';

export interface ServiceCallParts {
  broker: Broker;
  dispatcher: Dispatcher;
  endpoint: Endpoint;
  replies: Replies;
  limits: Limits;
}

/** Carries out what services call, by the way that the requests of every client take. */
export class ServiceCalls {
  readonly #parts: ServiceCallParts;
  /** By the names of services: the publishes of each keep their order, and do not wait for those of others. */
  readonly #callers = new Map<string, Caller>();

  constructor(parts: ServiceCallParts) {
    this.#parts = parts;
  }

  /** `answer` takes a JSON-RPC response, once. */
  make(service: string, { method, params }: Call, answer: (text: string) => void): void {
    if (method === 'publish') this.#publish(service, params, answer);
    else {
      const added = method === 'request' ? this.#replyKey() : this.#replyTopic(params);
      added.then(
        members => this.#publish(service, withMembers(params, members), answer),
        error => answer(errorText('1', told(error))),
      );
    }
  }

  #publish(service: string, params: string, answer: (text: string) => void): void {
    const { dispatcher, limits } = this.#parts;
    const text = `{"jsonrpc":"2.0","id":1,"method":"publish","params":${params}}`;
    const entry: Entry = readFrame(text, { depthMax: limits.json_depth_max, batchMax: 1 }).entries[0]!;
    if (entry.kind === 'request') dispatcher.call(this.#callerOf(service), entry, answered => answer(answered!));
    else if (entry.kind === 'invalid') answer(errorText('1', entry.error));
  }

  async #replyKey(): Promise<object> {
    return { reply_to_sk: [await this.#parts.replies.subKey()] };
  }

  /**
   * A reply is seen by those alone whose keys it names, and they must have the right to receive from its topic: so it is
   * published to one that the first of them is subscribed to by its name, unless the service says otherwise.
   */
  async #replyTopic(params: string): Promise<object> {
    const { topic_name, deliver_to_sk } = JSON.parse(params) as { topic_name?: string; deliver_to_sk: string[] };
    if (topic_name !== undefined) return {};
    const found = await this.#parts.broker.subscriptions.useIfThere({ subKey: deliver_to_sk[0]! }, async subscription =>
      subscription.interests.patterns.find(
        pattern => !isPattern(pattern) && subscription.endpoint.mayReceiveFrom(pattern),
      ),
    );
    if (found) return { topic_name: found };
    const reason = 'the subscription that asks has no topic by name';
    throw new HoldfastError('conflict', `A reply needs a topic, and ${reason}. Give one: { topic_name }.`, { reason });
  }

  #callerOf(service: string): Caller {
    const known = this.#callers.get(service);
    if (known) return known;
    const { endpoint } = this.#parts;
    const caller: Caller = {
      endpoint,
      identity: { endpointId: endpoint.id, username: endpoint.username },
      sink: null,
      signal: null,
      publishing: null,
      attached: () => false,
      revoke: () => {},
    };
    this.#callers.set(service, caller);
    return caller;
  }
}

/** With further members at the end. `params` is an object with at least one. */
function withMembers(params: string, members: object): string {
  const added = JSON.stringify(members).slice(1, -1);
  return added === '' ? params : `${params.slice(0, -1)},${added}}`;
}

function told(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  return new HoldfastError('internal_error', `A fault of the broker itself: ${(error as Error).message}`);
}
