import { Publisher } from '../../load/publisher.js';
import { prepareLeave } from '../../load/setting.js';
import type { Target } from '../../load/socket.js';
import { Subscriber } from '../../load/subscriber.js';
import type { SubscriberOptions, Wire, WireSubscriber } from './wire.js';

/** Holdfast's own loads speak its protocol; here they run under the same hand as those of its peers. */
export const holdfast: Wire<Target> = {
  openPublisher: (target, options) => Publisher.open(target, options),
  openSubscriber: openSubscriber,
  // Its server is new for every workload and what waits costs it nothing, so the stage is set once, and never cleared.
  stage: async (target, stage) => (await prepareLeave(target, { kind: 'leave', ...stage })).run(),
  clear: async () => undefined,
};

async function openSubscriber(target: Target, options: SubscriberOptions): Promise<WireSubscriber> {
  let failure: Error | null = null;
  const failed = (error: Error) => {
    failure = error;
    options.failed(error);
  };
  const subscriber = await Subscriber.open(target, { ...options, failed });
  return {
    get received() {
      return subscriber.received;
    },
    subscribe: () => subscriber.subscribe(),
    empty: () => subscriber.empty(),
    ensureOpen: () => {
      if (failure !== null) throw failure;
    },
    close: () => subscriber.close(),
  };
}
