import { matches } from '../../../src/protocol/matcher.js';
import type { ModelMessage } from './copy.js';
import type { QueueModel } from './queue-model.js';

export interface Accepted {
  msgId: string;
  topic: string;
  priority: number;
  /** Unix milliseconds; of a delayed message, when it is due. */
  receivedMs: number;
  expirationSec: number;
  data: number;
  /** Null: for whoever is subscribed. */
  to: QueueModel[] | null;
  /** It is in memory only. */
  isInRam?: boolean;
}

/** A message that is not due, in the order of the store. */
export interface ModelDelay extends Accepted {
  version: number;
}

/** What was asked of a topic. */
export interface ModelTopic {
  isActive: boolean;
  /** Seconds; the longest life of a message. */
  expiryMax: number;
}

/** What should be true: all messages in a list, and for each subscription what of them it is owed. */
export class Model {
  readonly messages: ModelMessage[] = [];
  queues: QueueModel[] = [];
  /** Subscribe patterns of each endpoint. */
  readonly rights = new Map<string, Set<string>>();
  /** Own ids of publishers. */
  readonly named: string[] = [];
  /** True once there may be messages that nobody sees, and that stay until they expire or the next cursor is written. */
  hasStrays = false;
  /** Commands so far. */
  round = 0;
  /** In the order in which they were published. */
  delayed: ModelDelay[] = [];
  /** Ids of everything that was ever delayed. */
  readonly onceDelayed: string[] = [];
  readonly #topics = new Map<string, ModelTopic>();
  #lastData = 0;

  nextData(): number {
    this.#lastData += 1;
    return this.#lastData;
  }

  accept(accepted: Accepted): void {
    const { msgId, topic, priority, receivedMs, data, to, isInRam = false } = accepted;
    const index = this.messages.length;
    const expiresAt = expiryOf(accepted);
    const message = { index, round: this.round, msgId, topic, priority, receivedMs, expiresAt, data, isInRam };
    this.messages.push(message);
    if (to && !to.some(queue => this.queues.includes(queue))) this.hasStrays = true;
    if (to) for (const queue of to) queue.enterMailbox(message);
    else for (const queue of this.queues) queue.enter(message, this.hasRight(queue.username, topic));
  }

  delay(accepted: Accepted): void {
    this.onceDelayed.push(accepted.msgId);
    this.delayed.push({ ...accepted, version: 1 });
  }

  topic(name: string): ModelTopic {
    const topic = this.#topics.get(name) ?? { isActive: true, expiryMax: Infinity };
    this.#topics.set(name, topic);
    return topic;
  }

  hasRight(username: string, topic: string): boolean {
    return [...this.rights.get(username)!].some(pattern => matches(pattern, topic));
  }

  /** It is this late now. */
  tick(now: number): void {
    const due = this.delayed.filter(({ receivedMs }) => receivedMs <= now);
    this.delayed = this.delayed.filter(({ receivedMs }) => receivedMs > now);
    due.sort((a, b) => a.receivedMs - b.receivedMs);
    for (const accepted of due) this.accept(accepted);
    for (const queue of this.queues) queue.tick(now);
  }

  find(subKey: string): QueueModel | undefined {
    return this.queues.find(queue => queue.subKey === subKey);
  }

  /** The queue of that number, if there are any; numbers go round. */
  pick(number: number): QueueModel | undefined {
    return this.queues[number % this.queues.length];
  }
}

/** A message that is not delayed is received a microsecond after it was published; in milliseconds. */
export const microsecond = 0.001;

/** Unix milliseconds, as the store keeps them. */
export function expiryOf({ receivedMs, expirationSec }: { receivedMs: number; expirationSec: number }): number {
  return Math.ceil(receivedMs + expirationSec * 1000);
}
