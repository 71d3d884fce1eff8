import type { Limits } from '../../protocol/limits.js';
import type { BoundedRow, Operation, Position, Results, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import { paced } from '../sweep/pace.js';
import type { Topics } from '../topics/topics.js';
import type { DepthLimits } from './depth-limits.js';

export interface DepthPatrolParts {
  store: Store;
  topics: Topics;
  subscriptions: Subscriptions;
  depthLimits: DepthLimits;
  commit: GroupCommit;
  clock: Clock;
  limits: Limits;
}

/** Subscriptions that are looked up at once, and how many of them are counted before a rest. */
const listedAtOnce = 100;
const countedAtOnce = 5;

/**
 * Goes round the subscriptions that have a `max_depth`, found by an index, and looks after those for which something may
 * have been published since its last round. Where nobody has a bound, it knows, and reads nothing.
 */
export class DepthPatrol {
  readonly #parts: DepthPatrolParts;
  /** Somebody may have a bound. */
  #isAny = true;
  /** Up to which id the round has come; null: there is none under way. */
  #afterId: number | null = null;
  /** What came up to here had been published when the last round began, and this one. */
  #since: Position = -1;
  #upto: Position = -1;
  #hasFound = false;
  /** Whether a pattern had news since the last round. */
  readonly #news = new Map<string, boolean>();
  /** Those to look after whatever was published: their bound is new, or something was addressed to them. */
  readonly #due = new Set<number>();
  /** Those that are still over their bound, as what is in flight stays. */
  readonly #later = new Set<number>();
  #listed: number[] = [];

  constructor(parts: DepthPatrolParts) {
    this.#parts = parts;
  }

  /** Hears of everything that is on disk. */
  committed(operation: Operation, result: Results[keyof Results]): void {
    if (operation.kind === 'create_subscription' && isBounded(operation.options)) this.#hasOne();
    else if (operation.kind === 'update_subscription' && isBounded(operation.options)) {
      this.#hasOne();
      this.#due.add(operation.id);
    } else if (!this.#isAny) return;
    else if (operation.kind === 'append') this.#addressed(operation.addressed);
    else if (operation.kind === 'redrive') this.#due.add(operation.subId);
    else if (operation.kind === 'enter_due') this.#addressed((result as Results['enter_due']).entered);
  }

  begin(): void {
    for (const id of this.#later) this.#due.add(id);
    this.#later.clear();
    const { committed } = this.#parts.commit;
    if (!this.#isAny || this.#afterId !== null || committed === this.#since) return;
    this.#afterId = 0;
    this.#upto = committed;
    this.#hasFound = false;
    this.#news.clear();
  }

  /** Looks up some, or looks after some. False: there was nothing to do. */
  async step(): Promise<boolean> {
    if (this.#listed.length > 0) await paced(this.#parts.clock, () => this.#enforce());
    else if (this.#due.size > 0) await paced(this.#parts.clock, () => this.#listDue());
    else if (this.#afterId !== null) await paced(this.#parts.clock, () => this.#goOn(this.#afterId!));
    else return false;
    return true;
  }

  async #listDue(): Promise<void> {
    const ids = [...this.#due].slice(0, listedAtOnce);
    for (const id of ids) this.#due.delete(id);
    const rows = await this.#parts.store.listBounded({ ids });
    this.#listed.push(...rows.map(({ subId }) => subId));
  }

  async #goOn(afterId: number): Promise<void> {
    const rows = await this.#parts.store.listBounded({ afterId, limit: listedAtOnce });
    this.#hasFound ||= rows.length > 0;
    for (const row of rows) if (this.#hasNews(row)) this.#listed.push(row.subId);
    this.#afterId = rows.length < listedAtOnce ? null : rows[rows.length - 1]!.subId;
    if (this.#afterId !== null) return;
    this.#since = this.#upto;
    this.#isAny = this.#hasFound;
  }

  async #enforce(): Promise<void> {
    for (const id of this.#listed.splice(0, countedAtOnce)) {
      const left = await this.#parts.subscriptions.useIfThere({ id }, one => this.#parts.depthLimits.enforce(one));
      if (left) this.#later.add(id);
    }
  }

  #hasOne(): void {
    this.#isAny = true;
    this.#hasFound = true;
  }

  #addressed(messages: { subIds: number[] }[]): void {
    for (const { subIds } of messages) for (const subId of subIds) this.#due.add(subId);
  }

  #hasNews({ patterns }: BoundedRow): boolean {
    return patterns.some(pattern => {
      let hasNews = this.#news.get(pattern);
      if (hasNews === undefined) {
        hasNews = this.#isNewIn(pattern);
        this.#news.set(pattern, hasNews);
      }
      return hasNews;
    });
  }

  #isNewIn(pattern: string): boolean {
    for (const topic of this.#parts.topics.covered(pattern)) if (topic.last > this.#since) return true;
    return false;
  }
}

function isBounded(options: string | undefined): boolean {
  return options?.includes('"max_depth":') ?? false;
}
