import type { Clock } from '../../broker/clock.js';

/** What is under way at once, in number and in bytes. Who finds no room is woken when there is some. */
export class Slots {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #bytesMost: number;
  readonly #waiting = new Set<() => void>();
  #count = 0;
  #bytes = 0;
  #isPassingOn = false;

  constructor(clock: Clock, most: number, bytesMost = Infinity) {
    this.#clock = clock;
    this.#most = most;
    this.#bytesMost = bytesMost;
  }

  get #hasRoom(): boolean {
    return this.#count < this.#most && this.#bytes < this.#bytesMost;
  }

  /** Whether one more may `take`; if not, `wake` is called once when it is worth to ask again. */
  admits(wake: () => void): boolean {
    if (this.#hasRoom) return true;
    this.#waiting.add(wake);
    return false;
  }

  take(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
  }

  leave(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    this.#passOn();
  }

  /** It waits no more. */
  forget(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /**
   * Who is woken may have nothing to send any more, and takes no room: so those behind it are woken a turn later,
   * until the room is taken or nobody waits.
   */
  #passOn(): void {
    if (this.#isPassingOn) return;
    let room = this.#hasRoom ? this.#most - this.#count : 0;
    for (const wake of this.#waiting) {
      if (room === 0) break;
      room -= 1;
      this.#waiting.delete(wake);
      wake();
    }
    if (this.#waiting.size === 0 || !this.#hasRoom) return;
    this.#isPassingOn = true;
    this.#clock.endOfTurn(() => {
      this.#isPassingOn = false;
      this.#passOn();
    });
  }
}
