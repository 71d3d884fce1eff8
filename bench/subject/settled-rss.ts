import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from './server.js';

const lookMs = 200;
const looksUsual = 6;

/** The least of some looks, between which the system takes back what was let go. In bytes. */
export async function settledRss(server: Server, looks = looksUsual): Promise<number> {
  let least = server.usage().rssBytes;
  for (let look = 1; look < looks; look += 1) {
    await delay(lookMs);
    least = Math.min(least, server.usage().rssBytes);
  }
  return least;
}
