/**
 * A warehouse that knows nothing but files: it puts orders into a folder, and finds confirmations in another one. Between
 * them a program that knows nothing of files.
 *
 *     npm run build && node build/examples/file-transfer.js
 */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
const drop = join(folder, 'in');
const out = join(folder, 'out');
for (const path of [drop, out]) mkdirSync(path);

const config = join(folder, 'config.json');
writeFileSync(
  config,
  JSON.stringify({
    endpoints: [{ username: 'warehouse', password: 'secret', patterns: ['pub=/order/new', 'sub=/order/confirmed'] }],
    file_drops: [
      { folder: 'in', pattern: '*.csv', topic_name: '/order/new', username: 'warehouse', finished: 'rename' },
      {
        folder: 'in',
        pattern: '*.json',
        topic_name: '/order/new',
        username: 'warehouse',
        encoding: 'json',
        finished: 'rename',
      },
    ],
    file_folders: ['out'],
    subscriptions: [
      {
        username: 'warehouse',
        name: 'confirmations',
        topic_name_list: ['/order/confirmed'],
        route: { folder: out, file_name: '{correl_id}.txt', encoding: 'utf8' },
      },
    ],
  }),
);
const server = await startServer(
  loadConfig({
    argv: [
      '--config',
      config,
      '--port',
      '0',
      '--store',
      `sqlite:${join(folder, 'example.db')}`,
      '--log-level',
      'error',
    ],
    env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
  }),
);

/** A call of the administrator. */
async function call(method: string, params: object) {
  const response = await fetch(`${server.url}/rpc`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('admin:secret')}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: Record<string, unknown>; error?: object };
  assert.equal(error, undefined);
  return result;
}

/** Resolves when the file is there. */
function appears(path: string): Promise<void> {
  return new Promise(resolve => {
    const watcher = watch(join(path, '..'), look);
    function look() {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

/** Writes beside the folder and renames into it, so that nobody sees half of it. */
function put(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
  renameSync(join(folder, name), join(drop, name));
}

const { sub_key } = await call('subscription.create', {
  username: 'admin',
  name: 'orders',
  topic_name: '/order/new',
});

// The warehouse drops two orders, and one that it got wrong.
put('17.csv', 'item;count\nlamp;3\n');
const [csv] = (await call('pull', { sub_key, wait: 30 })).messages as Message[];
console.log(`${csv!.user_ctx.file.name}: ${JSON.stringify(csv!.data)}`);
put('18.json', '{"item": "chair", "count": 1}');
await call('ack', { sub_key, msg_id_list: [csv!.msg_id] });
const [json] = (await call('pull', { sub_key, wait: 30 })).messages as Message[];
console.log(`${json!.user_ctx.file.name}: ${JSON.stringify(json!.data)}`);
await call('ack', { sub_key, msg_id_list: [json!.msg_id] });
put('19.json', '{"item": "table", "count": }');
await appears(join(drop, 'failed', '19.json'));
console.log(
  readFileSync(join(drop, 'failed', '19.json.reason.txt'), 'utf8')
    .split(':')
    .slice(0, 2)
    .join(':'),
);
await appears(join(drop, 'done', '18.json'));
console.log(`done: ${readdirSync(join(drop, 'done')).join(', ')}`);

// The program confirms, and the warehouse finds a file.
await call('publish', { topic_name: '/order/confirmed', data: '3 lamps on Monday\n', correl_id: '17' });
await appears(join(out, '17.txt'));
console.log(readFileSync(join(out, '17.txt'), 'utf8').trim());

await server.stop();
rmSync(folder, { recursive: true });

interface Message {
  msg_id: string;
  data: unknown;
  user_ctx: { file: { name: string } };
}

// Prints:
// 17.csv: "item;count\nlamp;3\n"
// 18.json: {"item":"chair","count":1}
// Not published to /order/new: it is not JSON, which the encoding of its drop asks for
// done: 17.csv, 18.json
// 3 lamps on Monday
