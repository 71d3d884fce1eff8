import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Message } from '../../../src/protocol/api.gen.js';
import type { ErrorName } from '../../../src/protocol/errors.js';
import type { Credentials } from '../client.js';
import type { Stage } from '../stage.js';

export interface Asked {
  body?: string | Buffer;
  headers?: OutgoingHttpHeaders;
}

export interface Answered {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

interface ErrorBody {
  result: 'Error';
  cid: string;
  details: string;
  error?: { name: ErrorName; outcome: string; retryable: boolean; path?: string; reason?: string };
}

/** One who knows nothing but HTTP. Paths go out as they are: a client that tidies them up would hide what is tested. */
export class RestUser {
  readonly #stage: Stage;
  readonly #credentials: Credentials | null;

  constructor(stage: Stage, credentials: Credentials | null) {
    this.#stage = stage;
    this.#credentials = credentials;
  }

  async ask(method: string, path: string, { body, headers }: Asked = {}): Promise<Answered> {
    const { port } = this.#stage.server;
    const auth = this.#credentials ? `${this.#credentials.username}:${this.#credentials.password}` : undefined;
    const sent = request({ host: '127.0.0.1', port, method, path, auth, headers, agent: false });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    return { status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() };
  }

  /** The JSON of an answer of 200. */
  async done<T = unknown>(method: string, path: string, asked?: Asked): Promise<T> {
    const { status, text } = await this.ask(method, path, asked);
    if (status !== 200) throw new Error(`${method} ${path} was answered with ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** The body of an answer that is an error, with its status. */
  async refused(method: string, path: string, asked?: Asked): Promise<ErrorBody & { status: number }> {
    const { status, text } = await this.ask(method, path, asked);
    if (status < 400) throw new Error(`${method} ${path} was answered with ${status}`);
    return { status, ...(JSON.parse(text) as ErrorBody) };
  }

  /** Publishes by a JSON body; answers the `msg_id`. */
  async publish(topic: string, data: unknown, more: object = {}): Promise<string> {
    const body = JSON.stringify({ data, ...more });
    return (await this.done<{ msg_id: string }>('POST', `/pubsub/topic${topic}`, { body })).msg_id;
  }

  subscribe(topic: string): Promise<{ sub_key: string; queue_depth: number }> {
    return this.done('POST', `/pubsub/subscribe/topic${topic}`);
  }

  take(topic: string): Promise<Message[]> {
    return this.done('PATCH', `/pubsub/topic${topic}`);
  }
}
