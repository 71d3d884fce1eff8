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

/** A folder that messages are written into, each as a file. */
export interface FileRoute {
  /** Absolute. */
  folder: string;
  /** With attributes in braces, like `{topic_name}-{msg_id}.json`. */
  file_name?: string;
  /** What is written: the message with its attributes, or its data alone. */
  encoding?: 'message' | 'utf8' | 'json' | 'base64';
}

/** Where messages of a subscription go by themselves, by its name on the wire. */
export type Route = WebhookRoute | FileRoute;

/** Whom a subscription is delivered to without anyone attaching it. */
export type Receiver = { route: Route } | { service_name: string };

export type ReceiverKind = 'webhook' | 'file' | 'service';

export function kindOf(receiver: Receiver): ReceiverKind {
  if ('service_name' in receiver) return 'service';
  return 'folder' in receiver.route ? 'file' : 'webhook';
}
