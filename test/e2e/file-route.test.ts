import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Methods, Route } from '../../src/protocol/api.gen.js';
import { refused, Stage } from './stage.js';

type Options = Partial<Methods['subscription.create']['params']>;

const test = suite('e2e: routes to folders');

interface Out {
  path: string;
  names(): string[];
  read(name: string): string;
  /** Resolves when nothing of the subscription is open. */
  settled(): Promise<void>;
  lastError(): Promise<string | null>;
}

/** Carries a story out with a subscription of `/t` whose messages are written into a folder. */
async function play(
  { route = {}, ...options }: Options & { route?: Partial<Route> },
  story: (out: Out, stage: Stage, subKey: string) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-route-'));
  const path = join(root, 'out');
  mkdirSync(path);
  const stage = await Stage.set({ fileFolders: [path] });
  try {
    const { sub_key } = await stage.admin.call('subscription.create', {
      username: 'admin',
      name: 'files',
      topic_name: '/t',
      wait_sock_err: 0.01,
      wait_non_sock_err: 0.01,
      ...options,
      route: { folder: path, ...route },
    });
    const get = () => stage.admin.call('subscription.get', { sub_key });
    const out: Out = {
      path,
      names: () => readdirSync(path).sort(),
      read: name => readFileSync(join(path, name), 'utf8'),
      lastError: async () => (await get()).last_error,
      settled: async () => {
        while ((await get()).queue_depth > 0) {}
      },
    };
    await story(out, stage, sub_key);
  } finally {
    await stage.strike();
    rmSync(root, { recursive: true });
  }
}

test('each message is a file with its attributes, and its key is in none of them', async () => {
  await play({}, async (out, stage, subKey) => {
    const msgId = await stage.admin.publish('/t', { order: 17 }, { correl_id: 'c' });
    await out.settled();
    const [name, ...others] = out.names();
    assert.equal(others, []);
    const text = out.read(name!);
    const { msg_id, data, correl_id, topic_name, pub_time_iso } = JSON.parse(text);
    assert.equal([msg_id, data, correl_id, topic_name], [msgId, { order: 17 }, 'c', '/t']);
    assert.is(name, `${pub_time_iso.replaceAll(':', '_')}-${msgId}.json`);
    assert.not(text.includes(subKey));
    assert.not(text.includes('delivery_count'));
  });
});

test('data alone is written as text, as JSON and as bytes', async () => {
  const cases: [Route['encoding'], unknown, Buffer][] = [
    ['utf8', 'id;näme\n', Buffer.from('id;näme\n')],
    ['json', { a: [1] }, Buffer.from('{"a":[1]}')],
    ['base64', 'AP8K', Buffer.of(0, 0xff, 10)],
  ];
  for (const [encoding, data, content] of cases) {
    await play({ route: { encoding, file_name: '{msg_id}' } }, async (out, stage) => {
      const msgId = await stage.admin.publish('/t', data);
      await out.settled();
      assert.equal(out.names(), [msgId]);
      assert.equal(readFileSync(join(out.path, msgId)), content);
    });
  }
});

test('names are made of attributes, lead nowhere else, and replace nothing', async () => {
  await play(
    { topic_name: '/t', route: { encoding: 'utf8', file_name: '{topic_name}-{correl_id}.txt' } },
    async (out, stage) => {
      const first = await stage.admin.publish('/t', 'one', { correl_id: '../../ü x' });
      const second = await stage.admin.publish('/t', 'two', { correl_id: '../../ü x' });
      await out.settled();
      assert.is.not(first, second);
      const names = ['t-.._.._ü_x.txt', `t-.._.._ü_x.${second}.txt`];
      assert.equal(out.names(), names.toSorted());
      assert.equal(names.map(out.read), ['one', 'two']);
    },
  );
});

test('a folder that is not there uses up no retry, and everything comes in its order when it is', async () => {
  await play({ delivery_max_retry: 1, route: { file_name: '{msg_id}' } }, async (out, stage) => {
    renameSync(out.path, `${out.path}-away`);
    const ids: string[] = [];
    for (const data of ['a', 'b', 'c']) ids.push(await stage.admin.publish('/t', data));
    while ((await out.lastError()) === null) {}
    assert.match((await out.lastError())!, 'ENOENT');
    renameSync(`${out.path}-away`, out.path);
    await out.settled();
    assert.equal(out.names(), ids.toSorted());
  });
});

test('a link that leads out of the allowed folder is not followed', async () => {
  await play({}, async (out, stage) => {
    const elsewhere = `${out.path}-elsewhere`;
    mkdirSync(elsewhere);
    mkdirSync(join(out.path, 'in'));
    const { sub_key } = await stage.admin.call('subscription.create', {
      username: 'admin',
      topic_name: '/u',
      wait_sock_err: 0.01,
      route: { folder: join(out.path, 'in') },
    });
    rmSync(join(out.path, 'in'), { recursive: true });
    symlinkSync(elsewhere, join(out.path, 'in'));
    await stage.admin.publish('/u', 1);
    let error: string | null = null;
    while (error === null) error = (await stage.admin.call('subscription.get', { sub_key })).last_error;
    assert.match(error, /leads to .*elsewhere, which file_folders does not allow/);
    assert.equal(readdirSync(elsewhere), []);
  });
});

test('data that cannot be such a file is a failed attempt, and the others are written', async () => {
  await play({ delivery_max_retry: 2, route: { encoding: 'utf8', file_name: '{msg_id}' } }, async (out, stage) => {
    await stage.admin.subscribe('/holdfast/dead-letter');
    await stage.admin.publish('/t', { no: 'text' });
    const id = await stage.admin.publish('/t', 'text');
    const [letter] = await stage.admin.take(1);
    assert.equal(letter!.data, { no: 'text' });
    await out.settled();
    assert.equal(out.names(), [id]);
  });
});

test('what was written before a crash is not written again', async () => {
  await play({ route: { file_name: '{msg_id}.txt', encoding: 'utf8' } }, async (out, stage, subKey) => {
    await stage.admin.call('subscription.update', { sub_key: subKey, active_status: 'pub-only' });
    const msgId = await stage.admin.publish('/t', 'x');
    // As after a crash between the file and its settlement, with another one half-written beside it.
    writeFileSync(join(out.path, `${msgId}.txt`), 'x');
    writeFileSync(join(out.path, '.holdfast-0123456789ab-1.tmp'), 'ha');
    const [message] = (await stage.admin.call('queue.browse', { sub_key: subKey })).messages;
    assert.is(message!.msg_id, msgId);
    await stage.admin.call('subscription.update', {
      sub_key: subKey,
      delivery_method: 'pull',
      active_status: 'pub-sub',
    });
    const pulled = await stage.admin.call('pull', { sub_key: subKey });
    await stage.admin.call('nack', {
      sub_key: subKey,
      msg_id_list: pulled.messages.map(({ msg_id }) => msg_id),
      delay: 0,
    });
    await stage.admin.call('subscription.update', { sub_key: subKey, delivery_method: 'notify' });
    await out.settled();
    assert.equal(out.names(), [`${msgId}.txt`]);
  });
});

test('a message that is edited after a failed attempt had written it is written as it is then', async () => {
  const options = { wait_non_sock_err: 60, delivery_err_should_block: true };
  await play({ ...options, route: { file_name: '{msg_id}', encoding: 'utf8' } }, async (out, stage, sub_key) => {
    await stage.admin.call('subscription.update', { sub_key, active_status: 'pub-only' });
    const msg_id = await stage.admin.publish('/t', 'old');
    const wrong = await stage.admin.publish('/t', { no: 'text' });
    await stage.admin.call('subscription.update', { sub_key, active_status: 'pub-sub' });
    while ((await out.lastError()) === null) {}
    assert.equal(out.names(), [msg_id]);
    await stage.admin.call('queue.update', { sub_key, msg_id, data: 'new' });
    await stage.admin.call('queue.delete', { sub_key, msg_id: wrong });
    await stage.admin.call('queue.hold', { sub_key, msg_id });
    await stage.admin.call('queue.release', { sub_key, msg_id });
    await stage.admin.call('subscription.update', { sub_key, wait_non_sock_err: 0.01 });
    await out.settled();
    assert.equal(out.names().map(out.read), ['old', 'new']);
  });
});

test('a folder that may not be written makes messages wait', async () => {
  if (process.getuid?.() === 0) return;
  await play({ route: { file_name: '{msg_id}' } }, async (out, stage) => {
    chmodSync(out.path, 0o500);
    const id = await stage.admin.publish('/t', 1);
    while ((await out.lastError()) === null) {}
    assert.match((await out.lastError())!, 'EACCES');
    chmodSync(out.path, 0o700);
    await out.settled();
    assert.equal(out.names(), [id]);
  });
});

test('thousands of messages are thousands of whole files', async () => {
  await play({ route: { file_name: '{msg_id}', encoding: 'utf8' } }, async (out, stage) => {
    const ids = await Promise.all(Array.from({ length: 1_500 }, (_, index) => stage.admin.publish('/t', `n${index}`)));
    await out.settled();
    assert.equal(out.names(), ids.toSorted());
    assert.equal(
      ids.map(out.read),
      ids.map((_, index) => `n${index}`),
    );
  });
});

test('a route that cannot be is refused with its place', async () => {
  await play({}, async (out, stage) => {
    const wrong: [Route, RegExp][] = [
      [{ folder: '/etc' }, /route\.folder is not below any of file_folders/],
      [{ folder: `${out.path}/../x` }, /route\.folder is not below/],
      [{ folder: 'out' }, /route\.folder must be an absolute path/],
      [{ folder: out.path, url: 'https://shop.example' }, /route must have either url or folder/],
      [{}, /route must have either url or folder/],
      [{ folder: out.path, method: 'PUT' }, /route\.method is for a route with a url/],
      [{ url: 'https://shop.example', encoding: 'json' }, /route\.encoding is for a route with a folder/],
      [{ folder: out.path, file_name: '../{msg_id}' }, /route\.file_name .*without \//],
      [{ folder: out.path, file_name: '{secret}' }, /route\.file_name has no attribute for \{secret\}/],
      [{ folder: out.path, file_name: '{msg_id' }, /route\.file_name has a brace/],
      [{ folder: out.path, file_name: '.{msg_id}' }, /must not begin with a dot/],
    ];
    for (const [route, reason] of wrong) {
      const call = stage.admin.call('subscription.create', { username: 'admin', topic_name: '/t', route });
      assert.match((await refused(call, 'invalid_params')).message, reason);
    }
    const user = await stage.user();
    const own = await user.subscribe('/t');
    const asked = user.call('subscription.update', { sub_key: own, route: { folder: out.path } });
    await refused(asked, 'forbidden');
  });
});

test.run();
