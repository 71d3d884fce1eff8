// Makes a fleet in the store of a server that does not run: an endpoint, a topic, a subscription and some waiting
// messages for each device. Through the API each password would cost its hash.
import { hashKey, hashPassword } from '../../src/api/credentials/hash.js';
import { compose, defaultMimeType } from '../../src/broker/publish/compose.js';
import { Topic } from '../../src/broker/topics/topic.js';
import { topicDefaults } from '../../src/broker/topics/topic-options.js';
import { derived } from '../../src/server.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { Append, Changed, Operation, Store } from '../../src/store/store.js';
import { sampleData } from '../load/request.js';
import { fleetPassword, keyOf, type Secrets, subKeyOf, topicOf, usernameOf } from './fleet.js';

/** Devices made in one transaction. */
const devicesAtOnce = 500;
const expirationSec = 86_400;
const priority = 5;

interface Fleet {
  devices: number;
  messages: number;
  dataBytes: number;
  credentialOf(device: number): string;
}

/** Everything about some devices, in two transactions, because the second needs the ids that the first has given. */
async function fillSome(store: Store, fleet: Fleet, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  const topics = await idsOf(
    store,
    numbers.map(device => ({ kind: 'create_topic', name: topicOf(device), options: '{}' })),
  );
  const endpoints = await idsOf(
    store,
    numbers.map(device => ({
      kind: 'create_endpoint',
      username: usernameOf(device),
      role: 'user',
      credential: fleet.credentialOf(device),
      publishPatterns: ['/bench/**'],
      subscribePatterns: [topicOf(device)],
    })),
  );
  const subscriptions = numbers.map((device, index): Operation => {
    const owner = { subKey: subKeyOf(device), endpointId: endpoints[index]!, name: 'inbox' };
    return { kind: 'create_subscription', ...owner, options: '{}', patterns: [topicOf(device)], queueing: true };
  });
  const appends = numbers.map((device, index) => waiting(fleet, topics[index]!, topicOf(device)));
  await store.commit([...subscriptions, ...appends]);
}

async function idsOf(store: Store, operations: Operation[]): Promise<number[]> {
  const { results } = await store.commit(operations);
  return results.map(result => (result as Changed).id);
}

/** Messages as a publish leaves them. */
function waiting({ messages, dataBytes }: Fleet, topicId: number, topicName: string): Append {
  const topic = new Topic(topicId, topicName, topicDefaults, 0);
  const composed = Array.from({ length: messages }, (_, index) => {
    const data = sampleData(index, dataBytes);
    const publication = { topicName, data, priority, expiration: expirationSec, delay: 0, mimeType: defaultMimeType };
    return compose(publication, topic, Date.now() * 1_000);
  });
  return {
    kind: 'append',
    topicIds: composed.map(() => topicId),
    priorities: composed.map(() => priority),
    expiresAt: composed.map(({ expiresAt }) => expiresAt),
    bodies: composed.map(({ body }) => body),
    named: [],
    addressed: [],
  };
}

const [path, secrets, ...numbers] = process.argv.slice(2) as [string, Secrets, ...string[]];
const [devices, messages, dataBytes] = numbers.map(Number) as [number, number, number];
const store = openSqliteStore(path);
const { secret } = await store.open();
const keySecret = derived(secret, 'keys');
const passwordHash = await hashPassword(fleetPassword);
const credentialOf = (device: number) => (secrets === 'keys' ? hashKey(keyOf(device), keySecret) : passwordHash);
for (let from = 0; from < devices; from += devicesAtOnce) {
  const to = Math.min(devices, from + devicesAtOnce);
  await fillSome(store, { devices, messages, dataBytes, credentialOf }, from, to);
}
await store.close();
