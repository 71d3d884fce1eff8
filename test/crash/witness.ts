import { limits } from '../../src/protocol/limits.js';
import type { Recorder } from './history.js';
import { CallRefused, type Login, untilGone, Wire } from './wire.js';

/** What the protocol promises: a settlement is on disk this long after its response. */
const settledMs = 20;
/** A little more than a settlement may wait in the server, because timers are a millisecond off. */
const gapMs = limits.settle_wait_ms_max + 2;

/**
 * Shows, while the server runs, up to when responses must be on disk. A stalled machine can keep a server from reading
 * a response for longer than the promised 20 ms; so a response counts only once a publish that was sent after it has
 * been answered (it has been read by then), and after the time that settlements may wait a second one too (the commit
 * that came before that one is on disk).
 */
export async function witness(url: string, login: Login, recorder: Recorder): Promise<void> {
  const wire = await Wire.open(url, login);
  const probe = () => wire.call('publish', { topic_name: '/witness', data: null, expiration: 1 });
  const goOn = async () => {
    let firstAt = Date.now();
    await probe();
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, gapMs));
      const secondAt = Date.now();
      await probe();
      recorder.note({ kind: 'witnessed', upTo: Math.min(firstAt, Date.now() - settledMs) });
      firstAt = secondAt;
    }
  };
  // A full store says nothing about settlements, which it goes on to take.
  const untilFull = goOn().catch(error => {
    if (!(error instanceof CallRefused && error.data.name === 'storage_full')) throw error;
  });
  void untilGone(untilFull);
}
