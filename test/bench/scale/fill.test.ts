import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Order } from '../../../bench/scale/fill/order.js';
import { patternOf } from '../../../bench/scale/names.js';
import { Child } from '../../../bench/subject/child.js';
import { openSqliteStore } from '../../../src/store/sqlite.js';

const fillMain = fileURLToPath(new URL('../../../bench/scale/fill/main.js', import.meta.url));

async function fill(file: string, orders: Order[]): Promise<unknown> {
  const child = new Child(fork(fillMain, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }));
  const replied = child.reply();
  child.send({ file, orders });
  const report = await replied;
  await child.kill();
  return report;
}

const filling = suite('scale: filling a store');
let folder = '';
filling.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-fill-'));
});
filling.after.each(() => rmSync(folder, { recursive: true }));

filling('puts subscriptions, topics and messages there, as a server reads them', async () => {
  const file = join(folder, 'holdfast.db');
  const store = openSqliteStore(file);
  await store.open();
  const endpoint = {
    username: 'admin',
    role: 'admin',
    credential: '',
    publishPatterns: [],
    subscribePatterns: ['/**'],
  };
  await store.commit([{ kind: 'create_endpoint', ...endpoint }]);
  await store.close();

  const report = await fill(file, [
    { kind: 'subscriptions', to: { topicName: '/a' }, namePrefix: 'absent-', count: 7 },
    { kind: 'subscriptions', to: 'patterns', namePrefix: 'wide-', count: 3 },
    { kind: 'messages', topicName: '/a', count: 12, dataBytes: 256, priorities: 3 },
    { kind: 'topics', prefix: '/topic-', count: 5 },
  ]);
  assert.equal(report, { report: 'filled' });

  const opened = openSqliteStore(file);
  const { topics, position } = await opened.open();
  assert.equal(
    topics.map(topic => topic.name).filter(name => !name.startsWith('/holdfast')),
    ['/a', ...[0, 1, 2, 3, 4].map(index => `/topic-00000${index}`)],
  );
  assert.ok(position >= 12);
  assert.equal([await opened.countInterest('/a'), await opened.countInterest(patternOf(2))], [7, 1]);
  const messages = await opened.readMessages([1, 2, 3, 4]);
  assert.equal(
    messages.map(message => message.priority),
    [9, 8, 7, 9],
  );
  const { data, ...members } = JSON.parse(`{${messages[1]!.body}}`) as Record<string, unknown>;
  assert.is(JSON.stringify(data).length, 256);
  assert.equal([members.topic_name, members.priority, members.size], ['/a', 8, 256]);
  await opened.close();
});

filling('tells why it could not', async () => {
  const report = (await fill(join(folder, 'none', 'x', '\0'), [])) as { report: string };
  assert.is(report.report, 'failed');
});

filling.run();
