import type { Clock } from '../clock.js';

/** Work in the background takes one part in so many of the time, of the event loop and of the store's reader. */
const oneIn = 20;
/** A read may have waited behind others: that is not time that it took. */
const restMsMax = 500;

/** Rests after each piece of work for a multiple of the time that it took: however much there is, it is slow, and cheap. */
export async function paced<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const startedAt = clock.nowMicros();
  const result = await work();
  const tookMs = (clock.nowMicros() - startedAt) / 1000;
  await rest(clock, Math.min(Math.max(1, Math.round(tookMs * (oneIn - 1))), restMsMax));
  return result;
}

export function rest(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => void clock.after(ms, resolve));
}
