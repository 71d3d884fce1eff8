import { readResponse } from '../api/response.js';
import type { Batch } from '../broker/delivery/batch.js';
import type { Attempt } from '../broker/sink.js';
import type { Extensions } from './extensions.js';
import type { JobResult, NoOutcome } from './thread.js';
import type { Job, LoadedService } from './thread-messages.js';

export interface ServiceLog {
  warn(details: object, message: string): void;
}

export interface ServiceParts {
  extensions: Extensions;
  counters: ServiceCounters;
  log: ServiceLog;
}

/** Batches, by what became of them. `failed`: the service threw; the others are told at `NoOutcome`. */
export type ServiceCounters = Record<'handled' | 'failed' | NoOutcome, number>;

export function newServiceCounters(): ServiceCounters {
  return { handled: 0, failed: 0, late: 0, lost: 0, unstarted: 0 };
}

/** One service, by its name, through all reloads: how many batches it has, and what became of them. */
export class Service {
  readonly name: string;
  readonly #parts: ServiceParts;
  /** Null: no file defines it any more. What is for it waits. */
  #definition: LoadedService | null;
  #running = 0;
  #isStopped = false;
  readonly #onRoom = new Set<() => void>();

  constructor(definition: LoadedService, parts: ServiceParts) {
    this.name = definition.name;
    this.#definition = definition;
    this.#parts = parts;
  }

  get definition(): LoadedService | null {
    return this.#definition;
  }

  /** Batches that it has at the moment. */
  get running(): number {
    return this.#running;
  }

  /** Those of an earlier thread count too, so that a reload keeps the order of a service that takes one at a time. */
  get hasRoom(): boolean {
    const { isUp } = this.#parts.extensions;
    return isUp && !this.#isStopped && this.#definition !== null && this.#running < this.#definition.concurrency;
  }

  redefine(definition: LoadedService | null): void {
    this.#definition = definition;
    this.wake();
  }

  /** Calls `ring` whenever there may be room again. */
  onRoom(ring: () => void): void {
    this.#onRoom.add(ring);
  }

  offRoom(ring: () => void): void {
    this.#onRoom.delete(ring);
  }

  wake(): void {
    for (const ring of this.#onRoom) ring();
  }

  /** It gets nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when it has nothing to do any more. */
  idle(): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (this.#running > 0) return;
        this.offRoom(look);
        resolve();
      };
      this.onRoom(look);
      look();
    });
  }

  /** Hands a batch over, and settles it when the service has answered. */
  async handle(attempt: Attempt, batch: Batch, isSingle: boolean): Promise<void> {
    const { name } = this;
    this.#running += 1;
    const timeoutMs = this.#definition!.timeoutSec * 1000;
    const job: Job = { kind: 'service', name, messages: batch.json(), isSingle };
    const result = await this.#parts.extensions.run(job, timeoutMs, batch.timesSent !== null);
    this.#running -= 1;
    this.#settle(attempt, result);
    this.wake();
  }

  #settle(attempt: Attempt, result: JobResult): void {
    const { counters, log } = this.#parts;
    if ('error' in result) {
      const { error, stack, why } = result;
      counters[why ?? 'failed'] += 1;
      log.warn({ service: this.name, error, stack }, 'A service has failed: its messages come again');
      // What was not even begun is no fault of these messages. When there is a thread again, the service has room.
      if (why === 'unstarted') attempt.unreachable(error, 0);
      else attempt.failed(error);
      return;
    }
    counters.handled += 1;
    const response = readResponse(result.value, undefined);
    if (response.kind === 'nacked') attempt.ackedExcept(response.nacks);
    else attempt.acked();
  }
}
