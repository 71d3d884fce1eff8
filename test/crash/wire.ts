import { WebSocket } from 'ws';
import type { Message } from '../../src/protocol/api.gen.js';

/** The server answered with an error. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly code: number;
  readonly data: { name: string; outcome: 'definite' | 'unknown' };

  constructor(error: { code: number; message: string; data: CallRefused['data'] }) {
    super(error.message);
    this.code = error.code;
    this.data = error.data;
  }
}

/** The socket ended before the answer came. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** For what goes on as long as the server does: takes it as done when the socket ends or the store fails. */
export async function untilGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Gone) && !(error instanceof CallRefused && error.data.name === 'storage_failed'))
      throw error;
  }
}

export interface Deliver {
  id: number;
  sub_key: string;
  messages: Message[];
}

export interface Login {
  username: string;
  password: string;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** One socket that speaks the protocol, and tells at once what came in. */
export class Wire {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  onDeliver: (deliver: Deliver) => void = () => {};
  /** Resolves with the close code, once everything that came in before has been told. */
  readonly closed: Promise<number>;

  /** Rejects with `Gone` if it cannot be opened. */
  static open(url: string, { username, password }: Login): Promise<Wire> {
    const headers = { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
    const socket = new WebSocket(url, ['holdfast.v1'], { headers, perMessageDeflate: false });
    const wire = new Wire(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(wire));
      void wire.closed.then(() => reject(new Gone(`${url} did not open`)));
    });
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', data => this.#read(String(data)));
    socket.on('error', () => {});
    this.closed = new Promise(resolve => {
      socket.once('close', code => {
        for (const { reject } of this.#waiting.values()) reject(new Gone('the socket ended'));
        this.#waiting.clear();
        resolve(code);
      });
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The answer's result. Rejects with `CallRefused` or `Gone`. `sent` is called if the request was written. */
  call<T>(method: string, params: object, sent: () => void = () => {}): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return reject(new Gone('the socket has ended'));
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve: result => resolve(result as T), reject });
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id: this.#lastId, method, params }));
      sent();
    });
  }

  respond(id: number, result: object): void {
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }

  close(): void {
    this.#socket.close();
  }

  /** Ends it without a goodbye, as a device that loses its network does. */
  drop(): void {
    this.#socket.terminate();
  }

  #read(text: string): void {
    const frame = JSON.parse(text);
    if (frame.method === 'deliver') this.onDeliver({ id: frame.id, ...frame.params });
    else if (frame.method === undefined) this.#answered(frame);
  }

  #answered({
    id,
    result,
    error,
  }: {
    id: number;
    result?: unknown;
    error?: ConstructorParameters<typeof CallRefused>[0];
  }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new CallRefused(error));
    else waiting?.resolve(result);
  }
}
