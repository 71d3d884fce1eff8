import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import {
  type Append,
  type Appended,
  type Committed,
  type Operation,
  type Position,
  type Result,
  type Store,
  StoreFull,
} from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Topic } from '../topics/topic.js';
import { addMessage, emptyAppend, type NewMessage } from './append.js';
import { CommitSize } from './commit-size.js';

/** Who waits for a publish to be on disk. Exactly one of the three is called, once. */
export interface PublishWaiter {
  stored(position: Position): void;
  refused(reason: 'duplicate' | 'conflict'): void;
  failed(error: HoldfastError): void;
}

/** One append operation, for the disk or for memory, with those who wait for it, in the same order. */
export interface AppendGroup {
  operation: Append;
  topics: Topic[];
  waiters: PublishWaiter[];
}

export interface CommitEvents {
  /** A group of publishes is on disk. */
  appended(group: AppendGroup, appended: Appended): void;
  /** An operation is on disk, and whoever waited for it has been told. Called for each, in their order. */
  committed(operation: Operation, result: Committed['results'][number]): void;
  failed(error: Error): void;
}

/** What a committed operation does next: a group of publishes is answered, any other one has a promise. */
type Follower = { append: AppendGroup } | { append: null; apply(result: unknown): void; reject(error: unknown): void };

/** Commits that the store has at the same time: while it writes one, the next is already with it. */
const inStoreMax = 2;

/** One transaction that is being filled. */
class Batch {
  readonly operations: Operation[] = [];
  readonly followers: Follower[] = [];
  /** The append that is still open: the last operation, if it is one. */
  group: AppendGroup | null = null;
  messages = 0;
  bytes = 0;
}

/**
 * Group commit: everything that changes the store goes through here and is answered only once its transaction is on
 * disk (invariant 1). What comes in while the store writes shares the next transaction, in the order it came.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #size: CommitSize;
  readonly #onAppended: (group: AppendGroup, appended: Appended) => void;
  readonly #onFailed: (error: Error) => void;
  readonly #onCommitted: CommitEvents['committed'];
  readonly #queue: Batch[] = [];
  /** After the disk was full: what it refused and is to be tried again; null while it takes what it is given. */
  #takenBack: Batch[] | null = null;
  #inStore = 0;
  /** Unix microseconds. */
  #lastDoneAt = 0;
  #isResting = false;
  #isScheduled = false;
  #failed: HoldfastError | null = null;
  #idle: (() => void)[] = [];
  /** The last position that is known to be on disk. Readers stop here. */
  committed: Position;
  /** UTF-16 units of the bodies that are not on disk yet. */
  bytesWaiting = 0;
  /** Commits so far, what was in them, and how long the store had them in all. */
  batches = 0;
  messages = 0;
  seconds = 0;

  constructor(store: Store, clock: Clock, limits: Limits, position: Position, on: CommitEvents) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#size = new CommitSize(limits);
    this.committed = position;
    this.#onAppended = on.appended;
    this.#onFailed = on.failed;
    this.#onCommitted = on.committed;
  }

  publish(message: NewMessage, waiter: PublishWaiter): void {
    const refusal = this.#failed ?? this.#refusal();
    if (refusal !== null) {
      waiter.failed(refusal);
      return;
    }
    const batch = this.#openBatch();
    const inRam = message.ramBytes !== undefined;
    if (!batch.group || (batch.group.operation.inRam !== undefined) !== inRam) {
      batch.group = { operation: emptyAppend(inRam), topics: [], waiters: [] };
      batch.operations.push(batch.group.operation);
      batch.followers.push({ append: batch.group });
    }
    addMessage(batch.group.operation, message);
    batch.group.topics.push(message.topic);
    batch.group.waiters.push(waiter);
    batch.messages += 1;
    batch.bytes += message.body.length;
    this.bytesWaiting += message.body.length;
    this.#schedule();
  }

  #refusal(): HoldfastError | null {
    if (this.#isResting) return diskFull();
    return this.bytesWaiting > this.#limits.commit_queue_bytes_max ? overloaded() : null;
  }

  /**
   * Resolves once the operation is on disk, with what `apply` answers. `apply` changes the state in memory: it runs
   * between the operations that were committed before and after this one, while a promise would be told only after all
   * of them.
   */
  submit<O extends Operation>(operation: O): Promise<Result<O>>;
  submit<O extends Operation, T>(operation: O, apply: (result: Result<O>) => T): Promise<T>;
  submit(operation: Operation, apply?: (result: never) => unknown): Promise<unknown> {
    if (this.#failed) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      const batch = this.#openBatch();
      batch.group = null;
      batch.operations.push(operation);
      const applied = (result: unknown) => resolve(apply ? apply(result as never) : result);
      batch.followers.push({ append: null, apply: applied, reject });
      batch.messages += 1;
      this.#schedule();
    });
  }

  /** True while nothing is tried, because the disk has no room even for settlements. */
  get isResting(): boolean {
    return this.#isResting;
  }

  /** Resolves when nothing waits any more. */
  drained(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise(resolve => this.#idle.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#failed !== null || (this.#queue.length === 0 && this.#inStore === 0 && !this.#takenBack?.length);
  }

  #openBatch(): Batch {
    const last = this.#queue[this.#queue.length - 1];
    if (last && last.messages < this.#size.messages && last.bytes < this.#limits.commit_bytes_max) return last;
    const batch = new Batch();
    this.#queue.push(batch);
    return batch;
  }

  /** Everything of this turn goes into one transaction, so the store is called at the end of the turn. */
  #schedule(): void {
    if (this.#isScheduled || this.#inStore >= inStoreMax) return;
    this.#isScheduled = true;
    this.#clock.endOfTurn(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#isResting) return;
    if (this.#takenBack) {
      if (this.#inStore > 0) return;
      this.#queue.unshift(...this.#takenBack);
      this.#takenBack = null;
    }
    while (this.#inStore < inStoreMax && this.#queue.length > 0 && !this.#failed) {
      const batch = this.#queue.shift()!;
      this.#inStore += 1;
      const startedAt = this.#clock.nowMicros();
      this.#store.commit(batch.operations).then(
        committed => {
          this.#took(batch, startedAt);
          this.#done(batch, committed);
        },
        error => this.#notDone(batch, error),
      );
    }
  }

  #took({ messages }: Batch, startedAt: number): void {
    const now = this.#clock.nowMicros();
    this.seconds += (now - startedAt) / 1e6;
    // Until the one before it was done, it only waited.
    this.#size.note(messages, (now - Math.max(startedAt, this.#lastDoneAt)) / 1e3);
    this.#lastDoneAt = now;
  }

  #done(batch: Batch, { results, position }: Committed): void {
    this.#inStore -= 1;
    this.batches += 1;
    this.messages += batch.messages;
    this.bytesWaiting -= batch.bytes;
    this.committed = position;
    this.#flush();
    for (const [index, follower] of batch.followers.entries()) {
      if (follower.append) this.#onAppended(follower.append, results[index] as Appended);
      else follower.apply(results[index]);
      this.#onCommitted(batch.operations[index]!, results[index]!);
    }
    this.#tellIdle();
  }

  #notDone(batch: Batch, error: unknown): void {
    this.#inStore -= 1;
    this.bytesWaiting -= batch.bytes;
    if (error instanceof StoreFull) this.#takeBack(batch);
    else this.#fail(batch, error as Error);
    this.#flush();
    this.#tellIdle();
  }

  /**
   * The disk is full: what is new is refused, and the rest is tried again, because what consumers settle frees space. The
   * store refuses what it had been handed behind this batch, too; nothing goes in before that is back, in its order.
   */
  #takeBack(batch: Batch): void {
    const rest = new Batch();
    for (const [index, follower] of batch.followers.entries()) {
      const operation = batch.operations[index]!;
      if (follower.append) for (const waiter of follower.append.waiters) waiter.failed(diskFull());
      else if (isNew(operation)) follower.reject(diskFull());
      else {
        rest.operations.push(operation);
        rest.followers.push(follower);
      }
    }
    const isFirst = this.#takenBack === null;
    this.#takenBack ??= [];
    if (rest.operations.length > 0) this.#takenBack.push(rest);
    if (isFirst && rest.operations.length === batch.operations.length) this.#rest();
  }

  /** Not even what consumers settled fits on the disk: it waits until someone has made room. */
  #rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    this.#clock.after(this.#limits.full_disk_wait_ms, () => {
      this.#isResting = false;
      this.#flush();
    });
  }

  /** After an I/O error nothing may be tried again: everyone hears `unknown`, and the process is told to stop. */
  #fail(batch: Batch, cause: Error): void {
    const message = 'The disk failed while writing: the request may or may not be stored. Ask again after the restart.';
    const error = new HoldfastError('storage_failed', message);
    this.#failed = error;
    this.#onFailed(cause);
    for (const failed of [...(this.#takenBack ?? []), batch, ...this.#queue.splice(0)]) {
      for (const follower of failed.followers) {
        if (follower.append) for (const waiter of follower.append.waiters) waiter.failed(error);
        else follower.reject(error);
      }
    }
  }

  #tellIdle(): void {
    if (!this.#isIdle) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** Kinds that take room, and are tried again by whoever wants them, if by anybody. */
const growing: ReadonlySet<string> = new Set([
  'append',
  'delay',
  'update_delayed',
  'enter_due',
  'redrive',
  'mark_time',
  'note_uses',
] satisfies Operation['kind'][]);

/** Makes something that was not there; everything else goes on with what there is, and may free room. */
function isNew({ kind }: Operation): boolean {
  return growing.has(kind) || kind.startsWith('create_');
}

function diskFull(): HoldfastError {
  return new HoldfastError('storage_full', 'The disk is full: nothing was stored. Free space, then try again.');
}

function overloaded(): HoldfastError {
  return new HoldfastError('overloaded', 'The disk cannot keep up with the publishes. Wait, then publish again.', {
    retry_after: 1,
  });
}
