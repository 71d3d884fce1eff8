import { HoldfastError } from '../../protocol/errors.js';
import type { MessageIds } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { priorityMax } from '../../protocol/message.js';
import type { Position, Store, SubscriptionKey } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import { passByName } from '../lanes/pass.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Handover } from '../sink.js';
import { checkOwner } from '../subscriptions/subscriber.js';
import type { PullWaiter, Subscription } from '../subscriptions/subscription.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Uses } from '../subscriptions/uses.js';
import type { Topics } from '../topics/topics.js';
import type { AckWaits } from './ack-waits.js';
import type { Pages } from './pages.js';
import type { Pump } from './pump.js';
import type { Retries } from './retries.js';
import type { Settlement } from './settlement.js';
import type { Settler } from './settler.js';

export interface PullerParts {
  store: Store;
  subscriptions: Subscriptions;
  pages: Pages;
  pump: Pump;
  retries: Retries;
  settlement: Settlement;
  settler: Settler;
  ackWaits: AckWaits;
  uses: Uses;
  commit: GroupCommit;
  ids: MessageIds;
  topics: Topics;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/** What a receiver that will not ack was handed. */
export interface Taken extends Handover {
  /** A JSON array. */
  readonly messages: string;
}

/** Messages that are asked for: pull, and the acks and nacks that name them. */
export class Puller {
  readonly #parts: PullerParts;

  constructor(parts: PullerParts) {
    this.#parts = parts;
  }

  /** A JSON array of up to `maxMessages`; an empty one if none came within `waitMs`, or once `signal` says so. */
  pull(
    endpoint: Endpoint,
    subKey: string,
    maxMessages: number,
    waitMs: number,
    signal: AbortSignal | null,
  ): Promise<string> {
    return this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      const { messages } = await this.#pull(subscription, maxMessages, waitMs, signal);
      this.#parts.uses.note(subscription);
      return messages;
    });
  }

  /** What is there now, up to `delivery_batch_size`, for who will not ack. Null: there is no such subscription. */
  take(endpoint: Endpoint, key: SubscriptionKey, signal: AbortSignal | null): Promise<Taken | null> {
    return this.#parts.subscriptions.useIfThere(key, async subscription => {
      checkOwner(endpoint, subscription);
      const { messages, handover } = await this.#pull(subscription, Infinity, 0, signal);
      this.#parts.uses.note(subscription);
      const settle = (how: 'received' | 'lost') => {
        handover?.[how]();
        this.#parts.ackWaits.prune(subscription);
      };
      return { messages, received: () => settle('received'), lost: () => settle('lost') };
    });
  }

  /** Settles messages by their ids; answers once that is on disk. What is settled already is passed over. */
  async ack(endpoint: Endpoint, subKey: string, msgIds: string[]): Promise<void> {
    await this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      const positions = await this.positions(msgIds);
      try {
        for (const position of positions) {
          if (!this.#parts.settlement.ack(subscription, position)) await this.#passUnsent(subscription, position);
        }
      } finally {
        // Also if one of them was refused: those before it are settled.
        await this.#save(subscription);
      }
    });
  }

  async nack(endpoint: Endpoint, subKey: string, msgIds: string[], delaySec: number | undefined): Promise<void> {
    await this.#parts.subscriptions.use({ subKey }, async subscription => {
      checkOwner(endpoint, subscription);
      for (const position of await this.positions(msgIds))
        this.#parts.settlement.nack(subscription, position, delaySec);
      await this.#save(subscription);
    });
  }

  /** Where messages are; ids that name none are left out. */
  async positions(msgIds: string[]): Promise<Position[]> {
    const positions: Position[] = [];
    for (const msgId of msgIds) {
      const position = this.#parts.ids.decode(msgId) ?? (await this.#parts.store.findNamed(msgId))?.position;
      if (position) positions.push(position);
    }
    return positions;
  }

  /** A message that is in the queue but with nobody, for example one whose ack comes late. */
  async #passUnsent(subscription: Subscription, position: Position): Promise<void> {
    const after = new Array<Position>(priorityMax + 1).fill(position - 1);
    const query = {
      scope: this.#parts.pages.scopeOf(subscription),
      after,
      upto: position,
      now: this.#parts.clock.nowMs(),
      limit: 1,
      limitBytes: 1,
    };
    if (position > this.#parts.commit.committed) return;
    const [row] = (await this.#parts.store.readPage(query)).rows;
    if (!row || this.#parts.settlement.ack(subscription, position)) return;
    if (!subscription.sees(row, this.#parts.topics)) return;
    if (passByName(subscription, row.priority, position, this.#parts.limits)) this.#parts.counters.settled += 1;
  }

  async #save(subscription: Subscription): Promise<void> {
    this.#parts.uses.note(subscription);
    this.#parts.ackWaits.prune(subscription);
    await this.#parts.settler.save(subscription);
    this.#parts.retries.check(subscription);
    this.#parts.pump.wake(subscription);
  }

  #pull(subscription: Subscription, maxMessages: number, waitMs: number, signal: AbortSignal | null): Promise<Pulled> {
    if (subscription.attachment?.isStarted && subscription.options.delivery_method === 'notify') throw isNotified();
    this.#parts.uses.note(subscription);
    this.#parts.subscriptions.activate(subscription);
    this.#parts.retries.check(subscription);
    // Who hung up while the subscription was loaded is told nothing any more by its signal.
    if (signal?.aborted) return Promise.resolve({ messages: '[]', handover: null });
    if ((subscription.waiters?.length ?? 0) >= this.#parts.limits.pull_waiters_max) throw tooManyWait();
    return new Promise(resolve => {
      const giveUp = () => {
        const at = subscription.waiters?.indexOf(waiter) ?? -1;
        if (at >= 0) subscription.waiters!.splice(at, 1);
        waiter.give('[]', null);
      };
      const timeOut = () => {
        if (waiter.isHeld) waiter.isPatient = false;
        else giveUp();
      };
      const timer = waitMs > 0 ? this.#parts.clock.after(waitMs, timeOut) : null;
      const give = (messages: string, handover: Handover | null) => {
        timer?.cancel();
        signal?.removeEventListener('abort', giveUp);
        resolve({ messages, handover });
      };
      const waiter: PullWaiter = { maxMessages, isPatient: waitMs > 0, isHeld: false, give };
      signal?.addEventListener('abort', giveUp);
      subscription.waiters ??= [];
      subscription.waiters.push(waiter);
      this.#parts.pump.wake(subscription);
    });
  }
}

interface Pulled {
  /** A JSON array. */
  messages: string;
  /** Null: nothing came. */
  handover: Handover | null;
}

function tooManyWait(): HoldfastError {
  const message = 'Too many calls of pull wait for this subscription. Ask again once some are answered.';
  return new HoldfastError('overloaded', message, { retry_after: 1 });
}

function isNotified(): HoldfastError {
  const reason = 'it is attached and notified';
  return new HoldfastError(
    'conflict',
    `The subscription cannot be pulled from: ${reason}. Use delivery_method "pull".`,
    { reason },
  );
}
