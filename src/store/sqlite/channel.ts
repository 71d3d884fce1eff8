import { Worker } from 'node:worker_threads';
import { StoreFailed } from '../store.js';
import { describe, toError } from './failure.js';
import type { Reply, Request } from './serve.js';

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** The main thread's end of a worker: requests, each with one answer. A worker that ends fails what waits for it. */
export class Channel {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  readonly #onFailure: (failure: StoreFailed) => void;
  #lastId = 0;
  #isEnding = false;

  /** `onFailure` is told of each `StoreFailed`, also of those that no request asked for. */
  constructor(entry: URL, onFailure: (failure: StoreFailed) => void) {
    this.#onFailure = onFailure;
    this.#worker = new Worker(entry);
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    this.#worker.on('error', error => this.#fail(new StoreFailed(`A thread of the store broke: ${describe(error)}`)));
    this.#exited = new Promise(resolve => {
      this.#worker.once('exit', () => {
        this.#fail(new StoreFailed('A thread of the store has ended.'));
        resolve();
      });
    });
  }

  request(call: string, argument: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request: Request = { id: ++this.#lastId, call, argument };
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  /**
   * Ends the worker by a message, and waits until it has ended: `terminate()` while SQLite is open would abort the
   * process. `close` throws if it was not a clean end; `abandon` takes what comes, also a worker that has ended before.
   */
  async end(call: 'close' | 'abandon'): Promise<void> {
    this.#isEnding = true;
    const [outcome] = await Promise.allSettled([Promise.race([this.request(call, null), this.#exited])]);
    await this.#exited;
    if (call === 'close' && outcome.status === 'rejected') throw outcome.reason;
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('value' in reply) {
      waiting?.resolve(reply.value);
      return;
    }
    const error = toError(reply.failure);
    if (error instanceof StoreFailed) this.#onFailure(error);
    waiting?.reject(error);
  }

  /** The worker is no more: so is everything that waits for it. */
  #fail(failure: StoreFailed): void {
    if (!this.#isEnding) this.#onFailure(failure);
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }
}
