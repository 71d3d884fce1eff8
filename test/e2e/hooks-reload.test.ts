import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: reload of hooks, and threads that break');

/** Hooks that mark what passes them with the version of their file. */
const marks = (version: number) => `
  import { setTimeout as wait } from 'node:timers/promises';
  import { defineHooks } from 'holdfast/hooks';
  export const marks = defineHooks({
    topics: ['/marked'],
    async before_publish({ data }) {
      await wait(1);
      return { change: { data: [data, ${version}] } };
    },
    async before_delivery({ data }) {
      await wait(1);
      return { change: { data: [...data, ${version}] } };
    },
  });`;

/** What they do at the first attempt of a message, and not at the second. */
const broken = `
  import { appendFileSync, existsSync } from 'node:fs';
  import { defineHooks } from 'holdfast/hooks';
  const isFirst = data => {
    const file = new URL('seen-' + data, import.meta.url);
    const isThere = existsSync(file);
    appendFileSync(file, '.');
    return !isThere;
  };
  export const broken = defineHooks({
    topics: ['/broken'],
    before_delivery({ data }) {
      if (data === 'loops' && isFirst(data)) for (;;);
      if (data === 'exits' && isFirst(data)) process.exit(3);
    },
    before_publish({ data }) {
      if (data === 'ends' && isFirst(data)) process.exit(3);
      if (data === 'hangs') return new Promise(() => {});
      if (data === 'slow') return new Promise(resolve => setTimeout(resolve, 100));
    },
  });`;

let files: OperatorFiles;
let stage: Stage;

test.before.each(async () => {
  files = new OperatorFiles({ 'marks.js': marks(1), 'broken.js': broken });
  stage = await Stage.set({ folder: files.folder, hooks: ['*.js'], limits: { extension_stall_ms_max: 1_000 } });
});
test.after.each(async () => {
  await stage.strike();
  files.remove();
});

test('a reload under load loses nothing, brings nothing twice and keeps the order', async () => {
  const user = await stage.user();
  await user.subscribe('/marked', { delivery_batch_size: 7, max_in_flight: 14 });
  const count = 300;
  const publishing = Promise.all(Array.from({ length: count }, (_, n) => user.publish('/marked', n)));
  const seen: [number, number, number][] = [];
  for (let version = 2; seen.length < count; version += 1) {
    const until = Math.min(count, seen.length + 60);
    while (seen.length < until) {
      const delivery = await user.deliveries.next();
      seen.push(...(dataOf(delivery.messages) as [number, number, number][]));
      user.ack(delivery);
    }
    files.write('marks.js', marks(version));
    await stage.admin.call('config.reload', {});
  }
  await publishing;
  assert.equal(
    seen.map(([n]) => n),
    Array.from({ length: count }, (_, n) => n),
  );
  assert.ok(new Set(seen.map(([, , version]) => version)).size >= 3, 'several versions had their turn');
});

test('hooks that a reload takes away are asked no more, and those that it brings are', async () => {
  const user = await stage.user();
  await user.subscribe('/marked');
  files.remove('marks.js');
  await stage.admin.call('config.reload', {});
  await user.publish('/marked', 'bare');
  files.write('marks.js', marks(2));
  await stage.admin.call('config.reload', {});
  await user.publish('/marked', 'marked');
  assert.equal(dataOf(await user.take(2)), ['bare', ['marked', 2, 2]]);
});

test('a file with a fault leaves the hooks as they were', async () => {
  const user = await stage.user();
  await user.subscribe('/marked');
  files.write(
    'marks.js',
    `import { defineHooks } from 'holdfast/hooks'; export const h = defineHooks({ topics: [] });`,
  );
  const error = await refused(stage.admin.call('config.reload', {}), 'conflict');
  assert.match(error.message, files.path('marks.js'));
  await user.publish('/marked', 'as before');
  assert.equal(dataOf(await user.take(1)), [['as before', 1, 1]]);
});

test('a hook that loops for ever, or ends its thread, holds up its message and no one else', async () => {
  const user = await stage.user();
  await user.subscribe('/broken', { wait_non_sock_err: 0.05 });
  await user.subscribe('/free');
  for (const data of ['loops', 'exits']) {
    await user.publish('/broken', data);
    await user.publish('/free', 'meanwhile');
    assert.equal(dataOf(await user.take(1)), ['meanwhile']);
    assert.equal(dataOf(await user.take(1)), [data]);
  }
});

test('a publish whose hook ends its thread did not happen, and may be repeated', async () => {
  const user = await stage.user();
  await user.subscribe('/broken');
  const { data } = await refused(user.publish('/broken', 'ends'), 'internal_error');
  assert.equal([data.outcome, data.retryable], ['definite', true]);
  for (let isPublished = false; !isPublished; ) {
    isPublished = await user.publish('/broken', 'ends').then(
      () => true,
      () => false,
    );
  }
  assert.equal(dataOf(await user.take(1)), ['ends']);
});

test('a server that stops lets hooks end, and tells those who wait too long that nothing was published', async () => {
  const [patient, other] = [await stage.user(), await stage.user()];
  await stage.admin.subscribe('/broken', { name: 'broken' });
  await stage.admin.subscribe('/free', { name: 'free' });
  const hangs = patient.publish('/broken', 'hangs');
  const behind = patient.publish('/free', 'behind');
  const slow = other.publish('/broken', 'slow');
  // It was read after the others, so they are with their hooks.
  await other.call('ping', {});
  const restarted = stage.restart();
  const { data } = await refused(hangs, 'overloaded');
  assert.equal([data.outcome, data.retryable], ['definite', true]);
  assert.ok((await slow) && (await behind));
  await restarted;
  await stage.admin.subscribe('/broken', { name: 'broken' });
  await stage.admin.subscribe('/free', { name: 'free' });
  assert.equal(dataOf(await stage.admin.take(2)).sort(), ['behind', 'slow']);
});

test.run();
