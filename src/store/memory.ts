import { randomBytes } from 'node:crypto';
import { limits } from '../protocol/limits.js';
import { apply } from './memory/apply.js';
import { MemoryDisk, type StoredSubscription } from './memory/disk.js';
import { readLetters } from './memory/letters.js';
import { count, readPage, rowOf } from './memory/page.js';
import { nameOf } from './memory/subscription.js';
import {
  listBounded,
  listMailboxes,
  listSubscriptions,
  listUses,
  readHeads,
  readInterests,
} from './memory/sweep-reads.js';
import { PositionCounter } from './positions.js';
import {
  type BoundedRow,
  type Committed,
  type CountQuery,
  type DelayedQuery,
  type DelayedRow,
  type EndpointRow,
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
  type SubscriptionRow,
  type UseQuery,
  type UseRow,
} from './store.js';

/** What happens to a commit: `full` = refused; `lost` and `kept` = the disk fails, and it is not, or is, on disk. */
export type CommitFault = 'full' | 'lost' | 'kept';

export interface MemoryOptions {
  /** Lets calls be answered later, one call each time; `setImmediate` unless a simulation has its own order of things. */
  defer?: (run: () => void) => void;
  /** Asked before each commit, so that a test can let the disk be full or fail. */
  fault?: (operations: Operation[]) => CommitFault | null;
  /** 32 random bytes as hex, for a simulation that must be the same each time. */
  secret?: string;
}

/**
 * The store in memory: what `memory:` means, and the double of a disk in tests. Calls are carried out when they are
 * answered, one by one, in the order in which they came.
 */
export class MemoryStore implements Store {
  readonly #options: MemoryOptions;
  readonly #disk: MemoryDisk;
  readonly #waiting: ((isAnswered: boolean) => void)[] = [];
  readonly #positions: PositionCounter;
  /** Rises when the disk was full: what was handed over before is refused. */
  #era = 0;
  #state: 'new' | 'open' | 'failed' | 'closed' | 'killed' = 'new';

  constructor(options: MemoryOptions = {}, disk?: MemoryDisk) {
    this.#options = options;
    this.#disk = disk ?? new MemoryDisk(options.secret ?? randomBytes(32).toString('hex'));
    this.#positions = new PositionCounter(this.#disk.reserved, limits.position_block);
  }

  /**
   * Ends this store as if its process had been killed, and returns a new one on the same data. Calls that have not been
   * answered are never answered; commits among them did not reach the disk, or did, as the caller likes.
   */
  reopen(unanswered: 'lost' | 'kept' = 'lost', options: MemoryOptions = this.#options): MemoryStore {
    const calls = this.#waiting.splice(0);
    if (unanswered === 'kept') for (const call of calls) call(false);
    this.#state = 'killed';
    return new MemoryStore(options, this.#disk);
  }

  open(): Promise<Opened> {
    this.#state = 'open';
    return this.#answer(() => ({
      position: this.#positions.last,
      topics: [...this.#disk.topics.values()].map(topic => ({ ...topic })),
      endpoints: [...this.#disk.endpoints.values()].map(copyEndpoint),
      widePatterns: this.#disk.interests.wide(),
      secret: this.#disk.secret,
      nextDueAt: this.#disk.delays.nextDueAt,
      marks: [...this.#disk.marks].map(([position, at]) => ({ position, at })),
      uptime: this.#disk.uptime,
    }));
  }

  commit(operations: Operation[]): Promise<Committed> {
    const era = this.#era;
    return this.#answer(() => {
      const fault = this.#options.fault?.(operations) ?? null;
      if (fault === 'full' || era !== this.#era) {
        this.#era = era + 1;
        throw new StoreFull('The disk is full: nothing was stored.');
      }
      if (fault === 'lost') throw new StoreFailed('The disk failed.');
      const results = operations.map(operation => apply(this.#disk, this.#positions, operation));
      this.#disk.reserved = this.#positions.reserved;
      if (fault === 'kept') throw new StoreFailed('The disk failed.');
      return { results, position: this.#positions.last };
    });
  }

  readPage(query: PageQuery): Promise<Page> {
    return this.#answer(() => readPage(this.#disk.log, query, id => this.#disk.topics.get(id)?.name));
  }

  readMessages(positions: Position[]): Promise<MessageRow[]> {
    return this.#answer(() => {
      const sorted = [...new Set(positions)].sort((a, b) => a - b);
      const found = sorted.map(position => this.#disk.log.get(position)).filter(message => message !== undefined);
      return found.map(message => rowOf(message, Number.NEGATIVE_INFINITY));
    });
  }

  findNamed(msgId: string): Promise<NamedPlace | null> {
    return this.#answer(() => {
      const name = this.#disk.names.get(msgId);
      return name === undefined ? null : { position: name.position, endpointId: name.endpointId };
    });
  }

  readDelayed(query: DelayedQuery): Promise<DelayedRow[]> {
    return this.#answer(() => this.#disk.delays.read(query));
  }

  findDelayed(msgId: string): Promise<DelayedRow | null> {
    return this.#answer(() => {
      const row = this.#disk.delays.find(msgId);
      return row === undefined ? null : { ...row, subIds: [...row.subIds] };
    });
  }

  readLetters(query: LetterQuery): Promise<LetterRow[]> {
    return this.#answer(() => readLetters(this.#disk, query));
  }

  count(query: CountQuery): Promise<number> {
    return this.#answer(() => count(this.#disk.log, query, id => this.#disk.topics.get(id)?.name));
  }

  loadSubscription(key: SubscriptionKey): Promise<LoadedSubscription | null> {
    return this.#answer(() => {
      const subscription = this.#disk.subscriptions.get(this.#subscriptionId(key) ?? -1);
      if (subscription === undefined) return null;
      const overlay = [...subscription.overlay.values()].sort((a, b) => a.position - b.position);
      return {
        row: this.#subscriptionRow(subscription),
        overlay: overlay.map(row => ({ ...row })),
      };
    });
  }

  readInterests(query: InterestQuery): Promise<InterestPage[]> {
    return this.#answer(() => readInterests(this.#disk, query));
  }

  readHeads(topicIds: number[]): Promise<Position[][]> {
    return this.#answer(() => readHeads(this.#disk, topicIds));
  }

  listMailboxes(range: SubscriptionRange): Promise<MailboxRow[]> {
    return this.#answer(() => listMailboxes(this.#disk, range));
  }

  listBounded(range: SubscriptionRange): Promise<BoundedRow[]> {
    return this.#answer(() => listBounded(this.#disk, range));
  }

  listSubscriptions(query: ListQuery): Promise<ListedRow[]> {
    return this.#answer(() => listSubscriptions(this.#disk, query));
  }

  #subscriptionRow({ row }: StoredSubscription): SubscriptionRow {
    const hasMailbox = this.#disk.log.mailbox(row.id)?.some(list => list.length > 0) ?? false;
    return { ...row, hasMailbox, interests: row.interests.map(stretch => ({ ...stretch })) };
  }

  listUses(query: UseQuery): Promise<UseRow[]> {
    return this.#answer(() => listUses(this.#disk, query));
  }

  countInterest(pattern: string): Promise<number> {
    return this.#answer(() => {
      const isOpen = ({ row }: StoredSubscription): boolean =>
        row.interests.some(stretch => stretch.pattern === pattern && stretch.to === null);
      return [...this.#disk.subscriptions.values()].filter(isOpen).length;
    });
  }

  countSubscriptionsOf(endpointId: number): Promise<number> {
    return this.#answer(
      () => [...this.#disk.subscriptions.values()].filter(({ row }) => row.endpointId === endpointId).length,
    );
  }

  size(): Promise<StoreSize> {
    return this.#answer(() => ({ bytes: this.#disk.log.bytes, freeBytes: null }));
  }

  /** A clean end persists the exact position, so that a later `reopen` goes on without a gap. */
  async close(): Promise<void> {
    if (this.#state === 'failed') return;
    await this.#answer(() => {
      this.#disk.reserved = this.#positions.last;
    });
    this.#state = 'closed';
  }

  #subscriptionId(key: SubscriptionKey): number | undefined {
    if ('id' in key) return key.id;
    if ('subKey' in key) return this.#disk.find('sub_key', key.subKey);
    return this.#disk.find('subscription', nameOf(key.endpointId, key.name));
  }

  #answer<T>(call: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(isAnswered => {
        try {
          const value = this.#perform(call);
          if (isAnswered) resolve(value);
        } catch (error) {
          if (isAnswered) reject(error);
        }
      });
      (this.#options.defer ?? setImmediate)(() => this.#waiting.shift()?.(true));
    });
  }

  /** After a failure every call fails, whatever it wants. */
  #perform<T>(call: () => T): T {
    if (this.#state !== 'open') throw new StoreFailed(`The store is ${this.#state}.`);
    try {
      return call();
    } catch (error) {
      if (!(error instanceof StoreFull)) this.#state = 'failed';
      throw error;
    }
  }
}

function copyEndpoint(endpoint: EndpointRow): EndpointRow {
  return {
    ...endpoint,
    publishPatterns: [...endpoint.publishPatterns],
    rights: endpoint.rights.map(stretch => ({ ...stretch })),
  };
}
