import { count, readPage, rowOf } from './memory/page.js';
import { headsOf } from './memory/sweep-reads.js';
import { PassingStore } from './passing.js';
import { RamContents } from './ram/contents.js';
import { evict } from './ram/eviction.js';
import { mergedHeads, mergedPage, mergedRows, missingIn } from './ram/merged.js';
import { applyInRam, concernsRam, forDisk } from './ram/operations.js';
import type {
  Committed,
  CountQuery,
  Evicted,
  Eviction,
  LoadedSubscription,
  MailboxRow,
  MessageRow,
  NamedPlace,
  Opened,
  Operation,
  Page,
  PageQuery,
  Position,
  Ram,
  SubscriptionKey,
  SubscriptionRange,
} from './store.js';

/**
 * A store with messages beside it that live in memory only. They get their positions from the store, in the same
 * commits as all others, so nobody who reads sees where a message is: order, cursors, sweeps and counts are the same.
 * While there is none, calls are passed on as they are.
 */
export class RamStore extends PassingStore implements Ram {
  readonly #contents = new RamContents();
  /** Commits that may change what is in memory, and are not done. */
  #underWay = 0;
  /** Up to here all commits are done. */
  #position: Position = 0;

  get bytes(): number {
    return this.#contents.bytes;
  }

  get messages(): number {
    return this.#contents.log.size;
  }

  evict(eviction: Eviction): Evicted[] {
    return evict(this.#contents, eviction);
  }

  override async open(): Promise<Opened> {
    const opened = await super.open();
    this.#position = opened.position;
    return opened;
  }

  override commit(operations: Operation[]): Promise<Committed> {
    const isApart = this.#contents.isEmpty && this.#underWay === 0 && !operations.some(concernsRam);
    return isApart ? super.commit(operations) : this.#commit(operations);
  }

  async #commit(operations: Operation[]): Promise<Committed> {
    const ram = this.#contents;
    // What is on its way has no position yet, but it will be above this.
    const oldest = ram.log.size > 0 ? ram.log.oldest : this.#position + 1;
    const passed = operations.map(operation => forDisk(ram, operation, oldest));
    this.#underWay += 1;
    try {
      const { results, position } = await super.commit(passed);
      this.#position = position;
      const merged = results.map((result, index) => applyInRam(ram, operations[index]!, passed[index]!, result));
      return { results: merged, position };
    } finally {
      this.#underWay -= 1;
    }
  }

  override async readPage(query: PageQuery): Promise<Page> {
    if (this.messages === 0) return super.readPage(query);
    const page = await super.readPage(query);
    return mergedPage(page, readPage(this.#contents.log, query, this.#contents.nameOf), query);
  }

  override async readMessages(positions: Position[]): Promise<MessageRow[]> {
    if (this.messages === 0) return super.readMessages(positions);
    const { log } = this.#contents;
    const rows = await super.readMessages(positions);
    const found = [...new Set(positions)].flatMap(position => log.get(position) ?? []);
    return mergedRows(
      rows,
      found.map(message => rowOf(message, Number.NEGATIVE_INFINITY)),
    );
  }

  override async findNamed(msgId: string): Promise<NamedPlace | null> {
    return this.#contents.find(msgId) ?? super.findNamed(msgId);
  }

  override async count(query: CountQuery): Promise<number> {
    if (this.messages === 0) return super.count(query);
    const beneath = await super.count(query);
    return beneath + count(this.#contents.log, query, this.#contents.nameOf);
  }

  override async loadSubscription(key: SubscriptionKey): Promise<LoadedSubscription | null> {
    const loaded = await super.loadSubscription(key);
    if (loaded === null || this.#contents.isEmpty) return loaded;
    const { id, hasMailbox } = loaded.row;
    const overlay = [...loaded.overlay, ...this.#contents.rowsOf(id)].sort((a, b) => a.position - b.position);
    return { row: { ...loaded.row, hasMailbox: hasMailbox || this.#contents.hasMail(id) }, overlay };
  }

  override async readHeads(topicIds: number[]): Promise<Position[][]> {
    const heads = await super.readHeads(topicIds);
    return this.messages === 0
      ? heads
      : mergedHeads(
          heads,
          topicIds.map(id => headsOf(this.#contents.log, id)),
        );
  }

  override async listMailboxes(range: SubscriptionRange): Promise<MailboxRow[]> {
    const rows = await super.listMailboxes(range);
    if (!this.#contents.log.hasMailboxes) return rows;
    const ids = missingIn(range, rows, this.#contents.log.addressees());
    const others = await Promise.all(ids.map(id => this.loadSubscription({ id })));
    const beside = others.flatMap(other => {
      if (other === null) return [];
      const { id: subId, createdAt, lanes } = other.row;
      return [{ subId, createdAt, lanes }];
    });
    const all = [...rows, ...beside].sort((a, b) => a.subId - b.subId);
    return 'limit' in range ? all.slice(0, range.limit) : all;
  }
}
