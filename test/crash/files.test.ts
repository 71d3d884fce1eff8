import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../src/protocol/api.gen.js';
import { drop, folderOf, stopFolders } from '../transport/files/folder.js';
import { admin, BrokerProcess, realServer } from './broker-process.js';

const test = suite('crash: files');
const filesInAll = 600;
const kills = 8;

test.after(stopFolders);

async function call<Result>({ url }: BrokerProcess, method: string, params: object): Promise<Result> {
  const response = await fetch(`${url.replace('ws', 'http').replace(/\/ws$/, '')}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${admin.username}:${admin.password}`)}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: Result; error?: object };
  assert.is(error, undefined);
  return result;
}

test('a server that is killed again and again loses no file and publishes none twice', async () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-crash-files-'));
  const folder = folderOf();
  const config = join(root, 'config.json');
  const markers = drop(folder, { pattern: '*.marked', finished: { marker: '.done' } });
  const limits = { batch_requests_max: 1_000 };
  writeFileSync(config, JSON.stringify({ file_drops: [markers, drop(folder)], limits }));
  const env = {
    HOLDFAST_CONFIG: config,
    HOLDFAST_STORE: `sqlite:${join(root, 'test.db')}`,
    HOLDFAST_LOG_LEVEL: 'error',
  };
  const start = async () => {
    const server = new BrokerProcess(realServer, env);
    await server.ready;
    return server;
  };
  let server = await start();
  const subscription = { username: 'admin', name: 'all', topic_name: '/files/in' };
  const { sub_key } = await call<{ sub_key: string }>(server, 'subscription.create', subscription);

  const names = Array.from({ length: filesInAll }, (_, index) => (index % 3 === 0 ? `${index}.marked` : `${index}`));
  for (let killed = 0, dropped = 0; killed < kills; killed += 1) {
    const until = Math.round((filesInAll * (killed + 1)) / kills);
    for (; dropped < until; dropped += 1) {
      folder.rename(names[dropped]!, names[dropped]!);
      if (names[dropped]!.endsWith('.marked')) folder.rename(`${names[dropped]}.done`, '');
    }
    // In the middle of what it does with them: a bit further each time.
    const before = folder.count('done');
    await folder.until(() => folder.count('done') > before + killed * 3);
    server.kill('SIGKILL');
    await server.ended;
    server = await start();
  }
  await folder.until(() => folder.count('done') === filesInAll && folder.isIdle);

  const got: unknown[] = [];
  while (got.length < filesInAll) {
    const params = { sub_key, max_messages: 1_000 };
    const { messages } = await call<{ messages: Message[] }>(server, 'pull', params);
    got.push(...messages.map(({ data }) => data));
    if (messages.length === 0) break;
    await call(server, 'ack', { sub_key, msg_id_list: messages.map(({ msg_id }) => msg_id) });
  }
  assert.equal(got.toSorted(), names.toSorted());
  const { queue_depth } = await call<{ queue_depth: number }>(server, 'subscription.get', { sub_key });
  assert.is(queue_depth, 0);
  assert.equal(folder.all(), names.map(name => `done/${name}`).sort());
  server.kill('SIGTERM');
  assert.is((await server.ended).code, 0);
  rmSync(root, { recursive: true });
});

test.run();
