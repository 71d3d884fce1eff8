import { parentPort } from 'node:worker_threads';
import { type Failure, toFailure } from './failure.js';

export interface Request {
  id: number;
  /** `open` comes first and once; `close` or `abandon` comes last. */
  call: string;
  argument: unknown;
}

/** `id` 0 tells of failures that no request asked for. */
export type Reply = { id: number; value: unknown } | { id: number; failure: Failure };

/** What a worker does once it is open. */
export interface Served {
  /** What the request to open is answered with. */
  opened: unknown;
  /** By their names. `close` is a clean end, `abandon` one after a failure. */
  calls: Record<string, (argument: never) => unknown>;
  /** Work that waits until a call has been answered. */
  afterAnswer?: () => void;
}

/** Answers the requests of the main thread, each once, until the last one. */
export function serve(open: (argument: never) => Served): void {
  const port = parentPort!;
  const desk = new Desk(open, reply => port.postMessage(reply));
  port.on('message', async (request: Request) => {
    await desk.answer(request);
    if (request.call === 'close' || request.call === 'abandon') port.close();
  });
}

/** After a failure nothing is tried any more but `abandon`: each call is answered with that failure. */
class Desk {
  readonly #open: (argument: never) => Served;
  readonly #reply: (message: Reply) => void;
  #served: Served | null = null;
  #failure: Failure | null = null;

  constructor(open: (argument: never) => Served, reply: (message: Reply) => void) {
    this.#open = open;
    this.#reply = reply;
  }

  async answer({ id, call, argument }: Request): Promise<void> {
    if (this.#failure !== null && call !== 'abandon') {
      this.#reply({ id, failure: this.#failure });
      return;
    }
    try {
      // Awaited only where needed, so that commits are carried out in the order in which they came.
      const value = this.#perform(call, argument);
      this.#reply({ id, value: value instanceof Promise ? await value : value });
    } catch (error) {
      this.#fail(id, error);
    }
    this.#workOn();
  }

  #perform(call: string, argument: unknown): unknown {
    if (call !== 'open') return this.#served!.calls[call]!(argument as never);
    this.#served = this.#open(argument as never);
    return this.#served.opened;
  }

  #workOn(): void {
    try {
      if (this.#failure === null) this.#served?.afterAnswer?.();
    } catch (error) {
      this.#fail(0, error);
    }
  }

  #fail(id: number, error: unknown): void {
    const failure = toFailure(error);
    if (failure.name === 'StoreFailed') this.#failure = failure;
    this.#reply({ id, failure });
  }
}
