import fc from 'fast-check';
import { matches } from '../../../src/protocol/matcher.js';
import type { Changed, CreateSubscription, MessageRow, Operation, Position, Store } from '../../../src/store/store.js';
import { World } from '../../sim/world.js';
import { spoilt } from '../../store/spoilt.js';
import { smallLimits } from '../model/small-limits.js';

const topics = ['/a', '/b', '/b/x', '/c/y'];
const patterns = ['/a', '/b', '/b/*', '/**', '/c/**'];
const users = ['first', 'second'];
const priorities = [1, 5, 5, 9];

const some = fc.subarray(patterns, { minLength: 1, maxLength: 2 });
/** Which of those that there are; the rest of a division by their number. */
const which = fc.nat(20);

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      topic: fc.constantFrom(...topics),
      priority: fc.constantFrom(...priorities),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { do: fc.constant('subscribe' as const), user: fc.nat(1), patterns: some, back: fc.nat(8) },
      { requiredKeys: ['do', 'user', 'patterns'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rewind' as const), which, back: fc.nat(8) }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { do: fc.constant('change' as const), which, open: some, close: some, remove: some },
      { requiredKeys: ['do', 'which'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which,
      priority: fc.constantFrom(0, ...priorities),
      by: fc.constantFrom(1, 2, 100),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('permit' as const), user: fc.nat(1), patterns: fc.subarray(patterns) }),
  },
);

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

const moment = fc.record({
  /** What begins in one turn. */
  actions: fc.array(action, { maxLength: 4 }),
  /** What begins while the sweep reads, if it does. */
  meanwhile: fc.array(action, { maxLength: 2 }),
  isCrash: fc.constantFrom(...new Array<boolean>(15).fill(false), true),
  waitMs: fc.constantFrom(0, 1, 2, 5, 1_500, 1_500),
});

type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

interface Stretch {
  pattern: string;
  from: Position;
  to: Position;
}

interface Subscriber {
  id: number;
  user: number;
  stretches: Stretch[];
  /** Indexed by priority. */
  cursors: Position[];
  /** What had been removed, as nobody was owed it, when it began behind it or went back. */
  tooLate: Set<Position>;
}

interface Published {
  position: Position;
  topic: string;
  priority: number;
}

export interface SweepOptions {
  wrap?: (store: Store) => Store;
  /** False: the sweep is not told of those who begin in the past or go back. */
  isTold?: boolean;
}

/** Runs random changes, several in each moment, and answers what failed. */
export function runSweep(
  parameters: fc.Parameters<[number, Moment[]]>,
  { wrap = store => store, isTold = true }: SweepOptions = {},
) {
  const moments = fc.array(moment, { maxLength: 40, size: 'max' });
  const property = fc.asyncProperty(fc.nat(), moments, async (seed, all) => {
    const play = await Play.begin(seed, wrap, isTold);
    for (const each of all) await play.go(each);
    await play.checkEnd();
  });
  return fc.check(property, parameters);
}

class Play {
  #world!: World;
  #store!: Store;
  readonly #subscribers: Subscriber[] = [];
  readonly #rights: Stretch[][] = [[], []];
  readonly #published: Published[] = [];
  #keys = 0;
  readonly #isTold: boolean;

  #meanwhile: Action[] = [];
  #started: Promise<unknown>[] = [];

  private constructor(isTold: boolean) {
    this.#isTold = isTold;
  }

  static async begin(seed: number, wrap: (store: Store) => Store, isTold: boolean): Promise<Play> {
    const play = new Play(isTold);
    const limits = { ...smallLimits, sweep_interval_ms: 1_000 };
    play.#world = await World.open({ seed, limits, wrap: store => play.#watch(wrap(store)) });
    await play.#world.endpoint('publisher', ['pub=/**']);
    for (const user of users) await play.#world.endpoint(user, []);
    const publisher = play.#world.broker.endpoints.get('publisher');
    for (const topicName of topics) await play.#world.publish(publisher, { topicName, expiration: 1 });
    await play.#world.clock.advance(60_000);
    return play;
  }

  async go({ actions, meanwhile, isCrash, waitMs }: Moment): Promise<void> {
    this.#meanwhile = [...meanwhile];
    if (isCrash) await this.#world.crash();
    else await this.#world.run(Promise.all(actions.map(each => this.#perform(each))));
    await this.#world.clock.advance(waitMs);
    void this.#startMeanwhile();
    await this.#world.run(Promise.all(this.#started.splice(0)));
    await this.#check();
  }

  /** Commits are made while the sweep reads: what it is told of interests is then what was before them. */
  #watch(store: Store): Store {
    this.#store = store;
    const readInterests: Store['readInterests'] = async query => {
      const pages = await store.readInterests(query);
      await this.#startMeanwhile();
      return pages;
    };
    return spoilt(store, { readInterests });
  }

  #startMeanwhile(): Promise<unknown> {
    const started = Promise.all(this.#meanwhile.splice(0).map(each => this.#perform(each)));
    this.#started.push(started);
    return started;
  }

  /** Each message that somebody is owed is there. */
  async #check(): Promise<void> {
    const left = new Set((await this.#left()).map(({ position }) => position));
    for (const message of this.#published) {
      if (!left.has(message.position) && this.#isOwed(message)) throw new Error(`${JSON.stringify(message)} is gone`);
    }
  }

  /** The first that is left of each lane is owed to somebody. */
  async checkEnd(): Promise<void> {
    for (let round = 0; round < 6; round += 1) await this.#world.clock.advance(1_500);
    await this.#check();
    const seen = new Set<string>();
    for (const { position, topicId, priority } of await this.#left()) {
      const topic = this.#world.broker.topics.byId(topicId).name;
      const lane = `${topic} ${priority}`;
      if (!seen.has(lane) && !this.#isOwed({ position, topic, priority }))
        throw new Error(`${position} of ${lane} is left`);
      seen.add(lane);
    }
  }

  #left(): Promise<MessageRow[]> {
    return this.#world.run(this.#store.readMessages(this.#published.map(({ position }) => position)));
  }

  #isOwed(message: Published): boolean {
    return this.#subscribers.some(
      ({ user, stretches, cursors, tooLate }) =>
        !tooLate.has(message.position) &&
        message.position > cursors[message.priority]! &&
        holds(stretches, message) &&
        holds(this.#rights[user]!, message),
    );
  }

  async #perform(each: Action): Promise<void> {
    switch (each.do) {
      case 'publish':
        return this.#publish(each.topic, each.priority);
      case 'subscribe':
        return this.#subscribe(each.user, each.patterns, each.back);
      case 'rewind':
        return this.#rewind(this.#chosen(each.which), each.back);
      case 'change':
        return this.#change(this.#chosen(each.which), each);
      case 'end':
        return this.#end(this.#chosen(each.which));
      case 'settle':
        return this.#settle(this.#chosen(each.which), each.priority, each.by);
      case 'permit':
        return this.#permit(each.user, each.patterns);
    }
  }

  #chosen(at: number): Subscriber | undefined {
    return this.#subscribers[at % this.#subscribers.length];
  }

  #commit<O extends Operation>(operation: O) {
    return this.#world.broker.commit.submit(operation);
  }

  async #publish(topic: string, priority: number): Promise<void> {
    const operation = {
      kind: 'append' as const,
      topicIds: [this.#world.broker.topics.get(topic).id],
      priorities: [priority],
      expiresAt: [Number.MAX_SAFE_INTEGER],
      bodies: ['"data":1'],
      named: [],
      addressed: [],
    };
    const { commit, topics: all } = this.#world.broker;
    await commit.submit(operation, ({ first: position }) => {
      all.get(topic).last = position;
      this.#published.push({ position, topic, priority });
    });
  }

  /** The position before the last so many messages. */
  #positionBack(back: number): Position {
    return (this.#published.at(-1 - back)?.position ?? 1) - 1;
  }

  /** Tells the sweep, as the broker does, and answers which of the messages were there when the change was on disk. */
  async #sparing(patterns: string[], change: Promise<unknown>): Promise<Set<Position>> {
    const { sweeper, topics: all } = this.#world.broker;
    const release = this.#isTold ? sweeper.spare(patterns.flatMap(pattern => [...all.covered(pattern)])) : null;
    await change.finally(release);
    const left = await this.#store.readMessages(this.#published.map(({ position }) => position));
    return new Set(left.map(({ position }) => position));
  }

  async #rewind(one: Subscriber | undefined, back: number): Promise<void> {
    if (!one) return;
    const to = this.#positionBack(back);
    const settled = this.#published.filter(({ position, priority }) => position <= one.cursors[priority]!);
    one.cursors = one.cursors.map(cursor => Math.min(cursor, to));
    const patterns = one.stretches.map(({ pattern }) => pattern);
    const left = await this.#sparing(patterns, this.#save(one));
    for (const { position } of settled) if (!left.has(position)) one.tooLate.add(position);
  }

  #save({ id, cursors }: Subscriber): Promise<unknown> {
    const lanes = Object.fromEntries(cursors.map((cursor, p) => [p, [cursor, 0, [], []]]).slice(1));
    return this.#commit({ kind: 'settle', subId: id, lanes: JSON.stringify({ base: [cursors[1], 0], lanes }) });
  }

  async #subscribe(user: number, wanted: string[], back: number | undefined): Promise<void> {
    const { id: endpointId } = this.#world.broker.endpoints.get(users[user]!);
    const subKey = `key-${this.#keys++}`;
    const create = {
      kind: 'create_subscription' as const,
      subKey,
      endpointId,
      name: null,
      options: '{}',
      patterns: wanted,
      queueing: true,
    };
    if (back !== undefined) return this.#subscribeEarly(user, create, this.#positionBack(back));
    const { id, position } = await this.#commit(create);
    const stretches = wanted.map(pattern => ({ pattern, from: position, to: Infinity }));
    this.#subscribers.push({ id, user, stretches, cursors: new Array(10).fill(position), tooLate: new Set() });
  }

  async #subscribeEarly(user: number, create: CreateSubscription, from: Position): Promise<void> {
    const before = [...this.#published];
    const changing = this.#commit({ ...create, from });
    const left = await this.#sparing(create.patterns, changing);
    const { id, position } = await changing;
    const start = Math.min(from, position);
    const stretches = create.patterns.map(pattern => ({ pattern, from: start, to: Infinity }));
    const gone = before.filter(each => !left.has(each.position)).map(each => each.position);
    this.#subscribers.push({ id, user, stretches, cursors: new Array(10).fill(start), tooLate: new Set(gone) });
  }

  async #change(
    one: Subscriber | undefined,
    changed: { open?: string[]; close?: string[]; remove?: string[] },
  ): Promise<void> {
    if (!one) return;
    const { open = [], close = [], remove = [] } = changed;
    const { position } = (await this.#commit({
      kind: 'update_subscription',
      id: one.id,
      open,
      close,
      remove,
    })) as Changed;
    one.stretches = one.stretches.filter(({ pattern }) => !remove.includes(pattern));
    for (const pattern of open) {
      if (!one.stretches.some(each => each.pattern === pattern && each.to === Infinity))
        one.stretches.push({ pattern, from: position, to: Infinity });
    }
    for (const each of one.stretches) if (close.includes(each.pattern)) each.to = Math.min(each.to, position);
  }

  async #end(one: Subscriber | undefined): Promise<void> {
    if (!one || !this.#subscribers.includes(one)) return;
    this.#subscribers.splice(this.#subscribers.indexOf(one), 1);
    await this.#commit({ kind: 'delete_subscription', id: one.id });
  }

  /** By so many of the published messages; priority 0 is all. */
  async #settle(one: Subscriber | undefined, priority: number, by: number): Promise<void> {
    if (!one) return;
    const { committed } = this.#world.broker.commit;
    for (let p = 1; p <= 9; p += 1) {
      if (priority !== 0 && p !== priority) continue;
      const next = this.#published.filter(({ position }) => position > one.cursors[p]!).map(({ position }) => position);
      one.cursors[p] = Math.min(committed, next.sort((a, b) => a - b)[by - 1] ?? committed);
    }
    await this.#save(one);
  }

  async #permit(user: number, wanted: string[]): Promise<void> {
    const endpoint = this.#world.broker.endpoints.get(users[user]!);
    await this.#world.broker.endpointAdmin.update(endpoint, { patterns: wanted.map(pattern => `sub=${pattern}`) });
    this.#rights[user] = endpoint.rights.map(({ pattern, from, to }) => ({ pattern, from, to: to ?? Infinity }));
  }
}

function holds(stretches: Stretch[], { topic, position }: Published): boolean {
  return stretches.some(({ pattern, from, to }) => position > from && position <= to && matches(pattern, topic));
}
