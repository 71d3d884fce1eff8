import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type {
  BoundedRow,
  CountQuery,
  DelayedQuery,
  DelayedRow,
  InterestPage,
  InterestQuery,
  LetterQuery,
  LetterRow,
  ListedRow,
  ListQuery,
  LoadedSubscription,
  MailboxRow,
  NamedPlace,
  PageQuery,
  Position,
  SubscriptionKey,
  SubscriptionRange,
  UseQuery,
  UseRow,
} from '../store.js';
import type { PackedMessages } from './columns.js';
import { openForReading } from './connection.js';
import { Counter } from './count.js';
import { DelayReader } from './delay-reader.js';
import { LetterReader } from './letter-reader.js';
import { MessageReader } from './message-reader.js';
import { type PackedPage, PageReader } from './page.js';
import { SubscriptionReader } from './subscription-reader.js';
import { SweepReader } from './sweep-reader.js';
import { TopicNames } from './topic-names.js';

/** The connection that reads beside the writer, in a worker of its own. Each call sees one state of the store. */
export class Reader {
  readonly #db: Database.Database;
  readonly #messages: MessageReader;
  readonly #delays: DelayReader;
  readonly #letters: LetterReader;
  readonly #pages: PageReader;
  readonly #counter: Counter;
  readonly #subscriptions: SubscriptionReader;
  readonly #sweep: SweepReader;
  readonly #counting = new Set<Promise<number>>();
  readonly #sql;

  private constructor(db: Database.Database) {
    this.#db = db;
    this.#messages = new MessageReader(db);
    this.#delays = new DelayReader(db);
    this.#letters = new LetterReader(db);
    const names = new TopicNames(db);
    this.#pages = new PageReader(db, names);
    this.#counter = new Counter(db, names);
    this.#subscriptions = new SubscriptionReader(db);
    this.#sweep = new SweepReader(db);
    this.#sql = {
      begin: db.prepare('BEGIN'),
      end: db.prepare('COMMIT'),
    };
  }

  /** The writer has made or migrated the store before. */
  static open(path: string): Reader {
    return new Reader(openForReading(path));
  }

  readPage(query: PageQuery): PackedPage {
    return this.#atOnce(() => this.#pages.read(query));
  }

  readMessages(positions: Position[]): PackedMessages {
    return this.#messages.read(positions);
  }

  findNamed(msgId: string): NamedPlace | null {
    return this.#messages.find(msgId);
  }

  readDelayed(query: DelayedQuery): DelayedRow[] {
    return this.#delays.read(query);
  }

  findDelayed(msgId: string): DelayedRow | null {
    return this.#delays.find(msgId);
  }

  readLetters(query: LetterQuery): LetterRow[] {
    return this.#letters.read(query);
  }

  /** Takes turns with the other calls. */
  count(query: CountQuery): Promise<number> {
    const counting = takeTurns(this.#counter.count(query)).finally(() => this.#counting.delete(counting));
    this.#counting.add(counting);
    return counting;
  }

  loadSubscription(key: SubscriptionKey): LoadedSubscription | null {
    return this.#atOnce(() => this.#subscriptions.load(key));
  }

  readInterests(query: InterestQuery): InterestPage[] {
    return this.#atOnce(() => this.#sweep.interests(query));
  }

  readHeads(topicIds: number[]): Position[][] {
    return this.#atOnce(() => this.#sweep.heads(topicIds));
  }

  listMailboxes(range: SubscriptionRange): MailboxRow[] {
    return this.#atOnce(() => this.#sweep.mailboxes(range));
  }

  listBounded(range: SubscriptionRange): BoundedRow[] {
    return this.#atOnce(() => this.#sweep.bounded(range));
  }

  listSubscriptions(query: ListQuery): ListedRow[] {
    return this.#atOnce(() => this.#subscriptions.list(query));
  }

  listUses(query: UseQuery): UseRow[] {
    return this.#sweep.uses(query);
  }

  countInterest(pattern: string): number {
    return this.#subscriptions.countInterest(pattern);
  }

  countSubscriptionsOf(endpointId: number): number {
    return this.#subscriptions.countOf(endpointId);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#counting);
    this.#db.close();
  }

  /** Lets several statements see the same state, whatever is committed meanwhile. */
  #atOnce<T>(read: () => T): T {
    this.#sql.begin.run();
    try {
      return read();
    } finally {
      this.#sql.end.run();
    }
  }
}

async function takeTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await nextTurn();
  }
}
