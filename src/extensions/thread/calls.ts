import { type ErrorName, HoldfastError } from '../../protocol/errors.js';
import type { Call } from '../thread-messages.js';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Response {
  result?: unknown;
  error?: { message: string; data: { name: ErrorName; outcome: string; retryable: boolean } };
}

/** Calls from this thread to the broker that have no answer yet. */
export class Calls {
  readonly #send: (id: number, service: string, call: Call) => void;
  readonly #waitingMax: number;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(waitingMax: number, send: (id: number, service: string, call: Call) => void) {
    this.#waitingMax = waitingMax;
    this.#send = send;
  }

  /** Rejects with `HoldfastError`. */
  make(service: string, method: Call['method'], params: object): Promise<unknown> {
    if (this.#waiting.size >= this.#waitingMax) return Promise.reject(tooMany(this.#waitingMax));
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      // Before it is noted: what is no JSON rejects at once.
      const call = { method, params: JSON.stringify(params) };
      this.#waiting.set(id, { resolve, reject });
      this.#send(id, service, call);
    });
  }

  answered(id: number, text: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const { result, error } = JSON.parse(text) as Response;
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(errorOf(error));
  }
}

function errorOf({ message, data }: NonNullable<Response['error']>): HoldfastError {
  const { name, outcome: _, retryable: __, ...details } = data;
  return new HoldfastError(name, message, details);
}

function tooMany(most: number): HoldfastError {
  return new HoldfastError('overloaded', `${most} calls of services wait for their answers, the most there may be.`, {
    retry_after: 1,
  });
}
