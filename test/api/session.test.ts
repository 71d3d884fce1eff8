import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Hall, request } from './hall.js';

const test = suite('session');

let hall: Hall;
test.after.each(() => hall.close());

const publish = (id: unknown, data: unknown) => request(id, 'publish', { topic_name: '/t', data });

test('a client that asks faster than it is answered is not read until it is (6)', async () => {
  hall = await Hall.open({ socket_unanswered_max: 3 });
  const { session, wire } = hall.enter();
  for (const id of [1, 2]) session.receive(publish(id, id));
  assert.is(wire.isPaused, false);
  session.receive(publish(3, 3));
  assert.is(wire.isPaused, true);
  await once(wire, 'resumed');
  for (const id of [1, 2, 3]) assert.is((await wire.next()).id, id);
});

test('each request of an array counts, and they are answered in one frame (6)', async () => {
  hall = await Hall.open({ socket_unanswered_max: 4 });
  const { session, wire } = hall.enter();
  const array = (length: number) => `[${Array.from({ length }, (_, id) => request(id, 'ping')).join(',')}]`;
  session.receive(array(3));
  assert.is(wire.isPaused, false);
  session.receive(array(3));
  assert.is(wire.isPaused, true);
  await once(wire, 'resumed');
  while (wire.frames.length < 2) await once(wire, 'frame');
  assert.equal(
    wire.frames.map(frame => (frame as unknown[]).length),
    [3, 3],
  );
});

test('an array of responses counts for nothing', async () => {
  hall = await Hall.open({ socket_unanswered_max: 2 });
  const { session, wire } = hall.enter();
  const response = '{"jsonrpc":"2.0","id":1,"result":{}}';
  for (let i = 0; i < 10; i += 1) session.receive(`[${response},${response}]`);
  assert.is(wire.isPaused, false);
  for (const id of [1, 2]) session.receive(request(id, 'ping'));
  assert.is(wire.isPaused, true);
  await once(wire, 'resumed');
});

test('responses and notifications that are done do not count', async () => {
  hall = await Hall.open({ socket_unanswered_max: 2 });
  const { session, wire } = hall.enter();
  for (let i = 0; i < 10; i += 1) session.receive('{"jsonrpc":"2.0","id":1,"result":{}}');
  assert.is(wire.isPaused, false);
  session.receive(request(1, 'ping'));
  await wire.next();
  assert.is(wire.isPaused, false);
});

test('a client that does not read its answers is not read until they have left (6)', async () => {
  hall = await Hall.open();
  const { session, wire } = hall.enter();
  wire.bufferedBytes = 2 * 1024 * 1024;
  session.receive(request(1, 'ping'));
  await wire.next();
  assert.is(wire.isPaused, true);
  wire.bufferedBytes = 0;
  session.drained();
  assert.is(wire.isPaused, false);
});

test('nothing is delivered to a connection whose buffer is full; it comes once that is drained (6)', async () => {
  hall = await Hall.open();
  const { session, wire } = hall.enter();
  session.receive(request(1, 'subscribe', { topic_name: '/t' }));
  await wire.next();
  wire.bufferedBytes = 2 * 1024 * 1024;
  const other = hall.enter();
  for (const id of [1, 2, 3]) other.session.receive(publish(id, id));
  for (const id of [1, 2, 3]) assert.is((await other.wire.next()).id, id);
  assert.is(wire.frames.length, 1);
  wire.bufferedBytes = 0;
  session.drained();
  const { params } = await wire.next();
  assert.equal(
    params!.messages.map(({ data }) => data),
    [1, 2, 3],
  );
});

test('who is gone before its subscribe is written owns nothing: the next one gets everything (7)', async () => {
  hall = await Hall.open();
  const { session } = hall.enter();
  session.receive(request(1, 'subscribe', { topic_name: '/t', name: 'n' }));
  session.ended();
  const { session: next, wire } = hall.enter();
  next.receive(request(1, 'subscribe', { topic_name: '/t', name: 'n' }));
  assert.is((await wire.next()).result!.is_new, false);
  next.receive(publish(2, 'hello'));
  const frames = [await wire.next(), await wire.next()];
  assert.equal(frames.find(({ method }) => method === 'deliver')!.params!.messages[0]!.data, 'hello');
  assert.is(hall.broker.subscriptions.attached, 1);
});

test('what was to go with a socket goes also if that ended before its subscribe was written', async () => {
  hall = await Hall.open();
  const { session } = hall.enter();
  session.receive(request(1, 'subscribe', { topic_name: '/t', name: 'n', unsub_on_close: true }));
  session.ended();
  const { session: next, wire } = hall.enter();
  const counts: number[] = [];
  // It is made and deleted by what goes on while others are answered.
  for (let id = 1; id <= 100 && counts.join() !== '1,0'; id += 1) {
    next.receive(publish(id, id));
    await wire.next();
    const count = await hall.broker.subscriber.countTo('/t');
    if (count !== (counts.at(-1) ?? 0)) counts.push(count);
  }
  assert.equal(counts, [1, 0]);
});

test('a pull that waits takes nothing for a connection that has ended', async () => {
  hall = await Hall.open();
  const { session, wire } = hall.enter();
  session.receive(request(1, 'subscribe', { topic_name: '/t', delivery_method: 'pull' }));
  const { sub_key } = (await wire.next()).result!;
  session.receive(request(2, 'pull', { sub_key, wait: 60 }));
  session.receive(request(3, 'ping'));
  assert.is((await wire.next()).id, 3);
  session.ended();
  const { session: next, wire: nextWire } = hall.enter();
  next.receive(publish(1, 'still there'));
  await nextWire.next();
  next.receive(request(2, 'pull', { sub_key }));
  const messages = (await nextWire.next()).result!.messages as { delivery_count: number }[];
  assert.equal(
    messages.map(message => message.delivery_count),
    [1],
  );
});

test('many pulls may wait on one connection, and Node warns of nothing', async () => {
  hall = await Hall.open();
  const warnings: Error[] = [];
  const hear = (warning: Error) => void warnings.push(warning);
  process.on('warning', hear);
  const { session, wire } = hall.enter();
  session.receive(request(0, 'subscribe', { topic_name: '/t', delivery_method: 'pull' }));
  const { sub_key } = (await wire.next()).result!;
  const pulls = Array.from({ length: 50 }, (_, id) => request(id, 'pull', { sub_key, wait: 0.02 }));
  for (const pull of pulls) session.receive(pull);
  for (const _ of pulls) assert.equal((await wire.next()).result, { messages: [] });
  const { signal } = new AbortController();
  assert.is(JSON.parse((await hall.http.answer(hall.identity, `[${pulls.join(',')}]`, signal))!).length, pulls.length);
  process.off('warning', hear);
  assert.equal(warnings, []);
});

test('so many pulls wait for one subscription at most, and a further one is told so at once (6)', async () => {
  hall = await Hall.open({ pull_waiters_max: 2 });
  const { session, wire } = hall.enter();
  session.receive(request(0, 'subscribe', { topic_name: '/t', delivery_method: 'pull' }));
  const { sub_key } = (await wire.next()).result!;
  for (const id of [1, 2, 3]) session.receive(request(id, 'pull', { sub_key, wait: 60 }));
  const { id, error } = await wire.next();
  assert.equal([id, error!.data.name], [3, 'overloaded']);
  session.receive(publish(4, 'for the first'));
  const answered = [await wire.next(), await wire.next()].map(frame => frame.id);
  assert.equal(answered.sort(), [1, 4]);
});

test('who loses its credentials hears of each subscription, then the connection is closed', async () => {
  hall = await Hall.open();
  const { session, wire } = hall.enter();
  const keys: unknown[] = [];
  for (const topic_name of ['/a', '/b']) {
    session.receive(request(1, 'subscribe', { topic_name }));
    keys.push((await wire.next()).result!.sub_key);
  }
  hall.sessions.revoke(hall.identity.endpointId);
  const told = [await wire.next(), await wire.next()];
  assert.equal(
    told.map(({ method, params }) => [method, params!.sub_key, params!.reason]),
    keys.map(key => ['detached', key, 'endpoint_revoked']),
  );
  assert.is(wire.closed, 'credentials_revoked');
});

test('sessions of others stay when one endpoint is revoked, and one that ended is forgotten', async () => {
  hall = await Hall.open();
  const [one, two] = [hall.enter(), hall.enter()];
  two.session.ended();
  hall.sessions.revoke(hall.identity.endpointId + 1);
  assert.is(one.wire.closed, null);
  hall.sessions.revoke(hall.identity.endpointId);
  assert.equal([one.wire.closed, two.wire.closed], ['credentials_revoked', null]);
});

test('publishes keep their order, though the first one waits until its topic is made', async () => {
  hall = await Hall.open();
  const { session, wire } = hall.enter();
  session.receive(request(0, 'subscribe', { topic_name: '/t/**' }));
  await wire.next();
  for (const [id, topic] of [
    [1, '/t/new'],
    [2, '/t/newer'],
    [3, '/t/new'],
  ] as const) {
    session.receive(request(id, 'publish', { topic_name: topic, data: id }));
  }
  const data: unknown[] = [];
  while (data.length < 3) {
    const { method, params } = await wire.next();
    if (method === 'deliver') data.push(...params!.messages.map(message => message.data));
  }
  assert.equal(data, [1, 2, 3]);
});

test.run();
