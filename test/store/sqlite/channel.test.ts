import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Channel } from '../../../src/store/sqlite/channel.js';
import { StoreFailed, StoreFull } from '../../../src/store/store.js';
import { rejection } from '../conformance/bench.js';

interface Planted {
  channel: Channel;
  failures: StoreFailed[];
  /** Resolves with the first failure that is told. */
  failed: Promise<StoreFailed>;
}

async function plant(): Promise<Planted> {
  const failures: StoreFailed[] = [];
  let tell: (failure: StoreFailed) => void = () => {};
  const failed = new Promise<StoreFailed>(resolve => {
    tell = resolve;
  });
  const channel = new Channel(new URL('./planted-worker.js', import.meta.url), failure => {
    failures.push(failure);
    tell(failure);
  });
  assert.is(await channel.request('open', null), 'open');
  return { channel, failures, failed };
}

const test = suite('channel to a thread of the store');

test('answers each request with its own answer, whichever comes first', async () => {
  const { channel, failures } = await plant();
  const answers = [channel.request('later', 1), channel.request('echo', 2), channel.request('echo', 3)];
  assert.equal(await Promise.all(answers), [1, 2, 3]);
  await channel.end('close');
  assert.equal(failures, []);
});

test('a full disk fails its own request only', async () => {
  const { channel, failures } = await plant();
  assert.instance(await rejection(channel.request('full', null)), StoreFull);
  assert.is(await channel.request('echo', 1), 1);
  assert.equal(failures, []);
  await channel.end('close');
});

test('after an error of the disk nothing is tried any more, and it is told', async () => {
  const { channel, failures } = await plant();
  const failing = rejection(channel.request('fail', null));
  const waiting = rejection(channel.request('echo', 1));
  assert.match(((await failing) as StoreFailed).message, /SQLITE_IOERR: disk I\/O error/);
  assert.instance(await waiting, StoreFailed);
  assert.ok(failures.length > 0);
  assert.instance(await rejection(channel.end('close')), StoreFailed);
});

test('a failed thread can be abandoned', async () => {
  const { channel } = await plant();
  await rejection(channel.request('fail', null));
  await channel.end('abandon');
});

test('a failure after an answer is told although no request waits', async () => {
  const { channel, failed } = await plant();
  await channel.request('breakAfterwards', null);
  assert.match((await failed).message, /afterwards/);
  await channel.end('abandon');
});

for (const death of ['throwOutside', 'exit']) {
  test(`a thread that dies (${death}) fails what waits, and is told`, async () => {
    const { channel, failed } = await plant();
    const waiting = rejection(channel.request('hang', null));
    channel.request(death, null).catch(() => {});
    assert.instance(await waiting, StoreFailed);
    assert.instance(await failed, StoreFailed);
    await channel.end('abandon');
  });
}

test.run();
