import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { webhookHeaders } from '../../../src/transport/webhook/signature.js';
import { Listener, stopListeners } from './listener.js';
import { batchOf, Rig, startMs } from './rig.js';

const test = suite('webhook: sink');
test.after.each(stopListeners);

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const idOf = (index: number) => batchOf('a', 'b', 'c').messages[index]!.idText(batchOf().ids);

test('sends a batch as a list of messages, signed', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url, method: 'PUT', headers: { 'X-Shop': '7' }, secret });
  rig.deliver(target, 'a', { b: 1 });
  const { method, path, headers, body } = await listener.answer(204);
  assert.is(`${method} ${path}`, 'PUT /orders?shop=1');
  assert.equal(
    JSON.parse(body).map((message: { data: unknown }) => message.data),
    ['a', { b: 1 }],
  );
  assert.is(headers['content-type'], 'application/json');
  assert.is(headers['content-length'], String(Buffer.byteLength(body)));
  assert.is(headers['x-shop'], '7');
  assert.is(headers['user-agent'], 'Holdfast');
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = webhookHeaders(headers['webhook-id'] as string, startMs / 1000, Buffer.from(body), [key]);
  for (const [name, value] of Object.entries(signed)) assert.is(headers[name], value, name);
  assert.equal(await target.settled.next(), { kind: 'acked' });
});

test('sends one message as a list or by itself, as the subscription says', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  for (const wraps of [true, false]) {
    const target = rig.target({ url: listener.url }, { wrap_one_msg_in_list: wraps });
    rig.deliver(target, 'alone');
    const body = JSON.parse((await listener.answer(200)).body);
    assert.is(Array.isArray(body), wraps);
    assert.is((wraps ? body[0] : body).data, 'alone');
    await target.wakes.next();
    rig.deliver(target, 'a', 'b');
    assert.is(JSON.parse((await listener.answer(200)).body).length, 2);
  }
});

test('knows a message by its msg_id, and several together by all of theirs', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url });
  const sent: unknown[] = [];
  for (const data of [['a'], ['a'], ['a', 'b'], ['a', 'b'], ['a', 'b', 'c']]) {
    rig.deliver(target, ...data);
    sent.push((await listener.answer(500)).headers['webhook-id']);
    await target.wakes.next();
  }
  const [alone, again, two, twoAgain, three] = sent;
  assert.is(alone, idOf(0));
  assert.is(again, alone);
  assert.is(twoAgain, two);
  assert.is(new Set([alone, two, three]).size, 3);
});

test('is ready again when its only request has ended, unless more are permitted and may overtake', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const url = listener.url;
  const one = rig.target({ url });
  assert.is(one.sink.isReady, true);
  rig.deliver(one, 'a');
  assert.is(one.sink.isReady, false);
  await listener.answer(200);
  await one.wakes.next();
  assert.is(one.sink.isReady, true);
  const two = rig.target({ url, max_requests: 2 });
  rig.deliver(two, 'a');
  assert.is(two.sink.isReady, true);
  rig.deliver(two, 'b');
  assert.is(two.sink.isReady, false);
  const blocking = rig.target({ url, max_requests: 2 }, { delivery_err_should_block: true });
  rig.deliver(blocking, 'a');
  assert.is(blocking.sink.isReady, false);
  await Promise.all([stopListeners(), rig.webhooks.stop()]);
});

test('leaves the connection open for the next request', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url });
  for (let sent = 0; sent < 3; sent += 1) {
    rig.deliver(target, sent);
    await listener.answer(200, {}, 'thank you');
    await target.wakes.next();
  }
  assert.is(listener.connections, 1);
});

test('keeps no more connections than it may', async () => {
  const listener = await Listener.open();
  const rig = new Rig({ limits: { webhook_idle_sockets_max: 0 } });
  const target = rig.target({ url: listener.url });
  for (let sent = 0; sent < 2; sent += 1) {
    rig.deliver(target, sent);
    await listener.answer(200);
    await target.wakes.next();
  }
  assert.is(listener.connections, 2);
});

test('waits for room among the requests to its host', async () => {
  const [near, far] = [await Listener.open(), await Listener.open()];
  const rig = new Rig({ limits: { webhook_requests_max: 2, webhook_host_requests_max: 1 } });
  const first = rig.target({ url: near.url });
  const second = rig.target({ url: near.url });
  const other = rig.target({ url: far.url });
  rig.deliver(first, 'a');
  assert.is(second.sink.isReady, false);
  assert.is(other.sink.isReady, true);
  rig.deliver(other, 'b');
  assert.is(rig.target({ url: 'https://shop.example' }).sink.isReady, false);
  await near.answer(200);
  await second.wakes.next();
  assert.is(second.sink.isReady, true);
});

test('calls nobody who has asked for a pause, until it is over', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url });
  rig.deliver(target, 'a');
  await listener.answer(429, { 'Retry-After': '30' }, 'slow down');
  assert.equal(await target.settled.next(), { kind: 'failed', error: 'HTTP 429: slow down', delaySec: 30 });
  await target.wakes.next();
  assert.is(target.sink.isReady, false);
  await rig.clock.advance(29_999);
  assert.is(target.wakes.length, 0);
  await rig.clock.advance(1);
  await target.wakes.next();
  assert.is(target.sink.isReady, true);
});

test('breaks off what is under way when it is released, and settles nothing by it', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url });
  rig.deliver(target, 'a');
  const { response } = await listener.calls.next();
  const isGone = new Promise(resolve => response.on('close', resolve));
  target.sink.released('zpskreceiver');
  await isGone;
  await rig.webhooks.stop();
  assert.is(target.settled.length, 0);
  assert.is(target.sink.isReady, false);
});

test('is stopped when what is under way has ended, and takes nothing more meanwhile', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url, max_requests: 2 });
  rig.deliver(target, 'a');
  const { response } = await listener.calls.next();
  const stopped = rig.webhooks.stop();
  assert.is(target.sink.isReady, false);
  response.end();
  await stopped;
  assert.equal(await target.settled.next(), { kind: 'acked' });
});

test('is stopped after half of the time of a stop, whatever is under way', async () => {
  const listener = await Listener.open();
  const rig = new Rig({ limits: { stop_ms_max: 1_000 } });
  const target = rig.target({ url: listener.url });
  rig.deliver(target, 'a');
  await listener.calls.next();
  const stopped = rig.webhooks.stop();
  await rig.clock.advance(500);
  await stopped;
  assert.is(target.settled.length, 0);
});

test('logs once that its route fails and once that it is well again, without what may be secret', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url });
  for (const status of [200, 500, 500, 200, 200]) {
    rig.deliver(target, 'a');
    await listener.answer(status);
    await target.wakes.next();
  }
  assert.equal(
    rig.log.map(({ level, url, error }) => [level, url, error]),
    [
      ['warn', `http://127.0.0.1:${listener.port}/orders`, 'HTTP 500'],
      ['info', `http://127.0.0.1:${listener.port}/orders`, undefined],
    ],
  );
  assert.equal(rig.counters, { accepted: 3, failed: 2, unreachable: 0 });
});

test.run();
