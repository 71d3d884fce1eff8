import type {
  BoundedRow,
  Committed,
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
  MessageRow,
  NamedPlace,
  Opened,
  Operation,
  Page,
  PageQuery,
  Position,
  Store,
  StoreSize,
  SubscriptionKey,
  SubscriptionRange,
  UseQuery,
  UseRow,
} from './store.js';

/** A store in front of another one, to which it passes everything on: for those that change some of it. */
export class PassingStore implements Store {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  open(): Promise<Opened> {
    return this.#store.open();
  }

  commit(operations: Operation[]): Promise<Committed> {
    return this.#store.commit(operations);
  }

  readPage(query: PageQuery): Promise<Page> {
    return this.#store.readPage(query);
  }

  readMessages(positions: Position[]): Promise<MessageRow[]> {
    return this.#store.readMessages(positions);
  }

  findNamed(msgId: string): Promise<NamedPlace | null> {
    return this.#store.findNamed(msgId);
  }

  readDelayed(query: DelayedQuery): Promise<DelayedRow[]> {
    return this.#store.readDelayed(query);
  }

  findDelayed(msgId: string): Promise<DelayedRow | null> {
    return this.#store.findDelayed(msgId);
  }

  readLetters(query: LetterQuery): Promise<LetterRow[]> {
    return this.#store.readLetters(query);
  }

  count(query: CountQuery): Promise<number> {
    return this.#store.count(query);
  }

  loadSubscription(key: SubscriptionKey): Promise<LoadedSubscription | null> {
    return this.#store.loadSubscription(key);
  }

  readInterests(query: InterestQuery): Promise<InterestPage[]> {
    return this.#store.readInterests(query);
  }

  readHeads(topicIds: number[]): Promise<Position[][]> {
    return this.#store.readHeads(topicIds);
  }

  listMailboxes(range: SubscriptionRange): Promise<MailboxRow[]> {
    return this.#store.listMailboxes(range);
  }

  listBounded(range: SubscriptionRange): Promise<BoundedRow[]> {
    return this.#store.listBounded(range);
  }

  listSubscriptions(query: ListQuery): Promise<ListedRow[]> {
    return this.#store.listSubscriptions(query);
  }

  listUses(query: UseQuery): Promise<UseRow[]> {
    return this.#store.listUses(query);
  }

  countInterest(pattern: string): Promise<number> {
    return this.#store.countInterest(pattern);
  }

  countSubscriptionsOf(endpointId: number): Promise<number> {
    return this.#store.countSubscriptionsOf(endpointId);
  }

  size(): Promise<StoreSize> {
    return this.#store.size();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
