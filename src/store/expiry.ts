import { limits } from '../protocol/limits.js';

/** The coarse step in which something that ends at `at` (Unix milliseconds) is looked at by the sweeper. */
export function expiryStep(at: number): number {
  return Math.floor(at / limits.expiry_step_ms);
}
