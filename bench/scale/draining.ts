import { measureRound } from '../measure.js';
import type { Setup } from '../setup.js';
import type { StoreFiles } from './fill/store-file.js';
import { pooled, type Sized } from './rounds.js';

const topicName = '/bench/backlog';
const namePrefix = 'absent-';
/** A longer drain takes so many seconds that a warm start would not show in it, and another one would only take time. */
const warmedMessagesMax = 1_000_000;

export interface Backlog {
  x: number;
  messages: number;
  dataBytes: number;
  priorities: number;
  /** A round drains at least so many messages, by as many subscriptions as that takes. */
  drainedMessages: number;
}

/**
 * Drains of one store. A message is stored once, so it is filled once, and every drain is that of a subscription of its
 * own to all that is there. One more never comes back: because of it nothing is swept away meanwhile.
 */
export async function draining(setup: Setup, stores: StoreFiles, backlog: Backlog): Promise<Sized> {
  const { x, messages, dataBytes, priorities, drainedMessages } = backlog;
  const drains = Math.ceil(drainedMessages / messages);
  const subscriptions = drains * (setup.options.rounds + 1) + 1;
  const directory = await stores.fill([
    { kind: 'subscriptions', to: { topicName }, namePrefix, count: subscriptions },
    { kind: 'messages', topicName, count: messages, dataBytes, priorities },
  ]);
  const server = await setup.startHoldfast({ directory });
  let next = 0;
  const drain = () => {
    const job = { kind: 'drain', topicName, name: `${namePrefix}${next}`, messages, dataBytes } as const;
    next += 1;
    return measureRound(setup.generator, { name: String(x), server, job, unitsPerRound: messages });
  };
  return {
    x,
    measure: async round => {
      if (round === 0 && messages > warmedMessagesMax) return {};
      const rounds = [];
      for (let count = 0; count < drains; count += 1) rounds.push(await drain());
      return pooled(rounds);
    },
  };
}
