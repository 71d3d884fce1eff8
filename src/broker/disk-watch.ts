import type { Limits } from '../protocol/limits.js';
import type { Store } from '../store/store.js';
import type { Clock, Timer } from './clock.js';

/** Looks at the free space of the disk, so that publishes are refused while consumers still have room to settle. */
export class DiskWatch {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #onChange: (isFull: boolean) => void;
  #isFull = false;
  #isStopped = false;
  #timer: Timer | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: { store: Store; clock: Clock; limits: Limits }, onChange: (isFull: boolean) => void) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#onChange = onChange;
  }

  start(): void {
    this.#looking = this.#look()
      // What is not known now may be known the next time; until then it stays as it was.
      .catch(() => {})
      .finally(() => {
        if (!this.#isStopped) this.#timer = this.#clock.after(this.#limits.disk_look_ms, () => this.start());
      });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { freeBytes } = await this.#store.size();
    const isFull = freeBytes !== null && freeBytes < this.#limits.disk_free_bytes_min;
    if (isFull !== this.#isFull) this.#onChange(isFull);
    this.#isFull = isFull;
  }
}
