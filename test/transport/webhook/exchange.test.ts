import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Listener, stopListeners } from './listener.js';
import { Rig, type RigOptions, type Settled } from './rig.js';

const test = suite('webhook: request');
test.after.each(stopListeners);

/** A request to a listener, on its way. */
async function sent(options: RigOptions = {}, data: unknown = 'a') {
  const listener = await Listener.open();
  const rig = new Rig(options);
  const target = rig.target({ url: listener.url, timeout_sec: 5 });
  rig.deliver(target, data);
  return { listener, rig, target };
}

function failed(error: string, delaySec?: number): Settled {
  return { kind: 'failed', error, delaySec };
}

async function unreachable(settled: Promise<Settled>): Promise<string> {
  const outcome = await settled;
  assert.is(outcome.kind, 'unreachable');
  return outcome.kind === 'acked' ? '' : outcome.error;
}

test('is accepted by any status of 2xx, before the body has come', async () => {
  for (const status of [200, 202, 204, 299]) {
    const { listener, target } = await sent();
    const { response } = await listener.calls.next();
    response.writeHead(status).flushHeaders();
    assert.equal(await target.settled.next(), { kind: 'acked' });
    response.end();
    await target.wakes.next();
  }
});

test('fails with any other status, and tells how its body begins', async () => {
  const { listener, target } = await sent();
  await listener.answer(422, {}, 'no\r\n\tsuch \u0000 order');
  assert.equal(await target.settled.next(), failed('HTTP 422: no such order'));
  const empty = await sent();
  await empty.listener.answer(500);
  assert.equal(await empty.target.settled.next(), failed('HTTP 500'));
  const long = await sent();
  await long.listener.answer(500, {}, '😀'.repeat(1_000));
  assert.equal(await long.target.settled.next(), failed(`HTTP 500: ${'😀'.repeat(200)}…`));
});

test('follows no redirect', async () => {
  const { listener, target } = await sent();
  await listener.answer(307, { Location: 'http://127.0.0.1:1/admin' });
  const error = 'HTTP 307: redirects to http://127.0.0.1:1/admin are not followed, the route needs the last address';
  assert.equal(await target.settled.next(), failed(error));
  await target.wakes.next();
  assert.is(listener.calls.length, 0);
});

test('honours Retry-After where it means that: with 429 and 503', async () => {
  for (const [status, delaySec] of [
    [429, 7],
    [503, 7],
    [500, undefined],
  ] as const) {
    const { listener, target } = await sent();
    await listener.answer(status, { 'Retry-After': '7' });
    assert.equal(await target.settled.next(), failed(`HTTP ${status}`, delaySec));
  }
});

test('lets the body of a response through up to a bound, and then ends the connection', async () => {
  const { listener, target } = await sent({ limits: { webhook_response_bytes_max: 100_000 } });
  const { response } = await listener.calls.next();
  const isGone = new Promise(resolve => response.on('close', resolve));
  const more = () => {
    while (response.write(Buffer.alloc(65_536))) {}
  };
  response.on('drain', more);
  response.writeHead(200);
  more();
  assert.equal(await target.settled.next(), { kind: 'acked' });
  await isGone;
  await target.wakes.next();
});

test('has a bound of time for the rest of a response', async () => {
  const { listener, rig, target } = await sent({ limits: { webhook_response_ms_max: 1_000 } });
  const { response } = await listener.calls.next();
  const isGone = new Promise(resolve => response.on('close', resolve));
  response.writeHead(200).write('half of it');
  assert.equal(await target.settled.next(), { kind: 'acked' });
  await rig.clock.advance(999);
  assert.is(target.wakes.length, 0);
  await rig.clock.advance(1);
  await target.wakes.next();
  await isGone;
});

test('has failed if the receiver is silent for too long, since it may have acted', async () => {
  const { listener, rig, target } = await sent();
  await listener.calls.next();
  await rig.clock.advance(5_000);
  assert.equal(await target.settled.next(), failed('no response within 5 s'));
  await target.wakes.next();
});

test('has failed if what comes back is no HTTP, or wants to be something else', async () => {
  const { listener, target } = await sent();
  (await listener.calls.next()).socket.end('hello\r\n\r\n');
  assert.equal(await target.settled.next(), failed('answered what is no HTTP response (HPE_INVALID_CONSTANT)'));
  const large = await sent({ limits: { webhook_response_header_bytes_max: 1_024 } });
  await large.listener.answer(200, { 'X-Much': 'x'.repeat(2_000) });
  assert.equal(await large.target.settled.next(), failed('answered what is no HTTP response (HPE_HEADER_OVERFLOW)'));
  const upgrading = await sent();
  (await upgrading.listener.calls.next()).socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  );
  assert.equal(await upgrading.target.settled.next(), failed('HTTP 101'));
});

test('has failed by its status if the body breaks off', async () => {
  const { listener, target } = await sent();
  const { response, socket } = await listener.calls.next();
  response.writeHead(500, { 'Content-Length': '100' }).write('some', () => socket.destroy());
  assert.match(((await target.settled.next()) as { error: string }).error, /^HTTP 500/);
});

test('reaches nobody if nobody listens', async () => {
  const { port } = await Listener.open();
  await stopListeners();
  const rig = new Rig();
  const target = rig.target({ url: `http://127.0.0.1:${port}/` });
  rig.deliver(target, 'a');
  assert.match(await unreachable(target.settled.next()), `ECONNREFUSED 127.0.0.1:${port}`);
  await target.wakes.next();
});

test('reaches nobody if the connection is cut before a response', async () => {
  const reset = await sent();
  (await reset.listener.calls.next()).socket.resetAndDestroy();
  assert.match(await unreachable(reset.target.settled.next()), 'ECONNRESET');
  const closed = await sent();
  (await closed.listener.calls.next()).socket.destroy();
  assert.match(await unreachable(closed.target.settled.next()), 'socket hang up');
});

test('is tried again at once if it was a kept connection that was cut', async () => {
  const { listener, target, rig } = await sent();
  await listener.answer(200);
  await target.settled.next();
  await target.wakes.next();
  rig.deliver(target, 'b');
  (await listener.calls.next()).socket.resetAndDestroy();
  const outcome = await target.settled.next();
  assert.is(outcome.kind === 'unreachable' && outcome.delaySec, 0);
  assert.is(listener.connections, 1);
});

test('reaches nobody if there is no connection in time', async () => {
  const rig = new Rig({ resolve: () => new Promise(() => {}) });
  const target = rig.target({ url: 'http://shop.example/' });
  rig.deliver(target, 'a');
  await rig.clock.advance(10_000);
  assert.is(await unreachable(target.settled.next()), 'no connection within 10 s');
  await target.wakes.next();
});

test('reaches nobody over TLS that cannot be had', async () => {
  const listener = await Listener.open();
  const rig = new Rig();
  const target = rig.target({ url: listener.url.replace('http:', 'https:') });
  rig.deliver(target, 'a');
  assert.ok((await unreachable(target.settled.next())).length > 0);
  assert.is(listener.calls.length, 0);
});

test('goes to no address that is not allowed, also one that a name stands for', async () => {
  const listener = await Listener.open();
  const refused = async (host: string, ...addresses: string[]) => {
    const resolve = async () => addresses.map(address => ({ address, family: 4 }));
    const rig = new Rig({ resolve, allowed: '127.0.0.9' });
    const target = rig.target({ url: `http://${host}:${listener.port}/` });
    rig.deliver(target, 'a');
    await rig.clock.quiet();
    const error = await unreachable(target.settled.next());
    await target.wakes.next();
    return error;
  };
  const where = 'in no network that routes may reach (allowed_webhook_networks)';
  assert.is(await refused('127.0.0.1'), `the address 127.0.0.1 is ${where}`);
  assert.is(await refused('shop.example', '127.0.0.1'), `shop.example is 127.0.0.1, which is ${where}`);
  assert.is(await refused('bait.example', '8.8.8.8', '10.0.0.1'), `bait.example is 10.0.0.1, which is ${where}`);
  assert.is(await refused('none.example'), 'none.example has no address');
  assert.is(listener.connections, 0);
});

test('resolves a name once and goes to the address that was checked', async () => {
  const listener = await Listener.open();
  let asked = 0;
  const resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
  const rig = new Rig({ resolve });
  const target = rig.target({ url: `http://shop.example:${listener.port}/x` });
  rig.deliver(target, 'a');
  const { headers } = await listener.answer(200, { Connection: 'close' });
  assert.is(headers.host, `shop.example:${listener.port}`);
  assert.equal(await target.settled.next(), { kind: 'acked' });
  assert.is(asked, 1);
});

test('ends if it was answered before all of it was read', async () => {
  const rig = new Rig();
  const closing: (() => void)[] = [];
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.pause();
      socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n');
    });
    closing.push(() => socket.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const target = rig.target({ url: `http://127.0.0.1:${port}/` });
  rig.deliver(target, 'x'.repeat(32 * 1024 * 1024));
  assert.equal(await target.settled.next(), failed('HTTP 413'));
  await target.wakes.next();
  for (const close of closing) close();
  await new Promise(resolve => server.close(resolve));
});

test.run();
