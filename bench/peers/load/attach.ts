import { held } from '../../load/held.js';
import type { PreparedLoad } from '../../load/job.js';
import type { Target } from '../../load/socket.js';
import type { Wire, WireSubscriber } from '../wire/wire.js';
import type { AttachJob } from './job.js';

/** Connections that are made side by side. */
const handshakes = 20;

/** All subscriptions are attached once this resolves, and their connections closed once the load is closed. */
export async function prepareAttach<T extends Target>(wire: Wire<T>, target: T, job: AttachJob): Promise<PreparedLoad> {
  const subscribers: WireSubscriber[] = [];
  let next = 0;
  const work = async () => {
    while (next < job.subscriptions) {
      const name = `${job.namePrefix}${next}`;
      next += 1;
      const subscriber = await wire.openSubscriber(target, {
        ...{ topicName: job.topicName, name, dataBytes: 0, expected: 0 },
        progressed: () => undefined,
        failed: () => undefined,
      });
      await subscriber.subscribe();
      subscribers.push(subscriber);
    }
  };
  await Promise.all(Array.from({ length: handshakes }, work));
  return held(subscribers);
}
