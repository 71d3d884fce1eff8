import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocket } from 'ws';
import type { WsConnection } from '../../src/transport/ws-connection.js';
import { readFrames } from './frames.js';
import { RawClient } from './raw-client.js';
import { Rig, type RigChanges, type Seen, stopRigs } from './rig.js';

const test = suite('ws: connection');

test.after.each(stopRigs);
const textOpcode = 1;

/** The text frames that a client gets until its connection closes, and how it closes. */
async function untilClosed(client: WebSocket): Promise<{ texts: string[]; code: number; reason: string }> {
  const texts: string[] = [];
  client.on('message', data => texts.push(data.toString()));
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return { texts, code, reason: reason.toString() };
}

async function connectRaw(changes?: RigChanges): Promise<{ rig: Rig; raw: RawClient; seen: Seen }> {
  const rig = await Rig.start(changes);
  const raw = await RawClient.connect(rig.port);
  return { rig, raw, seen: rig.seen[0]! };
}

test('text frames come in as they were sent and in their order', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  const texts = ['a', '{"é":"€😀"}', '', 'x'.repeat(100_000), 'last'];
  for (const text of texts) client.send(text);
  while (seen.texts.length < texts.length) await once(seen, 'text');
  assert.equal(seen.texts, texts);
});

test('all frames of a turn leave in one write', async () => {
  const { raw, seen } = await connectRaw();
  const texts = Array.from({ length: 500 }, (_, i) => `answer ${i}`);
  for (const text of texts) seen.connection.send(text);
  assert.ok(seen.connection.bufferedBytes >= texts.join('').length);
  raw.socket.resume();
  const [chunk] = (await once(raw.socket, 'data')) as [Buffer];
  assert.equal(
    readFrames(chunk).map(frame => frame.payload.toString()),
    texts,
  );
  assert.is(seen.connection.bufferedBytes, 0);
});

test('a close sends what is queued first, then its code and reason, and nothing after it', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  const closed = untilClosed(client);
  const ended = once(seen, 'ended');
  seen.connection.send('last words');
  seen.connection.close('credentials_revoked', 'é'.repeat(100));
  seen.connection.send('too late');
  assert.equal(await closed, { texts: ['last words'], code: 4401, reason: 'é'.repeat(61) });
  await ended;
});

test('a binary frame closes with 1003, and what was said before it is still heard', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  const closed = untilClosed(client);
  seen.on('text', text => seen.connection.send(`answer to ${text}`));
  client.send('question');
  client.send(Buffer.from('binary'));
  client.send('ignored');
  const { texts, code } = await closed;
  assert.equal({ texts, code, seen: seen.texts }, { texts: ['answer to question'], code: 1003, seen: ['question'] });
});

test('a frame at the limit comes in, a longer one closes with 1009', async () => {
  const rig = await Rig.start({ limits: { frame_bytes_max: 1_000 } });
  const { client, seen } = await rig.connect();
  client.send('x'.repeat(1_000));
  await once(seen, 'text');
  const closed = untilClosed(client);
  const ended = once(seen, 'ended');
  client.send('x'.repeat(1_001));
  assert.is((await closed).code, 1009);
  await ended;
  assert.equal([seen.texts.length, seen.ends], [1, 1]);
});

test('a limit of 0 lets any frame in', async () => {
  const rig = await Rig.start({ limits: { frame_bytes_max: 0 } });
  const { client, seen } = await rig.connect();
  client.send('x'.repeat(20 * 1024 * 1024));
  const [text] = await once(seen, 'text');
  assert.is(text.length, 20 * 1024 * 1024);
});

test('text that is no UTF-8 closes with 1007', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  const closed = untilClosed(client);
  const ended = once(seen, 'ended');
  client.send(Buffer.from([0xc3, 0x28]), { binary: false });
  assert.is((await closed).code, 1007);
  await ended;
  assert.equal([seen.texts.length, seen.ends], [0, 1]);
});

test('the end is told once, whoever ends it and however', async () => {
  const rig = await Rig.start();
  const ends: ((client: WebSocket, seen: Seen) => void)[] = [
    client => client.close(),
    client => client.terminate(),
    (_, seen) => seen.connection.close('policy_violation'),
  ];
  for (const end of ends) {
    const { client, seen } = await rig.connect();
    end(client, seen);
    await once(seen, 'ended');
    seen.connection.close('going_away');
    seen.connection.send('into the void');
    if (client.readyState !== client.CLOSED) await once(client, 'close');
  }
  await rig.stop();
  assert.equal(
    rig.seen.map(seen => seen.ends),
    [1, 1, 1],
  );
});

test('a paused connection reads nothing until it is resumed', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  seen.on('text', text => text === 'stop' && seen.connection.pause());
  client.send('stop');
  await once(seen, 'text');
  await new Promise<void>(sent => client.send('go on', () => sent()));
  const other = await rig.connect();
  other.client.send('meanwhile');
  await once(other.seen, 'text');
  assert.equal(seen.texts, ['stop']);
  seen.connection.resume();
  await once(seen, 'text');
  assert.equal(seen.texts, ['stop', 'go on']);
});

// ---------------------------------------------------------------- heartbeat: four ticks a ping, two for the pong

const heartbeat = { limits: { ping_interval_ms: 1_000, pong_wait_ms: 500, socket_tick_ms: 250 } };

function tick(rig: Rig, ticks: number): void {
  for (let i = 0; i < ticks; i += 1) rig.tick();
}

test('a peer that answers no ping is closed with 4408, and its end is told at once', async () => {
  const { rig, raw, seen } = await connectRaw(heartbeat);
  tick(rig, 2);
  assert.is(seen.ends, 0);
  tick(rig, 1);
  assert.is(seen.ends, 1);
  const frames = readFrames(await raw.read(4));
  assert.equal([frames[0]!.opcode, frames[1]!.opcode, frames[1]!.payload.readUInt16BE()], [9, 8, 4408]);
});

test('a peer that answers its pings stays', async () => {
  const rig = await Rig.start(heartbeat);
  const { client, seen } = await rig.connect();
  for (let round = 0; round < 3; round += 1) {
    const pinged = once(client, 'ping');
    tick(rig, 1);
    await pinged;
    client.send('the pong came before this');
    await once(seen, 'text');
    tick(rig, 3);
  }
  assert.is(seen.ends, 0);
});

test('whatever else a peer sends shows that it is there', async () => {
  const { rig, raw, seen } = await connectRaw(heartbeat);
  tick(rig, 1);
  raw.send(textOpcode, 'no pong');
  await once(seen, 'text');
  tick(rig, 3);
  assert.is(seen.ends, 0);
  tick(rig, 3);
  assert.is(seen.ends, 1);
});

test('a connection that we do not read is not blamed for the pong that we did not read', async () => {
  const { rig, seen } = await connectRaw(heartbeat);
  tick(rig, 1);
  seen.connection.pause();
  tick(rig, 2);
  assert.is(seen.ends, 0, 'while it is paused');
  tick(rig, 2);
  seen.connection.resume();
  tick(rig, 3);
  assert.is(seen.ends, 0, 'before it could be read');
  tick(rig, 3);
  assert.is(seen.ends, 1);
});

// ---------------------------------------------------------------- a peer that does not read

const narrow = { socket_buffer_bytes: 64 * 1024, socket_buffer_bytes_max: 32 * 1024 * 1024 };
/** More than the kernel takes for a peer on the same machine that does not read. */
const flood = 'x'.repeat(16 * 1024 * 1024);

test('who has more to read than it should is told to be drained once it has read', async () => {
  const { raw, seen } = await connectRaw({ limits: narrow });
  seen.connection.send(flood);
  await new Promise(setImmediate);
  assert.ok(seen.connection.bufferedBytes > narrow.socket_buffer_bytes);
  seen.connection.send('one');
  await new Promise(setImmediate);
  seen.connection.send('two');
  assert.is(seen.drains, 0);
  const drained = once(seen, 'drained');
  const bytes = await raw.read(flood.length + 10 + 5 + 5);
  assert.equal(
    readFrames(bytes).map(({ payload }) => (payload.length === flood.length ? 'flood' : payload.toString())),
    // Were the bytes of the second given away while they waited, the third would have been written over them.
    ['flood', 'one', 'two'],
  );
  await drained;
  assert.ok(seen.connection.bufferedBytes < narrow.socket_buffer_bytes);
  assert.is(seen.drains, 1);
});

test('who saw too much queued within a turn is told when it is gone, though the kernel took it at once', async () => {
  const { raw, seen } = await connectRaw({ limits: { socket_buffer_bytes: 1_000 } });
  seen.connection.send('x'.repeat(2_000));
  assert.ok(seen.connection.bufferedBytes >= 1_000);
  await once(seen, 'drained');
  raw.socket.resume();
});

test('a peer that lets too much wait is closed with 4509, and its end is told before it knows', async () => {
  const rig = await Rig.start({
    limits: { ...narrow, socket_buffer_bytes_max: 20 * 1024 * 1024, close_wait_ms_max: 5_000 },
  });
  const { client, seen } = await rig.connect();
  client.pause();
  const ended = once(seen, 'ended');
  for (let i = 0; i < 3; i += 1) {
    seen.connection.send(flood);
    await new Promise(setImmediate);
  }
  await ended;
  const closed = untilClosed(client);
  client.resume();
  const { texts, code } = await closed;
  assert.is(code, 4509);
  assert.ok(texts.every(text => text === flood));
});

test('a single frame may be larger than what may wait', async () => {
  const rig = await Rig.start({ limits: { socket_buffer_bytes: 1_000, socket_buffer_bytes_max: 2_000 } });
  const { client, seen } = await rig.connect();
  seen.connection.send(flood);
  const [data] = (await once(client, 'message')) as [Buffer];
  assert.is(data.length, flood.length);
  assert.is(seen.ends, 0);
});

const stalling = { ...narrow, socket_stalled_ms_max: 1_000, socket_tick_ms: 250, ping_interval_ms: 25_000 };

test('a peer that reads nothing for the time is closed with 4509', async () => {
  const { rig, seen } = await connectRaw({ limits: stalling });
  seen.connection.send(flood);
  await new Promise(setImmediate);
  tick(rig, 4);
  assert.is(seen.ends, 0);
  tick(rig, 1);
  assert.is(seen.ends, 1);
});

test('a peer that reads slowly but steadily is kept', async () => {
  const { rig, seen, raw } = await connectRaw({ limits: stalling });
  const connection = seen.connection as WsConnection;
  connection.send(flood.repeat(3));
  await new Promise(setImmediate);
  for (let i = 0; i < 4; i += 1) {
    tick(rig, 3);
    const before = connection.bytesTaken;
    await raw.read(3 * 1024 * 1024);
    while (connection.bytesTaken === before) await new Promise(setImmediate);
    assert.ok(connection.bufferedBytes > narrow.socket_buffer_bytes, 'still behind');
  }
  assert.is(seen.ends, 0);
});

test('a peer that still reads what stood before a ping is not missed for its pong', async () => {
  const { rig, seen, raw } = await connectRaw({ limits: { ...narrow, ...heartbeat.limits } });
  const connection = seen.connection as WsConnection;
  connection.send(flood.repeat(3));
  await new Promise(setImmediate);
  for (let round = 0; round < 2; round += 1) {
    tick(rig, 2);
    const before = connection.bytesTaken;
    await raw.read(3 * 1024 * 1024);
    while (connection.bytesTaken === before) await new Promise(setImmediate);
    tick(rig, 2);
  }
  assert.is(seen.ends, 0);
  tick(rig, 3);
  assert.is(seen.ends, 1);
});

test.run();
