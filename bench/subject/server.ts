import type { Target } from '../load/socket.js';
import type { Usage } from './usage.js';

/** A server under measurement: Holdfast, or the bare program that it is compared with. */
export interface Server {
  readonly target: Target;
  usage(): Usage;
  /** How late its event loop was since the last call, in milliseconds at the 99th percentile; null if it does not tell. */
  loopDelayP99Ms(): Promise<number | null>;
  /** Makes its memory show what is in use; only if it was started to be inspected. */
  collectGarbage(): Promise<void>;
  /** Bytes of its files at this moment. */
  diskBytes(): number;
  /** Asks it to end and waits for that. Rejects if it did not end well. */
  stop(): Promise<void>;
}
