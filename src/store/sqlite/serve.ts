import { parentPort } from 'node:worker_threads';
import { type Failure, toFailure } from './failure.js';

export interface Request {
  id: number;
  call: string;
  argument: unknown;
}

/** `id` 0 tells of the opening, and of failures that no request asked for. */
export type Reply = { id: number; value: unknown } | { id: number; failure: Failure };

/** What a worker does, by the names of its calls. */
export interface Served {
  calls: Record<string, (argument: never) => unknown>;
  /** What opening gave. */
  opened: unknown;
  /** Work that waits until a call has been answered. */
  afterAnswer?: () => void;
}

/** Opens what `open` opens, tells of it, and answers the requests of the main thread, each once. */
export function serve(open: () => Served): void {
  const port = parentPort!;
  const reply = (message: Reply): void => port.postMessage(message);
  try {
    const served = open();
    reply({ id: 0, value: served.opened });
    const desk = new Desk(served, reply);
    port.on('message', async (request: Request) => {
      await desk.answer(request);
      if (request.call === 'close' || request.call === 'abandon') port.close();
    });
  } catch (error) {
    reply({ id: 0, failure: toFailure(error) });
  }
}

/** After a failure nothing is tried any more but `abandon`: each call is answered with that failure. */
class Desk {
  readonly #served: Served;
  readonly #reply: (message: Reply) => void;
  #failure: Failure | null = null;

  constructor(served: Served, reply: (message: Reply) => void) {
    this.#served = served;
    this.#reply = reply;
  }

  async answer({ id, call, argument }: Request): Promise<void> {
    if (this.#failure !== null && call !== 'abandon') {
      this.#reply({ id, failure: this.#failure });
      return;
    }
    try {
      // Awaited only where needed, so that commits are carried out in the order in which they came.
      const value = this.#served.calls[call]!(argument as never);
      this.#reply({ id, value: value instanceof Promise ? await value : value });
    } catch (error) {
      this.#fail(id, error);
    }
    this.#workOn();
  }

  #workOn(): void {
    try {
      if (this.#failure === null) this.#served.afterAnswer?.();
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
