import type { Limits } from '../../protocol/limits.js';
import { priorityMax } from '../../protocol/message.js';
import type {
  Position,
  RangeSwept,
  SweepExpired,
  SweepMailbox,
  SweepRange,
  SweepSettled,
  SweepTopic,
  Swept,
} from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { GroupCommit } from '../publish/group-commit.js';
import { rest } from './pace.js';

type Sweep = SweepExpired | SweepSettled | SweepRange | SweepMailbox | SweepTopic;

/** What of one topic can go. */
export interface SettledTopic {
  topicId: number;
  /** Indexed by priority; index 0 is not used. */
  upto: Position[];
  /** Nothing of it lies up to here. */
  after: Position;
  /** No subscription has the topic. */
  isUnwanted: boolean;
}

/** Of whom nothing is to be removed that was found before. */
export interface Recall {
  topicIds: ReadonlySet<number>;
  /** Whose mailbox; null: nobody's. */
  subId: number | null;
}

/** If fewer than one in so many of a range can go, topic by topic is cheaper. */
const walkedForOne = 8;

export interface SweepQueueParts {
  commit: GroupCommit;
  clock: Clock;
  limits: Limits;
  counters: Counters;
}

/**
 * What can be removed, some in each commit, with a rest after it. How much of a commit they take is bounded by the store,
 * so sweeping takes a fifth of its time at most.
 */
export class SweepQueue {
  readonly #parts: SweepQueueParts;
  #waiting: Sweep[] = [];
  /** What was recalled while a commit was on its way: what that leaves is recalled too. */
  readonly #recalls: Recall[] = [];
  /** Those that remove what no subscription ever had. */
  readonly #unwanted = new WeakSet<Sweep>();

  constructor(parts: SweepQueueParts) {
    this.#parts = parts;
  }

  add(sweep: SweepMailbox | SweepTopic): void {
    this.#waiting.push(sweep);
  }

  /** Their messages lie side by side, more or less, if they were published to at the same time. */
  addSettled(topics: SettledTopic[]): void {
    const unwanted = this.#add(topics.filter(({ isUnwanted }) => isUnwanted));
    for (const sweep of unwanted) this.#unwanted.add(sweep);
    this.#add(topics.filter(({ isUnwanted }) => !isUnwanted));
  }

  /** Nothing more is removed of what was found. What the store has been handed already is not undone. */
  recall(recall: Recall): void {
    this.#recalls.push(recall);
    this.#waiting = this.#waiting.flatMap(sweep => this.#recalled(sweep, recall));
  }

  #recalled(sweep: Sweep, recall: Recall): Sweep[] {
    const left = without(sweep, recall);
    if (this.#unwanted.has(sweep)) for (const each of left) this.#unwanted.add(each);
    return left;
  }

  #add(topics: SettledTopic[]): Sweep[] {
    if (topics.length === 0) return [];
    const range: SweepRange = {
      kind: 'sweep_range',
      topicIds: topics.map(({ topicId }) => topicId),
      upto: topics.flatMap(({ upto }) => upto),
      after: Math.min(...topics.map(({ after }) => after)),
      limit: this.#parts.limits.sweep_messages,
    };
    const sweeps = topics.length === 1 ? apart(range) : [range];
    this.#waiting.push(...sweeps);
    return sweeps;
  }

  /** What expired is looked for once in each pass, unless there was more of it than the last pass could take. */
  begin(): void {
    if (this.#waiting.some(({ kind }) => kind === 'sweep_expired')) return;
    const now = this.#parts.clock.nowMs();
    this.#waiting.unshift({ kind: 'sweep_expired', now, limit: this.#parts.limits.sweep_messages });
  }

  /** One commit. False: there was nothing to do. */
  async step(): Promise<boolean> {
    if (this.#waiting.length === 0) return false;
    const sweeps = this.#take();
    this.#recalls.length = 0;
    const swept = await Promise.all(sweeps.map(sweep => this.#parts.commit.submit(sweep)));
    const unfinished: Sweep[] = [];
    for (const [index, result] of swept.entries()) {
      const sweep = sweeps[index]!;
      if (sweep.kind === 'sweep_expired') this.#parts.counters.sweptExpired += result.removed;
      else if (sweep.kind === 'sweep_topic') this.#parts.counters.sweptDeleted += result.removed;
      else if (this.#unwanted.has(sweep)) this.#parts.counters.sweptUnwanted += result.removed;
      else this.#parts.counters.sweptSettled += result.removed;
      const left = result.more ? restOf(sweep, result) : [];
      if (this.#unwanted.has(sweep)) for (const each of left) this.#unwanted.add(each);
      unfinished.push(...left);
    }
    let left = unfinished;
    for (const recall of this.#recalls) left = left.flatMap(sweep => this.#recalled(sweep, recall));
    this.#waiting = [...left, ...this.#waiting];
    if (this.#waiting.length > 0) await rest(this.#parts.clock, this.#parts.limits.sweep_rest_ms);
    return true;
  }

  /** A range is the last of its commit: it takes what time there is, and is long to send. */
  #take(): Sweep[] {
    const range = this.#waiting.findIndex(({ kind }) => kind === 'sweep_range');
    const most = this.#parts.limits.sweep_commit_topics;
    return this.#waiting.splice(0, range < 0 ? most : Math.min(range + 1, most));
  }
}

/** What is left of a sweep when some topics, or a mailbox, are left out. */
function without(sweep: Sweep, { topicIds, subId }: Recall): Sweep[] {
  switch (sweep.kind) {
    case 'sweep_mailbox':
      return sweep.subId === subId ? [] : [sweep];
    case 'sweep_settled':
      return topicIds.has(sweep.topicId) ? [] : [sweep];
    case 'sweep_range': {
      if (!sweep.topicIds.some(id => topicIds.has(id))) return [sweep];
      const lanes = priorityMax + 1;
      const kept = sweep.topicIds.flatMap((id, index) => (topicIds.has(id) ? [] : [{ id, at: index * lanes }]));
      if (kept.length === 0) return [];
      const upto = kept.flatMap(({ at }) => sweep.upto.slice(at, at + lanes));
      return [{ ...sweep, topicIds: kept.map(({ id }) => id), upto }];
    }
    default:
      return [sweep];
  }
}

/** What is left of a sweep that did not come to its end. */
function restOf(sweep: Sweep, result: Swept | RangeSwept): Sweep[] {
  if (sweep.kind !== 'sweep_range' || !('reached' in result)) return [sweep];
  return result.removed * walkedForOne < result.looked ? apart(sweep) : [{ ...sweep, after: result.reached }];
}

function apart({ topicIds, upto, limit }: SweepRange): SweepSettled[] {
  const lanes = priorityMax + 1;
  return topicIds.map((topicId, index) => ({
    kind: 'sweep_settled',
    topicId,
    upto: upto.slice(index * lanes, (index + 1) * lanes),
    limit,
  }));
}
