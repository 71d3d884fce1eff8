import type { Broker } from '../broker/broker.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import type { Sink } from '../broker/sink.js';
import type { Subscription } from '../broker/subscriptions/subscription.js';
import type { Identity } from './connection.js';

/** Who calls a method, and over what. */
export interface Caller {
  readonly endpoint: Endpoint;
  readonly identity: Identity;
  /** Where a subscription that it attaches is delivered to; null where nothing can be delivered, as over HTTP. */
  readonly sink: Sink | null;
  /** Says that the caller is gone. */
  readonly signal: AbortSignal | null;
  /** The last publish that waits for something before it can be committed; later ones queue behind it. */
  publishing: Promise<void> | null;
  /** It owns this subscription now. False: the caller has gone meanwhile. */
  attached(subscription: Subscription): boolean;
  /** Its credentials are no longer what they were: its connection ends. */
  revoke(): void;
}

/** One who asks once, and to whom nothing can be delivered. */
export function callerOverHttp(broker: Broker, identity: Identity, signal: AbortSignal | null): Caller {
  const endpoint = broker.endpoints.byId(identity.endpointId);
  return { endpoint, identity, sink: null, signal, publishing: null, attached: () => false, revoke: () => {} };
}

/** What a method answers: the JSON text of the result, and what is to happen once it is on its way. */
export interface Answer {
  json: string;
  after?: () => void;
}

export type RawOf = (name: string) => string | undefined;

/** A request, as far as its members are wanted as the client wrote them. */
export interface RawMembers {
  /** White space between the tokens of `data`, in characters, if it was counted. */
  dataSpaces: number | undefined;
  raw(name: string): string | undefined;
}
