import type { Limits } from '../../protocol/limits.js';
import type { MailboxRow, Operation, Store, SubscriptionRange } from '../../store/store.js';
import type { Clock } from '../clock.js';
import { Lanes } from '../lanes/lanes.js';
import { paced } from './pace.js';
import type { SweepQueue } from './sweep-queue.js';

export interface MailboxSweepParts {
  store: Store;
  queue: SweepQueue;
  clock: Clock;
  limits: Limits;
}

/**
 * Finds what subscriptions have settled of what was addressed to them: of all that have anything once after the start,
 * and of those that have settled something since. As long as nothing is addressed to anybody, nothing is read.
 */
export class MailboxSweep {
  readonly #parts: MailboxSweepParts;
  /** Something was addressed to somebody since the start, or may have been. */
  #wasAddressed = false;
  /** Somebody may have something. */
  #isAny = true;
  /** Up to which id the first turn has come; null: it is over. */
  #first: number | null = 0;
  #moved = new Set<number>();
  /** Of these what is read now is not to be trusted, and for how many changes. */
  readonly #spared = new Map<number, number>();
  /** Those that were spared at some time of the read that is under way. */
  #sparedMeanwhile = new Set<number>();

  constructor(parts: MailboxSweepParts) {
    this.#parts = parts;
  }

  /** Hears of everything that is on disk. */
  committed(operation: Operation): void {
    const { kind } = operation;
    if (kind === 'enter_due' || kind === 'redrive' || (kind === 'append' && operation.addressed.length > 0)) {
      this.#wasAddressed = true;
      this.#isAny = true;
    } else if (this.#isAny && operation.kind === 'settle') this.#moved.add(operation.subId);
  }

  /** Its lanes are about to go back: no sweep is made of what it has now until the answered function is called. */
  spare(subId: number): () => void {
    this.#spared.set(subId, (this.#spared.get(subId) ?? 0) + 1);
    this.#sparedMeanwhile.add(subId);
    return () => {
      const others = this.#spared.get(subId)! - 1;
      if (others > 0) this.#spared.set(subId, others);
      else this.#spared.delete(subId);
      if (this.#isAny) this.#moved.add(subId);
    };
  }

  /** Reads one page. False: there was nothing to do. */
  async step(): Promise<boolean> {
    if (this.#first !== null) await paced(this.#parts.clock, () => this.#goOn(this.#first!));
    else if (this.#moved.size > 0) await paced(this.#parts.clock, () => this.#look());
    else return false;
    return true;
  }

  async #goOn(afterId: number): Promise<void> {
    const limit = this.#parts.limits.sweep_subscriptions;
    const rows = await this.#read({ afterId, limit });
    this.#sweep(rows);
    this.#first = rows.length < limit ? null : rows[rows.length - 1]!.subId;
    if (afterId !== 0 || rows.length > 0 || this.#wasAddressed) return;
    this.#isAny = false;
    this.#moved.clear();
  }

  async #look(): Promise<void> {
    const ids = [...this.#moved].slice(0, this.#parts.limits.sweep_subscriptions);
    for (const id of ids) this.#moved.delete(id);
    this.#sweep(await this.#read({ ids }));
  }

  #read(range: SubscriptionRange): Promise<MailboxRow[]> {
    this.#sparedMeanwhile = new Set(this.#spared.keys());
    return this.#parts.store.listMailboxes(range);
  }

  #sweep(rows: MailboxRow[]): void {
    for (const { subId, lanes, createdAt } of rows) {
      if (this.#spared.has(subId) || this.#sparedMeanwhile.has(subId)) continue;
      const upto = Lanes.cursors(lanes, createdAt);
      this.#parts.queue.add({ kind: 'sweep_mailbox', subId, upto, limit: this.#parts.limits.sweep_messages });
    }
  }
}
