import { setTimeout as sleep } from 'node:timers/promises';
import { type Manner, prompt } from './attachment.js';
import { admin } from './broker-process.js';
import type { Recorder } from './history.js';
import { Mender } from './mender.js';
import { type Addressee, Publisher } from './publisher.js';
import { Puller } from './puller.js';
import type { Random } from './random.js';
import { type Role, Subscriber } from './subscriber.js';
import { type Login, Wire } from './wire.js';

const topics = ['/crash/a', '/crash/b', '/crash/c', '/crash/off'] as const;
const [a, b, c, off] = topics;
/** Where is published to, each as often as it stands there. */
const busy = [...[a, b, c], ...[a, b, c], ...[a, b, c], ...[a, b, c], off];

/** An endpoint with less rights than it asks for. */
export const reader: Login & { patterns: string[] } = {
  username: 'reader',
  password: 'crash-reader',
  patterns: ['sub=/crash/a'],
};

const slow: Manner = { respondWithinMs: 60, nackShare: 0 };
const picky: Manner = { respondWithinMs: 0, nackShare: 0.1 };
const always = () => true;
const never = () => false;

const roles: Role[] = [
  { name: 'steady', patterns: [a], topics: [a], manner: prompt, attends: always, flapMsMax: null, login: admin },
  { name: 'nacking', patterns: [b, c], topics: [b, c], manner: picky, attends: always, flapMsMax: null, login: admin },
  {
    name: 'flapping',
    patterns: ['/crash/*'],
    topics,
    manner: slow,
    attends: always,
    flapMsMax: 300,
    login: admin,
    options: { delivery_batch_size: 7, max_in_flight: 50 },
  },
  {
    name: 'rare',
    patterns: [a, c],
    topics: [a, c],
    manner: slow,
    attends: round => round % 3 === 0,
    flapMsMax: null,
    login: admin,
  },
  { name: 'offline', patterns: ['/crash/**'], topics, manner: prompt, attends: never, flapMsMax: null, login: admin },
  {
    name: 'failing',
    patterns: [b],
    topics: [b],
    manner: picky,
    attends: always,
    flapMsMax: null,
    login: admin,
    options: { delivery_max_retry: 1 },
    isRedriven: true,
  },
  {
    name: 'restricted',
    patterns: ['/crash/**'],
    topics: [a],
    manner: picky,
    attends: always,
    flapMsMax: 600,
    login: reader,
  },
];

/** Everyone who uses the server during a crash test. */
export class Cast {
  readonly publishers: Publisher[];
  readonly #subscribers: Subscriber[];
  readonly #puller: Puller;
  readonly #mender: Mender;
  /** Whether there is an operator, and the subscriber that needs one. */
  isMended = false;

  constructor(recorder: Recorder, random: Random) {
    this.publishers = [1, 2, 3].map(() => new Publisher(recorder, random, busy, admin, () => this.#addressees()));
    this.#subscribers = roles.map(role => new Subscriber(role, recorder, random));
    this.#puller = new Puller(recorder, random, [b, c], admin);
    const chosen = (isChosen: (role: Role) => boolean) => () => this.#keys(isChosen);
    this.#mender = new Mender(recorder, random, admin, {
      held: chosen(({ name }) => name === 'rare' || name === 'offline'),
      redriven: chosen(({ isRedriven }) => isRedriven === true),
      topic: off,
    });
  }

  get #present(): Subscriber[] {
    return this.#subscribers.filter(({ role }) => this.isMended || !role.isRedriven);
  }

  #addressees(): Addressee[] {
    return this.#subscribers.flatMap(({ role, subKey }) =>
      subKey === null ? [] : [{ name: role.name, subKey, topics: role.login === reader ? role.topics : topics }],
    );
  }

  #keys(isChosen: (role: Role) => boolean): { sub: string; subKey: string }[] {
    return this.#subscribers.flatMap(({ role, subKey }) =>
      subKey !== null && isChosen(role) ? [{ sub: role.name, subKey }] : [],
    );
  }

  /** Subscribers first, so that they have a right to all that is published. */
  async enter(url: string, round: number): Promise<void> {
    await Promise.all(this.#present.map(subscriber => subscriber.enter(url, round)));
    await this.#puller.enter(url);
    if (this.isMended) await this.#mender.enter(url);
    await Promise.all(this.publishers.map(publisher => publisher.enter(url, false)));
  }

  /** Everyone goes, while the server stays. Resolves once the publishers have gone. */
  async leave(): Promise<void> {
    for (const one of [...this.publishers, ...this.#subscribers, this.#puller, this.#mender]) one.leave();
    await Promise.all(this.publishers.map(publisher => publisher.closed));
  }

  /** Sends again what had no answer, then empties every queue. On a full disk what is delayed enters when there is room. */
  async drain(url: string): Promise<void> {
    await Promise.all(this.publishers.map(publisher => publisher.enter(url, true)));
    if (this.isMended) await this.#mender.drain(url);
    await this.#empty(url);
    await noneDelayed(url);
    await this.#empty(url);
  }

  async #empty(url: string): Promise<void> {
    await Promise.all([...this.#present, this.#puller].map(one => one.drain(url)));
  }
}

/** Resolves once every delayed message has entered its topic. */
async function noneDelayed(url: string): Promise<void> {
  const wire = await Wire.open(url, admin);
  while ((await wire.call<{ items: unknown[] }>('delayed.list', { limit: 1 })).items.length > 0) await sleep(50);
  wire.close();
}
