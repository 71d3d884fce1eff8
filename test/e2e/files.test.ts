import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../src/protocol/api.gen.js';
import type { FileDrop } from '../../src/transport/files/drop.js';
import { drop, type Folder, folderOf, stopFolders } from '../transport/files/folder.js';
import type { Client } from './client.js';
import { dataOf, refused, Stage, type StageChanges } from './stage.js';

const test = suite('e2e: files');

test.after.each(stopFolders);

/** Carries a story out with a folder whose files are published to `/files/in`, and a subscriber. */
async function play(
  changes: Partial<FileDrop>,
  story: (folder: Folder, subscriber: Client, stage: Stage) => Promise<void>,
  more: Partial<StageChanges> = {},
): Promise<void> {
  const folder = folderOf();
  const limits = { file_hint_ms: 1, file_look_ms: 20, file_rest_ms: 20, frame_bytes_max: 100_000 };
  const stage = await Stage.set({ fileDrops: [drop(folder, changes)], limits, ...more });
  try {
    await stage.admin.subscribe('/files/in');
    await story(folder, stage.admin, stage);
  } finally {
    await stage.strike();
  }
}

test('a file is published once, with its name, size and time, and is in done then', async () => {
  await play({ mime_type: 'text/csv', priority: 7 }, async (folder, subscriber) => {
    folder.rename('orders.csv', 'id\n1\n');
    const [message] = (await subscriber.take(1)) as [Message];
    const { data, mime_type, priority, user_ctx } = message;
    assert.equal([data, mime_type, priority], ['id\n1\n', 'text/csv', 7]);
    const mtime_iso = folder.stat('orders.csv', 'done').mtime.toISOString();
    assert.equal(user_ctx, { file: { name: 'orders.csv', size: 5, mtime_iso } });
    await folder.until(() => folder.isIdle);
    assert.equal(folder.all(), ['done/orders.csv']);
  });
});

test('the same content under the same name is published again when it is dropped again', async () => {
  await play({}, async (folder, subscriber) => {
    for (const _ of [1, 2]) {
      folder.rename('a.txt', 'same');
      assert.equal(dataOf(await subscriber.take(1)), ['same']);
      await folder.until(() => folder.isIdle);
    }
    const [first, second, ...others] = folder.list('done').toSorted((a, b) => b.length - a.length);
    assert.match(first!, /^a\.[0-9a-v]{8}\.txt$/);
    assert.equal([second, others], ['a.txt', []]);
  });
});

const failures: [what: string, changes: Partial<FileDrop>, content: string | Uint8Array, reason: RegExp][] = [
  ['what is no UTF-8, with the advice to use base64', {}, Uint8Array.of(0xff, 0xfe), /not UTF-8.*"base64"/],
  ['what is no JSON', { encoding: 'json' }, '{"a": 1,}', /is not JSON, which the encoding .*position 8/],
  ['an empty file where JSON is wanted', { encoding: 'json' }, '', /is not JSON/],
  ['JSON that leaves its place', { encoding: 'json' }, '1},"x":{"y":2', /is not JSON/],
  ['JSON that is nested too deeply', { encoding: 'json' }, '['.repeat(64) + ']'.repeat(64), /nested too deeply/],
  ['what is too large', {}, 'x'.repeat(100_001), /100001 bytes, and limits.frame_bytes_max allows for 100000/],
  ['what is too large as base64', { encoding: 'base64' }, 'x'.repeat(75_001), /100004 bytes/],
  ['what is too large as JSON', {}, '"'.repeat(60_000), /120002 bytes/],
  ['what is refused by the schema of the topic', { topic_name: '/files/checked' }, 'x', /number/],
];

for (const [what, changes, content, reason] of failures) {
  test(`${what} is moved to failed with the reason beside it`, async () => {
    const more = { topics: [{ topicName: '/files/checked', options: { schema: { type: 'number' } } }] };
    await play(
      changes,
      async folder => {
        folder.rename('a.in', content);
        await folder.until(() => folder.list('failed').length === 2 && folder.isIdle);
        assert.equal(folder.all(), ['failed/a.in', 'failed/a.in.reason.txt']);
        assert.match(folder.read('a.in.reason.txt', 'failed'), reason);
        assert.match(folder.read('a.in.reason.txt', 'failed'), /^Not published to \/files\//);
      },
      more,
    );
  });
}

test('JSON is the data as it was written, and base64 is the bytes', async () => {
  const json = { encoding: 'json' as const };
  await play(json, async (folder, subscriber) => {
    folder.rename('a', '\ufeff {"n": 12345678901234567890}\n');
    const [message] = await subscriber.take(1);
    assert.is(message!.mime_type, 'application/json');
    assert.is(message!.size, '{"n":12345678901234567890}'.length);
  });
  await play({ encoding: 'base64' }, async (folder, subscriber) => {
    folder.rename('a', Uint8Array.of(0, 0xff, 10));
    const [message] = await subscriber.take(1);
    assert.equal([message!.data, message!.mime_type], ['AP8K', 'application/octet-stream']);
  });
});

test('what the broker does not take now is tried again, and nothing has failed', async () => {
  await play({}, async (folder, subscriber, stage) => {
    await stage.admin.call('topic.update', { topic_name: '/files/in', is_active: false });
    folder.rename('a', '1');
    await folder.until(() => folder.list('.working').length === 1);
    folder.rename('b', '2');
    await stage.admin.call('topic.update', { topic_name: '/files/in', is_active: true });
    assert.equal(dataOf(await subscriber.take(2)), ['1', '2']);
    await folder.until(() => folder.isIdle);
    assert.equal(folder.all(), ['done/a', 'done/b']);
  });
});

test('the rights of the endpoint hold at the time of the publication', async () => {
  const warehouse = { username: 'warehouse', password: 'x', patterns: ['pub=/files/in'], role: 'user' as const };
  await play(
    { username: 'warehouse' },
    async (folder, subscriber, stage) => {
      folder.rename('a', '1');
      assert.is((await subscriber.take(1)).length, 1);
      await stage.admin.call('endpoint.update', { username: 'warehouse', patterns: ['pub=/other'] });
      folder.rename('b', '2');
      await folder.until(() => folder.list('failed').length === 2);
      assert.match(folder.read('b.reason.txt', 'failed'), /may not publish to \/files\/in/);
    },
    { endpoints: [warehouse] },
  );
});

test('thousands of files are published in the order in which they were written, each once', async () => {
  await play({}, async (folder, subscriber, stage) => {
    const names = Array.from({ length: 2_000 }, (_, index) => String(2_000 - index));
    stage.configure({ fileDrops: [] });
    await stage.admin.call('config.reload', {});
    for (const [index, name] of names.entries()) {
      folder.write(name, name);
      folder.date(name, index);
    }
    stage.configure({ fileDrops: [drop(folder)] });
    await stage.admin.call('config.reload', {});
    assert.equal(dataOf(await subscriber.take(names.length)), names);
    await folder.until(() => folder.isIdle);
    assert.equal(folder.list('done'), names.toSorted());
  });
});

test('a drop that cannot be used keeps the server from starting, and says why', async () => {
  const folder = folderOf();
  folder.write('plain', '');
  mkdirSync(join(folder.root, 'taken'));
  writeFileSync(join(folder.root, 'taken', 'done'), '');
  const wrong: [Partial<FileDrop>, RegExp][] = [
    [{ folder: join(folder.root, 'none') }, /^file_drops\[0\].folder .*none: there is no such folder: make it.$/],
    [{ folder: join(folder.path, 'plain') }, /plain is not a folder/],
    [{ folder: join(folder.root, 'taken') }, /taken\/done is not a folder/],
    [{ username: 'nobody' }, /^file_drops\[0\]: there is no endpoint "nobody"/],
    [{ username: 'poor' }, /may not publish to \/files\/in: grant it pub=\/files\/in.$/],
  ];
  const endpoints = [{ username: 'poor', password: 'x', patterns: [], role: 'user' as const }];
  for (const [changes, reason] of wrong) {
    const fault = await Stage.set({ fileDrops: [drop(folder, changes)], endpoints }).catch(error => error as Error);
    assert.instance(fault, Error);
    assert.match((fault as Error).message, reason);
  }
});

test('a reload takes over other drops, and keeps those before if these cannot be used', async () => {
  await play({}, async (folder, subscriber, stage) => {
    stage.configure({ fileDrops: [drop(folder, { folder: join(folder.root, 'none') })] });
    await refused(stage.admin.call('config.reload', {}), 'conflict');
    folder.rename('a', 'before');
    assert.equal(dataOf(await subscriber.take(1)), ['before']);
    stage.configure({ fileDrops: [drop(folder, { encoding: 'base64' })] });
    await stage.admin.call('config.reload', {});
    folder.rename('b', 'after');
    assert.equal(dataOf(await subscriber.take(1)), [btoa('after')]);
    stage.configure({ fileDrops: [] });
    await stage.admin.call('config.reload', {});
    await folder.until(() => folder.isIdle);
    folder.rename('c', 'nobody');
    await stage.restart();
    assert.ok(folder.all().includes('c'));
  });
});

test.run();
