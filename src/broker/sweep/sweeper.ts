import { isFull } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Operation, Results, Store, SweepTopic } from '../../store/store.js';
import type { Clock, Timer } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Endpoints } from '../endpoints/endpoints.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { DepthPatrol } from '../queue/depth-patrol.js';
import type { Inactivity } from '../subscriptions/inactivity.js';
import type { PositionClock } from '../topics/position-clock.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';
import { MailboxSweep } from './mailbox-sweep.js';
import { SettledSweep } from './settled-sweep.js';
import { SweepQueue } from './sweep-queue.js';

export interface SweeperParts {
  store: Store;
  topics: Topics;
  endpoints: Endpoints;
  commit: GroupCommit;
  depthPatrol: DepthPatrol;
  inactivity: Inactivity;
  positionClock: PositionClock;
  clock: Clock;
  limits: Limits;
  counters: Counters;
  widePatterns: readonly string[];
}

/**
 * Removes what nobody needs any more: messages that expired, and those below the low-water mark, which everyone who may
 * see them has settled. It acts on what has moved and never goes over all subscriptions, and it works in bounded steps
 * with rests between, so that publishing hardly notices.
 */
export class Sweeper {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #queue: SweepQueue;
  readonly #settled: SettledSweep;
  readonly #mailboxes: MailboxSweep;
  readonly #depthPatrol: DepthPatrol;
  readonly #inactivity: Inactivity;
  readonly #positionClock: PositionClock;
  #timer: Timer | null = null;
  #isStopped = false;
  /** The last pass did not come to its end. */
  #isBusy = false;
  #sweeping: Promise<void> | null = null;

  constructor(parts: SweeperParts) {
    this.#clock = parts.clock;
    this.#intervalMs = parts.limits.sweep_interval_ms;
    this.#queue = new SweepQueue(parts);
    this.#settled = new SettledSweep({ ...parts, queue: this.#queue }, parts.widePatterns);
    this.#mailboxes = new MailboxSweep({ ...parts, queue: this.#queue });
    this.#depthPatrol = parts.depthPatrol;
    this.#inactivity = parts.inactivity;
    this.#positionClock = parts.positionClock;
  }

  /** Hears of everything that is on disk. */
  committed(operation: Operation, result: Results[keyof Results]): void {
    this.#settled.committed(operation, result);
    this.#mailboxes.committed(operation);
    this.#depthPatrol.committed(operation, result);
  }

  /** What is to be removed besides. */
  add(sweep: SweepTopic): void {
    this.#queue.add(sweep);
  }

  /**
   * What was settled of these topics, or of the mailbox of a subscription, is about to be needed again. Nothing of it is
   * removed by what is submitted from now on until the answered function is called, which is to be after the commit; from
   * then on the sweep knows of it. Called in the turn in which the change is submitted.
   */
  spare(topics: Iterable<Topic>, subId: number | null = null): () => void {
    const spared = [...topics];
    const releases = [this.#settled.spare(spared), ...(subId === null ? [] : [this.#mailboxes.spare(subId)])];
    this.#queue.recall({ topicIds: new Set(spared.map(({ id }) => id)), subId });
    return () => {
      for (const release of releases) release();
    };
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = this.#clock.after(this.#isBusy ? 0 : this.#intervalMs, () => {
      this.#timer = null;
      // An I/O error has stopped the broker already; there is nobody else to tell.
      this.sweep()
        .catch(() => {
          this.#isBusy = false;
        })
        .finally(() => this.start());
    });
  }

  /** Resolves when the step under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#sweeping?.catch(() => {});
  }

  /** One pass. What it does not come to in a second is left to the next one, which then follows at once. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#pass().finally(() => {
      this.#sweeping = null;
    });
    return this.#sweeping;
  }

  async #pass(): Promise<void> {
    const endMs = this.#clock.nowMs() + this.#intervalMs;
    await unlessFull(this.#positionClock.tick());
    for (const work of [this.#queue, this.#settled, this.#depthPatrol, this.#inactivity]) work.begin();
    const works = [this.#queue, this.#settled, this.#mailboxes, this.#depthPatrol, this.#inactivity];
    this.#isBusy = true;
    while (this.#isBusy && this.#clock.nowMs() < endMs) {
      this.#isBusy = false;
      for (const work of works) if (!this.#isStopped && (await work.step())) this.#isBusy = true;
    }
  }
}

/** Notes can be made later. On a full disk it is the sweep that makes room, and nothing may hold it up. */
async function unlessFull(noting: Promise<void>): Promise<void> {
  try {
    await noting;
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}
