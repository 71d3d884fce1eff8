import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message, Methods } from '../../src/protocol/api.gen.js';
import { type Call, Listener, stopListeners } from '../transport/webhook/listener.js';
import type { Credentials } from './client.js';
import { dataOf, refused, Stage, type StageChanges } from './stage.js';

type Options = Omit<Methods['subscription.create']['params'], 'username' | 'route'>;
type Route = NonNullable<Methods['subscription.create']['params']['route']>;

const test = suite('e2e: webhooks');
const loopback = [{ address: '127.0.0.0', prefix: 8, family: 'ipv4' as const }];
const allowed: StageChanges = { allowedWebhookNetworks: loopback };

test.after.each(stopListeners);

/** Carries a story out with a server, a receiver, and a subscription of `/t` that leads to it. */
async function play(
  { route, ...options }: Options & { route?: Partial<Route> },
  story: (stage: Stage, listener: Listener, subKey: string, owner: Credentials) => Promise<void>,
  changes: StageChanges = {},
): Promise<void> {
  const stage = await Stage.set({ ...allowed, ...changes });
  const listener = await Listener.open();
  try {
    const owner = await stage.endpoint();
    const { sub_key } = await stage.admin.call('subscription.create', {
      username: owner.username,
      name: 'shop',
      topic_name: '/t',
      wait_non_sock_err: 0,
      wait_sock_err: 0,
      ...options,
      route: { url: listener.url, ...route },
    });
    await story(stage, listener, sub_key, owner);
  } finally {
    await stopListeners();
    await stage.strike();
  }
}

const messagesIn = ({ body }: Call) => JSON.parse(body) as Message[];

/** How the subscription is, once nothing of it is open; asks until then. */
async function settled(stage: Stage, subKey: string): Promise<void> {
  while ((await stage.admin.call('subscription.get', { sub_key: subKey })).queue_depth > 0) {}
}

test('a published message reaches the route of a subscription, and 2xx settles it', async () => {
  await play({}, async (stage, listener, subKey) => {
    const msgId = await stage.admin.publish('/t', { id: 1 }, { priority: 7, correl_id: 'c' });
    const call = await listener.answer(200);
    const [message, ...others] = messagesIn(call);
    assert.is(others.length, 0);
    assert.is(call.headers['webhook-id'], msgId);
    const { msg_id, data, priority, correl_id, delivery_count, sub_key } = message!;
    assert.equal([msg_id, data, priority, correl_id], [msgId, { id: 1 }, 7, 'c']);
    assert.equal([delivery_count, sub_key], [1, subKey]);
    await settled(stage, subKey);
  });
});

test('a signature can be checked with nothing but the headers and the body', async () => {
  const key = Buffer.alloc(32, 3);
  const route = { secret: [`whsec_${Buffer.alloc(24, 9).toString('base64')}`, `whsec_${key.toString('base64')}`] };
  await play({ route, wrap_one_msg_in_list: false }, async (stage, listener) => {
    await stage.admin.publish('/t', 'ü');
    const { headers, body } = await listener.answer(204);
    assert.is(JSON.parse(body).data, 'ü');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    assert.ok((headers['webhook-signature'] as string).split(' ').includes(expected));
    assert.ok(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 60);
  });
});

const failures: [what: string, lastError: RegExp, fail: (call: Call) => void, route?: Partial<Route>][] = [
  ['an error', /^HTTP 500: boom$/, ({ response }) => response.writeHead(500).end('boom')],
  ['a redirect', /^HTTP 302: redirects/, ({ response }) => response.writeHead(302, { Location: '/x' }).end()],
  ['a short pause', /^HTTP 503$/, ({ response }) => response.writeHead(503, { 'Retry-After': '0' }).end()],
  ['what is no HTTP', /^answered what is no HTTP/, ({ socket }) => socket.end('nonsense\r\n\r\n')],
  ['silence', /^no response within 0.05 s$/, () => {}, { timeout_sec: 0.05 }],
  ['a body without an end', /^HTTP 500: slow$/, ({ response }) => response.writeHead(500).write('slow')],
  ['a huge body', /^HTTP 500: x{200}…$/, ({ response }) => response.writeHead(500).end(Buffer.alloc(5e6, 'x'))],
  ['a reset', /ECONNRESET/, ({ socket }) => socket.resetAndDestroy()],
];

for (const [what, lastError, fail, route] of failures) {
  test(`a message comes again after ${what}`, async () => {
    const limits = { webhook_response_ms_max: 50 };
    const tell = async (stage: Stage, listener: Listener, subKey: string) => {
      const msgId = await stage.admin.publish('/t', 'a');
      const first = await listener.calls.next();
      fail(first);
      const again = await listener.answer(200);
      assert.is(again.headers['webhook-id'], msgId);
      assert.ok(messagesIn(again)[0]!.delivery_count > messagesIn(first)[0]!.delivery_count);
      await settled(stage, subKey);
      assert.match((await stage.admin.call('subscription.get', { sub_key: subKey })).last_error!, lastError);
    };
    await play({ route }, tell, { limits });
  });
}

test('after so many attempts a message is a dead letter with the last error', async () => {
  await play({ delivery_max_retry: 3, wait_non_sock_err: [0, 0.01] }, async (stage, listener) => {
    await stage.admin.subscribe('/holdfast/dead-letter');
    const msgId = await stage.admin.publish('/t', 'poison');
    const counts: number[] = [];
    for (const status of [500, 422, 410]) {
      counts.push(messagesIn(await listener.answer(status, {}, `no ${status}`))[0]!.delivery_count);
    }
    const [letter] = await stage.admin.take(1);
    assert.equal(counts, [1, 2, 3]);
    const { attempts, last_error, sub_name, topic_name } = letter!.dead_letter!;
    assert.equal([attempts, last_error, sub_name, topic_name], [3, 'HTTP 410: no 410', 'shop', '/t']);
    assert.is.not(letter!.msg_id, msgId);
    assert.is(listener.calls.length, 0);
  });
});

test('a route that cannot be reached uses up no retry, and what waits comes in order when it can be', async () => {
  await play({ delivery_max_retry: 1, wait_sock_err: [0.01] }, async (stage, listener, subKey) => {
    const { port } = listener;
    await listener.stop();
    for (const data of ['a', 'b', 'c']) await stage.admin.publish('/t', data);
    const get = () => stage.admin.call('subscription.get', { sub_key: subKey });
    while ((await get()).last_error === null) {}
    assert.match((await get()).last_error!, 'ECONNREFUSED');
    const back = await Listener.open(port);
    const got: unknown[] = [];
    while (got.length < 3) got.push(...dataOf(messagesIn(await back.answer(200))));
    assert.equal(got, ['a', 'b', 'c']);
    await settled(stage, subKey);
  });
});

test('a failed message lets the others pass', async () => {
  await play({ delivery_batch_size: 1, wait_non_sock_err: 0.02 }, async (stage, listener) => {
    for (const data of ['a', 'b', 'c']) await stage.admin.publish('/t', data);
    const got: unknown[] = [];
    for (const status of [500, 200, 200, 200]) got.push(...dataOf(messagesIn(await listener.answer(status))));
    assert.equal(got.slice(0, 2), ['a', 'b']);
    assert.equal(got.toSorted(), ['a', 'a', 'b', 'c']);
  });
});

test('a failed message holds the others where that is wanted', async () => {
  const options = { delivery_batch_size: 1, delivery_err_should_block: true, wait_non_sock_err: 0.02 };
  await play(options, async (stage, listener) => {
    for (const data of ['a', 'b', 'c']) await stage.admin.publish('/t', data);
    const got: unknown[] = [];
    for (const status of [500, 500, 200, 200, 200]) got.push(...dataOf(messagesIn(await listener.answer(status))));
    assert.equal(got, ['a', 'a', 'a', 'b', 'c']);
  });
});

test('several requests are under way at once where that is wanted', async () => {
  await play({ delivery_batch_size: 1, route: { max_requests: 3 } }, async (stage, listener, subKey) => {
    for (const data of ['a', 'b', 'c', 'd']) await stage.admin.publish('/t', data);
    const calls = [await listener.calls.next(), await listener.calls.next(), await listener.calls.next()];
    assert.equal(
      calls
        .flatMap(messagesIn)
        .map(({ data }) => data)
        .toSorted(),
      ['a', 'b', 'c'],
    );
    assert.is((await stage.admin.call('subscription.get', { sub_key: subKey })).in_flight, 3);
    for (const { response } of calls) response.end();
    assert.equal(dataOf(messagesIn(await listener.answer(200))), ['d']);
    await settled(stage, subKey);
  });
});

test('many routes share few requests, and each gets what is its own (6)', async () => {
  const limits = { webhook_requests_max: 3, webhook_host_requests_max: 2 };
  const tell = async (stage: Stage, listener: Listener) => {
    const other = await Listener.open();
    const { username } = await stage.endpoint();
    const wanted: string[] = [];
    for (let route = 0; route < 30; route += 1) {
      const url = `${(route % 2 ? listener : other).url}&route=${route}`;
      const topic_name = `/many/${route % 5}`;
      const options = { delivery_batch_size: 1, wait_non_sock_err: 0 };
      await stage.admin.call('subscription.create', { username, topic_name, route: { url }, ...options });
      for (const data of [1, 2]) wanted.push(`${new URL(url).search} ${topic_name} ${data}`);
    }
    const got: string[] = [];
    const receive = async (from: Listener) => {
      for (let left = wanted.length / 2; left > 0; left -= 1) {
        const call = await from.calls.next();
        assert.ok(from.calls.length < 2);
        const [{ topic_name, data }] = messagesIn(call) as [Message];
        got.push(`${call.path.slice(call.path.indexOf('?'))} ${topic_name} ${data}`);
        setImmediate(() => call.response.end());
      }
    };
    const all = Promise.all([receive(listener), receive(other)]);
    for (const data of [1, 2])
      for (let topic = 0; topic < 5; topic += 1) await stage.admin.publish(`/many/${topic}`, data);
    await all;
    assert.equal(got.toSorted(), wanted.toSorted());
  };
  await play({}, tell, { limits });
});

test('what is under way at a restart comes again after it', async () => {
  const limits = { stop_ms_max: 200, close_wait_ms_max: 20 };
  const tell = async (stage: Stage, listener: Listener, subKey: string) => {
    await stage.admin.publish('/t', 'a');
    await listener.calls.next();
    await stage.restart();
    const again = messagesIn(await listener.answer(200));
    assert.equal(dataOf(again), ['a']);
    assert.ok(again[0]!.delivery_count > 1);
    await stage.admin.publish('/t', 'b');
    assert.equal(dataOf(messagesIn(await listener.answer(200))), ['b']);
    await settled(stage, subKey);
  };
  await play({}, tell, { limits });
});

test('a stop waits for the answer to what is under way', async () => {
  await play({}, async (stage, listener, subKey) => {
    await stage.admin.publish('/t', 'a');
    const { response } = await listener.calls.next();
    const isRestarted = stage.restart();
    setImmediate(() => response.end());
    await isRestarted;
    await settled(stage, subKey);
    assert.is(listener.calls.length, 0);
  });
});

test('a switch to pull and back loses nothing', async () => {
  await play({ delivery_batch_size: 1 }, async (stage, listener, subKey, owner) => {
    const update = (delivery_method: 'pull' | 'notify') =>
      stage.admin.call('subscription.update', { sub_key: subKey, delivery_method });
    await stage.admin.publish('/t', 'a');
    await stage.admin.publish('/t', 'b');
    const { response } = await listener.calls.next();
    const isBrokenOff = new Promise(resolve => response.on('close', resolve));
    await update('pull');
    await isBrokenOff;
    const client = await stage.connect(owner);
    const { messages } = await client.call('pull', { sub_key: subKey, max_messages: 1, wait: 5 });
    assert.equal(dataOf(messages as Message[]), ['a']);
    await client.call('ack', { sub_key: subKey, msg_id_list: messages.map(({ msg_id }) => msg_id) });
    await update('notify');
    assert.equal(dataOf(messagesIn(await listener.answer(200))), ['b']);
    await settled(stage, subKey);
  });
});

test('a route that is changed gets what the one before has not settled', async () => {
  await play({}, async (stage, listener, subKey) => {
    await stage.admin.publish('/t', 'a');
    await listener.calls.next();
    const other = await Listener.open();
    await stage.admin.call('subscription.update', { sub_key: subKey, route: { url: other.url } });
    assert.equal(dataOf(messagesIn(await other.answer(200))), ['a']);
    await settled(stage, subKey);
  });
});

test('a route to where it must not lead is refused, and a name that does is not followed', async () => {
  const stage = await Stage.set();
  const listener = await Listener.open();
  const { username } = await stage.endpoint();
  const create = (url: string) =>
    stage.admin.call('subscription.create', { username, topic_name: '/t', route: { url } });
  const { data, message } = await refused(create(listener.url), 'invalid_params');
  assert.is(data.path, 'route.url');
  assert.match(message, 'allowed_webhook_networks');
  const { sub_key } = await create(`http://localhost:${listener.port}/`);
  await stage.admin.publish('/t', 'a');
  const get = () => stage.admin.call('subscription.get', { sub_key });
  while ((await get()).last_error === null) {}
  assert.match((await get()).last_error!, 'in no network that routes may reach');
  assert.is((await get()).queue_depth, 1);
  assert.is(listener.connections, 0);
  await stage.strike();
});

test('a route that cannot be is refused with its place', async () => {
  await play({}, async (stage, listener, subKey) => {
    const update = (route: Route) =>
      refused(stage.admin.call('subscription.update', { sub_key: subKey, route }), 'invalid_params');
    assert.is((await update({ url: 'nowhere' })).data.path, 'route.url');
    assert.is((await update({ url: listener.url, secret: 'x' })).data.path, 'route.secret');
    assert.is((await update({ url: listener.url, headers: { host: 'x' } })).data.path, 'route.headers.host');
    assert.is((await update({ url: listener.url, max_requests: 0 })).data.path, 'route.max_requests');
  });
});

test.run();
