import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import type { DeliverParams, DetachedParams, DroppedParams, Message, Methods } from '../../src/protocol/api.gen.js';
import { Inbox } from './inbox.js';

/** What the server calls and clients do not. */
type ToClient = 'deliver' | 'detached' | 'dropped';
export type Callable = Exclude<keyof Methods, ToClient>;

export interface Credentials {
  username: string;
  password: string;
}

export interface ConnectOptions extends Partial<Credentials> {
  protocols?: string[];
  options?: ClientOptions;
}

/** A `deliver` that was not answered yet; `text` is the frame as it came. */
export interface Delivery extends DeliverParams {
  id: number;
  text: string;
}

/** The server answered with an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: { name: string; outcome: string; retryable: boolean; path?: string; reason?: string };

  constructor({ code, message, data }: Pick<RpcError, 'code' | 'message' | 'data'>) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** What a frame of the server may hold. */
interface Frame {
  id?: number | null;
  method?: ToClient;
  params?: unknown;
  result?: unknown;
  error?: RpcError;
}

/** A user of the broker over a real socket, who settles nothing unless told to. */
export class Client {
  readonly deliveries = new Inbox<Delivery>();
  readonly detached = new Inbox<DetachedParams>();
  readonly dropped = new Inbox<DroppedParams>();
  /** Answers that belong to no `call`: arrays, and errors without an id. */
  readonly others = new Inbox<unknown>();
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #calls = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #lastId = 0;
  #ended: Error | null = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise(resolve => {
      socket.on('close', (code, reason) => {
        this.#end(new Error(`the socket was closed with ${code}`));
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('error', () => {});
    socket.on('message', bytes => this.#receive(bytes.toString()));
  }

  /** Fails with the status of the answer if the upgrade is refused. */
  static async connect(url: string, { username, password, protocols = [], options }: ConnectOptions): Promise<Client> {
    const auth = username === undefined ? undefined : `${username}:${password}`;
    const socket = new WebSocket(url, protocols, { auth, perMessageDeflate: false, ...options });
    const refused = new Promise<never>((_, reject) => {
      socket.once('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
        request.destroy();
        reject(new Error(`the upgrade was refused with ${response.statusCode}`));
      });
      socket.once('error', reject);
    });
    const client = new Client(socket);
    await Promise.race([once(socket, 'open'), refused]);
    return client;
  }

  call<Name extends Callable>(method: Name, params: Methods[Name]['params']): Promise<Methods[Name]['result']> {
    return this.callText(method, JSON.stringify(params));
  }

  /** The same with `params` as JSON text, which goes out as it is. Fails with `RpcError`. */
  callText<Name extends Callable>(method: Name, params: string): Promise<Methods[Name]['result']> {
    const id = ++this.#lastId;
    if (this.#ended) return Promise.reject(this.#ended);
    this.send(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
    return new Promise((resolve, reject) =>
      this.#calls.set(id, { resolve: result => resolve(result as Methods[Name]['result']), reject }),
    );
  }

  /** Publishes `data` and answers its `msg_id`. */
  async publish(topic: string, data: unknown, more: Partial<Methods['publish']['params']> = {}): Promise<string> {
    return (await this.call('publish', { topic_name: topic, data, ...more })).msg_id;
  }

  async subscribe(topic: string, more: Partial<Methods['subscribe']['params']> = {}): Promise<string> {
    return (await this.call('subscribe', { topic_name: topic, ...more })).sub_key;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  ack({ id }: Delivery): void {
    this.respond(id, {});
  }

  nack({ id }: Delivery, nack: { msg_id: string; delay?: number }[]): void {
    this.respond(id, { nack });
  }

  fail({ id }: Delivery, message: string): void {
    this.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } }));
  }

  respond(id: number, result: unknown): void {
    this.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }

  /** The next deliveries, which hold so many messages and are left unanswered. Fails if they hold more. */
  async hold(count: number): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    for (let held = 0; held < count; held += deliveries.at(-1)!.messages.length) {
      deliveries.push(await this.deliveries.next());
    }
    const held = deliveries.flatMap(({ messages }) => messages).length;
    if (held > count) throw new Error(`${held} messages came, ${count} were awaited`);
    return deliveries;
  }

  /** The next so many messages, each batch of them acknowledged. Fails if a batch holds more than are asked for. */
  async take(count: number): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) {
      const delivery = await this.deliveries.next();
      messages.push(...delivery.messages);
      this.ack(delivery);
    }
    if (messages.length > count) throw new Error(`${messages.length} messages came, ${count} were awaited`);
    return messages;
  }

  /** Ends the connection in an orderly way; resolves when it has ended. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  /** Cuts the connection, as a network would. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Frame | unknown[];
    const call = Array.isArray(frame) || frame.method ? undefined : this.#calls.get(frame.id as number);
    if (Array.isArray(frame)) this.others.push(frame);
    else if (frame.method) this.#called(frame, text);
    else if (!call) this.others.push(frame);
    else {
      this.#calls.delete(frame.id as number);
      if (frame.error) call.reject(new RpcError(frame.error));
      else call.resolve(frame.result);
    }
  }

  #called({ id, method, params }: Frame, text: string): void {
    if (method === 'deliver') this.deliveries.push({ ...(params as DeliverParams), id: id as number, text });
    else if (method === 'detached') this.detached.push(params as DetachedParams);
    else this.dropped.push(params as DroppedParams);
  }

  #end(error: Error): void {
    this.#ended = error;
    for (const inbox of [this.deliveries, this.detached, this.dropped, this.others]) inbox.end(error);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}
