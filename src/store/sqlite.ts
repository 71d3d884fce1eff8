import { stat, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { limits } from '../protocol/limits.js';
import { Channel } from './sqlite/channel.js';
import { messageRows, type PackedMessages } from './sqlite/columns.js';
import { pack, unpackResults } from './sqlite/moves.js';
import type { PackedPage } from './sqlite/page.js';
import { checkRuntime } from './sqlite/runtime.js';
import type { Written } from './sqlite/writer-worker.js';
import {
  type BoundedRow,
  type Committed,
  type CountQuery,
  type DelayedQuery,
  type DelayedRow,
  type InterestPage,
  type InterestQuery,
  type LetterQuery,
  type LetterRow,
  type ListedRow,
  type ListQuery,
  type LoadedSubscription,
  type MailboxRow,
  type MessageRow,
  type NamedPlace,
  type Opened,
  type Operation,
  type Page,
  type PageQuery,
  type Position,
  type Store,
  StoreFailed,
  StoreFull,
  type StoreSize,
  type SubscriptionKey,
  type SubscriptionRange,
  type UseQuery,
  type UseRow,
} from './store.js';

export interface SqliteOptions {
  /** Pages of 8 KiB after which the store counts as full, for tests. */
  pagesMax?: number;
}

/** The store in a SQLite file. The file and its folder are made by `open` if they are missing. */
export function openSqliteStore(path: string, options: SqliteOptions = {}): Store {
  return new SqliteStore(resolve(path), options);
}

/**
 * The main thread's side: it passes calls on to three workers, one that writes, one that reads beside it, and one that
 * moves the write-ahead log into the database, so that neither a commit nor a page ever holds up the event loop, nor a
 * move a commit. After a failure every call fails in the same way.
 */
class SqliteStore implements Store {
  readonly #path: string;
  readonly #options: SqliteOptions;
  #writer: Channel | null = null;
  #reader: Channel | null = null;
  #mover: Channel | null = null;
  #isMoving = false;
  /** Rises when the disk was full: the writer refuses what was handed over before. */
  #era = 0;
  #failure: StoreFailed | null = null;

  constructor(path: string, options: SqliteOptions) {
    this.#path = path;
    this.#options = options;
  }

  async open(): Promise<Opened> {
    checkRuntime({
      packageVersion: packageVersion(),
      nodeVersion: process.version,
      napiVersion: process.versions.napi ?? '0',
    });
    this.#writer = this.#start('./sqlite/writer-worker.js');
    this.#reader = this.#start('./sqlite/reader-worker.js');
    this.#mover = this.#start('./sqlite/mover-worker.js');
    const options = { path: this.#path, ...this.#options };
    try {
      const opened = await this.#ask<Opened>(this.#writer, 'open', options);
      await Promise.all([this.#ask(this.#reader, 'open', options), this.#ask(this.#mover, 'open', options)]);
      return opened;
    } catch (error) {
      await this.#end('abandon');
      throw error;
    }
  }

  async commit(operations: Operation[]): Promise<Committed> {
    const era = this.#era;
    try {
      const { committed, unmovedBytes } = await this.#ask<Written>(this.#writer, 'commit', {
        era,
        packed: pack(operations),
      });
      if (unmovedBytes >= limits.checkpoint_bytes && !this.#isMoving) this.#move();
      return { ...committed, results: unpackResults(operations, committed.results) };
    } catch (error) {
      if (error instanceof StoreFull) this.#era = era + 1;
      throw error;
    }
  }

  async readPage(query: PageQuery): Promise<Page> {
    const { messages, scanned } = await this.#ask<PackedPage>(this.#reader, 'readPage', query);
    return { rows: messageRows(messages), scanned };
  }

  async readMessages(positions: Position[]): Promise<MessageRow[]> {
    return messageRows(await this.#ask<PackedMessages>(this.#reader, 'readMessages', positions));
  }

  findNamed(msgId: string): Promise<NamedPlace | null> {
    return this.#ask(this.#reader, 'findNamed', msgId);
  }

  readDelayed(query: DelayedQuery): Promise<DelayedRow[]> {
    return this.#ask(this.#reader, 'readDelayed', query);
  }

  findDelayed(msgId: string): Promise<DelayedRow | null> {
    return this.#ask(this.#reader, 'findDelayed', msgId);
  }

  readLetters(query: LetterQuery): Promise<LetterRow[]> {
    return this.#ask(this.#reader, 'readLetters', query);
  }

  count(query: CountQuery): Promise<number> {
    return this.#ask(this.#reader, 'count', query);
  }

  loadSubscription(key: SubscriptionKey): Promise<LoadedSubscription | null> {
    return this.#ask(this.#reader, 'loadSubscription', key);
  }

  readInterests(query: InterestQuery): Promise<InterestPage[]> {
    return this.#ask(this.#reader, 'readInterests', query);
  }

  readHeads(topicIds: number[]): Promise<Position[][]> {
    return this.#ask(this.#reader, 'readHeads', topicIds);
  }

  listMailboxes(range: SubscriptionRange): Promise<MailboxRow[]> {
    return this.#ask(this.#reader, 'listMailboxes', range);
  }

  listBounded(range: SubscriptionRange): Promise<BoundedRow[]> {
    return this.#ask(this.#reader, 'listBounded', range);
  }

  listSubscriptions(query: ListQuery): Promise<ListedRow[]> {
    return this.#ask(this.#reader, 'listSubscriptions', query);
  }

  listUses(query: UseQuery): Promise<UseRow[]> {
    return this.#ask(this.#reader, 'listUses', query);
  }

  countInterest(pattern: string): Promise<number> {
    return this.#ask(this.#reader, 'countInterest', pattern);
  }

  countSubscriptionsOf(endpointId: number): Promise<number> {
    return this.#ask(this.#reader, 'countSubscriptionsOf', endpointId);
  }

  async size(): Promise<StoreSize> {
    if (this.#failure !== null) throw this.#failure;
    const [database, log, disk] = await Promise.all([
      bytesOf(this.#path),
      bytesOf(`${this.#path}-wal`),
      statfs(dirname(this.#path)),
    ]);
    return { bytes: database + log, freeBytes: disk.bavail * disk.bsize };
  }

  close(): Promise<void> {
    return this.#end(this.#failure === null ? 'close' : 'abandon');
  }

  /** Nobody waits for it. An error of the disk is the failure of the store, which the next call tells of. */
  #move(): void {
    this.#isMoving = true;
    const moved = () => {
      this.#isMoving = false;
    };
    this.#ask(this.#mover, 'move', null).then(moved, moved);
  }

  /** The writer last, when nobody else has the file open, so that it can put everything into the database itself. */
  async #end(call: 'close' | 'abandon'): Promise<void> {
    const [writer, ...others] = [this.#writer, this.#reader, this.#mover];
    this.#writer = this.#reader = this.#mover = null;
    const ends = await Promise.allSettled(others.map(other => other?.end(call)));
    const failed = ends.find(end => end.status === 'rejected');
    // Where the disk has just failed one of them, the writer has nothing more to write.
    await writer?.end(failed ? 'abandon' : call);
    if (failed) throw failed.reason;
  }

  #start(entry: string): Channel {
    return new Channel(new URL(entry, import.meta.url), failure => {
      this.#failure ??= failure;
    });
  }

  async #ask<T>(channel: Channel | null, call: string, argument: unknown): Promise<T> {
    if (this.#failure !== null) throw this.#failure;
    if (channel === null) throw new StoreFailed('The store is not open.');
    const answer = (await channel.request(call, argument)) as T;
    // Another thread may have failed meanwhile: from then on nothing is answered as stored.
    if (this.#failure !== null) throw this.#failure;
    return answer;
  }
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('better-sqlite3/package.json') as { version: string };
  return version;
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
