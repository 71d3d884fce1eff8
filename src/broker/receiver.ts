/** An address that messages are sent to over HTTP. */
export interface WebhookRoute {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  /** Signs what is sent; several, so that one can follow another. */
  secret?: string | string[];
  /** From the connection to the headers of the response. */
  timeout_sec?: number;
  /** Requests under way at once; undefined: one, which keeps the order. */
  max_requests?: number;
}

/** Where messages of a subscription go by themselves, by its name on the wire. */
export type Route = WebhookRoute;

/** Whom a subscription is delivered to without anyone attaching it. */
export type Receiver = { route: Route } | { service_name: string };

export type ReceiverKind = 'webhook' | 'service';

export function kindOf(receiver: Receiver): ReceiverKind {
  return 'service_name' in receiver ? 'service' : 'webhook';
}
