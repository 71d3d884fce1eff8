import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RawClient } from './raw-client.js';
import { auth, Rig, stopRigs } from './rig.js';

const test = suite('transport: stop');

test.after.each(stopRigs);

test('a server that drains refuses what is new, and what is there still gets its answers', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  rig.drain();
  assert.is((await rig.refused({ auth })).status, 503);
  assert.is((await rig.ask('POST', '/rpc', { auth }, '{}')).status, 503);
  assert.is((await rig.ask('GET', '/health/ready')).status, 503);
  assert.is((await rig.ask('GET', '/health/live')).status, 200);
  const answered = once(client, 'message');
  seen.connection.send('an answer that was due');
  assert.is(String((await answered)[0]), 'an answer that was due');
});

test('a server that drains reads nothing more, whatever the session wishes', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  rig.drain();
  seen.connection.resume();
  const closed = once(client, 'close');
  client.send('too late');
  assert.is((await rig.ask('GET', '/health/live')).status, 200);
  await rig.stop();
  await closed;
  assert.equal(seen.texts, []);
});

test('an upgrade whose password is being checked when the server begins to drain is refused', async () => {
  let admit = () => {};
  const verify = async () => {
    await new Promise<void>(resolve => {
      admit = resolve;
    });
    return { endpointId: 1, username: 'crm' };
  };
  const rig = await Rig.start({ credentials: { verify } });
  const refused = rig.refused({ auth });
  // Once a later request is answered, the check of this one is under way.
  await rig.ask('GET', '/health/live');
  rig.drain();
  admit();
  assert.is((await refused).status, 503);
});

test('an upgrade whose password waits to be checked is refused at once, and does not hold a stop up', async () => {
  let admit = () => {};
  const verify = async () => {
    await new Promise<void>(resolve => {
      admit = resolve;
    });
    return null;
  };
  const rig = await Rig.start({ credentials: { verify } });
  const refused = rig.refused({ auth });
  // Once a later request is answered, the check of this one is under way.
  await rig.ask('GET', '/health/live');
  await rig.stop();
  assert.is((await refused).status, 503);
  const told = rig.log.length;
  admit();
  await new Promise(setImmediate);
  assert.is(rig.log.length, told, 'nobody is there any more to be told that the password was wrong');
});

test('a server that stops says all it had to say, closes with 1001, and leaves nothing behind', async () => {
  const rig = await Rig.start();
  const all: Awaited<ReturnType<Rig['connect']>>[] = [];
  for (let i = 0; i < 20; i += 1) all.push(await rig.connect());
  const closes = all.map(async ({ client, seen }, i) => {
    const texts: string[] = [];
    client.on('message', data => texts.push(data.toString()));
    seen.connection.send(`last ${i}`);
    const [code] = await once(client, 'close');
    return [texts, code];
  });
  await rig.stop();
  assert.equal(
    await Promise.all(closes),
    all.map((_, i) => [[`last ${i}`], 1001]),
  );
  assert.ok(all.every(({ seen }) => seen.ends === 1));
  assert.equal([rig.counters.connections, rig.isTicking], [0, false]);
});

test('a second stop ends when the first does', async () => {
  const rig = await Rig.start();
  await rig.connect();
  const first = rig.stop();
  await rig.stop();
  assert.is(rig.counters.connections, 0);
  await first;
});

test('a peer that does not answer the close does not hold the server up', async () => {
  const rig = await Rig.start({ limits: { close_wait_ms_max: 20 } });
  await RawClient.connect(rig.port);
  await rig.stop();
  assert.is(rig.seen[0]!.ends, 1);
});

test('a request that is being answered is answered before the server is gone', async () => {
  let finish = () => {};
  let asked = () => {};
  const isAsked = new Promise<void>(resolve => {
    asked = resolve;
  });
  const rig = await Rig.start({
    limits: { close_wait_ms_max: 60_000 },
    rpc: () =>
      new Promise(resolve => {
        finish = () => resolve('"done"');
        asked();
      }),
  });
  const answer = rig.ask('POST', '/rpc', { auth }, '{}');
  await isAsked;
  const stopped = rig.stop();
  finish();
  assert.is((await answer).text, '"done"');
  await stopped;
});

test.run();
