import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Spawned } from '../cli/spawned.js';
import { Client } from './client.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: bounds');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set({
    limits: {
      endpoint_subscriptions_max: 3,
      subscription_topics_max: 2,
      topics_max: 60,
      endpoint_connections_max: 5,
      overlay_rows_max: 3,
    },
  });
});
test.after(() => stage.strike());

test('a subscription has so many topics at most, also when they are added one by one', async () => {
  const user = await stage.user();
  await refused(user.call('subscribe', { topic_name_list: ['/a', '/b', '/c'] }), 'overloaded');
  await user.call('subscribe', { topic_name_list: ['/a', '/b'], name: 'full' });
  await refused(user.call('subscribe', { topic_name: '/c', name: 'full' }), 'overloaded');
  assert.is((await user.call('subscribe', { topic_name: '/a', name: 'full' })).is_new, false);
});

test('an endpoint has so many subscriptions at most, and one that is deleted makes room', async () => {
  const user = await stage.user();
  const keys = [await user.subscribe('/x'), await user.subscribe('/x'), await user.subscribe('/x')];
  await refused(user.subscribe('/x'), 'overloaded');
  await user.call('unsubscribe', { sub_key: keys[1]! });
  assert.match(await user.subscribe('/x'), /^zpsk/);
});

test('an endpoint has so many connections at most: the next one is refused with 429', async () => {
  const credentials = await stage.endpoint();
  const connections = await Promise.all([1, 2, 3, 4, 5].map(() => stage.connect(credentials)));
  const message = await stage.connect(credentials).then(
    () => 'connected',
    (error: Error) => error.message,
  );
  assert.is(message, 'the upgrade was refused with 429');
  for (const connection of connections) await connection.close();
});

test('a queue with as many edited messages as it may have refuses further edits, and not what frees them', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/edits', { delivery_method: 'pull' });
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.push(await user.publish('/edits', i));
  for (const msg_id of ids.slice(0, 3)) await user.call('queue.update', { sub_key, msg_id, data: 'edited' });
  await refused(user.call('queue.update', { sub_key, msg_id: ids[3]!, data: 'edited' }), 'overloaded');
  await user.call('queue.update', { sub_key, msg_id: ids[0]!, data: 'edited again' });
  await user.call('queue.delete', { sub_key, msg_id: ids[1]! });
  await user.call('queue.update', { sub_key, msg_id: ids[3]!, data: 'edited' });
  assert.equal(dataOf((await user.call('queue.browse', { sub_key })).messages), [
    'edited again',
    'edited',
    'edited',
    4,
  ]);
});

test('messages that are nacked beyond the bound are retried in place: none is lost', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/nacks', { wait_non_sock_err: 0.01 });
  await Promise.all(Array.from({ length: 10 }, (_, i) => user.publish('/nacks', i)));
  for (const delivery of await user.hold(10)) user.fail(delivery, 'not now');
  const again = await user.take(10);
  assert.equal(dataOf(again).toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(again.every(({ delivery_count }) => delivery_count > 1));
  await user.call('ping', {});
  assert.is((await user.call('queue.browse', { sub_key })).depth, 0);
});

test('there are so many topics at most', async () => {
  const user = await stage.user();
  const made = Array.from({ length: 60 }, (_, i) => user.publish(`/many/${i}`, i));
  const outcomes = await Promise.allSettled(made);
  const failed = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  assert.ok(failed.length > 0 && failed.length < 60);
  for (const { reason } of failed) assert.is(reason.data.name, 'overloaded');
  assert.match(await user.publish('/many/0', 'one that is there'), /^zpsm/);
});

test('on a disk that is nearly full publishes are refused as storage_full, and everything else goes on', async () => {
  const full = await Stage.set({ limits: { disk_free_bytes_min: Number.MAX_SAFE_INTEGER } });
  const error = await refused(full.admin.publish('/full', 1), 'storage_full');
  assert.equal([error.data.retryable, error.data.outcome], [true, 'definite']);
  assert.match((await full.admin.call('ping', {})).time_iso, /Z$/);
  await full.strike();
});

test('many sockets that do not read make the server keep nothing in memory: their messages wait on disk (6)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-deaf-'));
  const flags = ['--port', '0', '--store', `sqlite:${join(folder, 'test.db')}`, '--log-level', 'warn'];
  const server = new Spawned(['start', ...flags], { HOLDFAST_ADMIN_PASSWORD: 'secret' });
  try {
    await server.printed('ws://');
    const grown = await grownBytes(/ws:\/\/\S+/.exec(server.out)![0]);
    // 32 MB for each of 30 would be 960 MB; measured 180 MB, and 974 MB without the bound of a socket.
    assert.ok(grown < 400e6, `${Math.round(grown / 1e6)} MB`);
  } finally {
    server.child.kill('SIGTERM');
    assert.is(await server.ended(), 0);
    rmSync(folder, { recursive: true });
  }
});

test.run();

/** By how much the server grows while 32 MB are published to each of 30 sockets that do not read. */
async function grownBytes(url: string): Promise<number> {
  const credentials = { username: 'admin', password: 'secret' };
  const deaf = await Promise.all(Array.from({ length: 30 }, () => Client.connect(url, credentials)));
  await Promise.all(deaf.map(client => client.subscribe('/deaf', { max_in_flight: 100_000 })));
  for (const client of deaf) client.socket.pause();
  const publisher = await Client.connect(url, credentials);
  const before = await residentBytes(url);
  const data = 'x'.repeat(64_000);
  for (let sent = 0; sent < 500; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => publisher.publish('/deaf', data)));
  }
  const grown = (await residentBytes(url)) - before;
  deaf[0]!.socket.resume();
  assert.is((await deaf[0]!.take(500)).length, 500);
  for (const client of [...deaf, publisher]) client.socket.terminate();
  return grown;
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(url.replace('ws:', 'http:').replace('/ws', '/metrics'))).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]);
}
