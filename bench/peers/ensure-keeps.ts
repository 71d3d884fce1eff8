import type { Generator } from '../generator.js';
import type { Subject } from './comparison.js';
import { namePrefix, type PeerJob } from './load/job.js';
import type { PeerSizes } from './sizes.js';

const topicName = '/bench/keeps';
/** More than brokers keep for an absent subscriber unless they are told to: by default Mosquitto drops what exceeds 1,000. */
const messages = 2_000;

export interface Keeping {
  generator: Pick<Generator<PeerJob>, 'run'>;
  subjects: readonly Subject[];
  sizes: PeerSizes;
}

/**
 * Throws if a peer acknowledges what it does not keep. It would be fast at that, and its figures would be those of
 * throwing messages away.
 */
export async function ensureKeeps({ generator, sizes, subjects }: Keeping): Promise<void> {
  const { dataBytes, window } = sizes;
  const stage = { topicName, namePrefix, subscriptions: 1 };
  for (const { kind, name, server } of subjects) {
    if (kind === 'holdfast') continue;
    const { target } = await server();
    await generator.run(target, { kind: 'stage', ...stage });
    await generator.run(target, { kind: 'publish', topicName, messages, dataBytes, window });
    try {
      await generator.run(target, { kind: 'drain', topicName, name: `${namePrefix}0`, messages, dataBytes });
    } catch (error) {
      const hint = kind === 'mosquitto' ? ' Start it with "max_queued_messages 0" in its configuration.' : '';
      const reason = (error as Error).message.split('\n')[0];
      throw new Error(
        `${name} acknowledged ${messages} messages to an absent subscriber and lost some: ${reason}.${hint}`,
      );
    }
    await generator.run(target, { kind: 'clear', ...stage });
  }
}
