import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: reload of services, and threads that break');

/** A service that tells which version of its file has handled what. */
const teller = (version: number, shared = '') => `
  import { setTimeout as wait } from 'node:timers/promises';
  import { defineService } from 'holdfast/services';
  ${shared}
  export const teller = defineService({
    name: 'teller',
    options: { delivery_batch_size: 5 },
    async handle(messages, context) {
      await wait(2);
      for (const { data, delivery_count } of messages) await context.publish('/told', [${version}, data, delivery_count]);
    },
  });`;

/** What each service does at the first attempt of a message, and not at the second. */
const broken = `
  import { defineService } from 'holdfast/services';
  const first = act => ({
    options: { wait_non_sock_err: 0.01 },
    async handle([message], context) {
      if (message.delivery_count === 1) await act();
      else await context.publish('/survived', message.data);
    },
  });
  export const loops = defineService({ name: 'loops', ...first(() => { for (;;); }) });
  export const exits = defineService({ name: 'exits', ...first(() => process.exit(3)) });
  export const throwsLater = defineService({ name: 'throws-later', ...first(() => new Promise(() => {
    setTimeout(() => { throw new Error('nobody catches this'); });
  })) });
  export const eats = defineService({ name: 'eats', ...first(() => {
    const kept = [];
    for (;;) kept.push(new Array(1e5).fill(kept.length));
  }) });
  export const forgets = defineService({
    name: 'forgets',
    async handle(messages, context) {
      Promise.reject(new Error('nobody hears of this'));
      await new Promise(setImmediate);
      await context.publish('/survived', 'forgot');
    },
  });`;

let files: OperatorFiles;
let stage: Stage;

test.before.each(async () => {
  files = new OperatorFiles({ 'teller.js': teller(1), 'broken.js': broken });
  const limits = {
    extension_ping_ms: 50,
    extension_stall_ms_max: 300,
    extension_restart_ms: 50,
    extension_heap_bytes_max: 32 * 1024 * 1024,
  };
  stage = await Stage.set({ folder: files.folder, services: ['*.js'], limits });
});
test.after.each(async () => {
  await stage.strike();
  files.remove();
});

test('a reload under load loses nothing and brings nothing twice', async () => {
  await stage.admin.subscribe('/told', { name: 'told' });
  let published = 0;
  let isOver = false;
  const publishing = (async () => {
    while (!isOver) await stage.admin.publish('teller', published++);
  })();
  const told: [version: number, data: number, deliveries: number][] = [];
  const read = async () => {
    const delivery = await stage.admin.deliveries.next();
    told.push(...(dataOf(delivery.messages) as typeof told));
    stage.admin.ack(delivery);
  };
  for (const version of [1, 2, 3, 4]) {
    files.write('teller.js', teller(version));
    await stage.admin.call('config.reload', {});
    while (told.at(-1)?.[0] !== version) await read();
  }
  isOver = true;
  await publishing;
  while (told.length < published) await read();
  assert.equal(
    told.map(([, data]) => data),
    Array.from({ length: published }, (_, n) => n),
  );
  assert.ok(told.every(([, , deliveries]) => deliveries === 1));
  assert.equal([...new Set(told.map(([version]) => version))], [1, 2, 3, 4]);
});

test('a reload takes modules that files import anew as well', async () => {
  files.write('shared/word.js', `export const word = 'old';`);
  const service = teller(1).replace('[1, data', '[word, data');
  files.write('teller.js', `import { word } from './shared/word.js';${service}`);
  await stage.admin.call('config.reload', {});
  files.write('shared/word.js', `export const word = 'new';`);
  await stage.admin.call('config.reload', {});
  await stage.admin.subscribe('/told');
  await stage.admin.publish('teller', 1);
  assert.equal(dataOf(await stage.admin.take(1)), [['new', 1, 1]]);
});

test('a file with a fault leaves everything as it was, and the error says where it is', async () => {
  files.write('teller.js', 'export const = 1;');
  const error = await refused(stage.admin.call('config.reload', {}), 'conflict');
  assert.match(error.message, files.path('teller.js'));
  assert.match(error.message, 'SyntaxError');
  await stage.admin.subscribe('/told');
  await stage.admin.publish('teller', 'still here');
  assert.equal(dataOf(await stage.admin.take(1)), [[1, 'still here', 1]]);
});

test('a service that is added is there, and one whose file has gone keeps its messages until it is back', async () => {
  await stage.admin.subscribe('/told', { name: 'told' });
  await stage.admin.publish('teller', 1);
  assert.is((await stage.admin.take(1)).length, 1);
  files.remove('teller.js');
  files.write('new.js', teller(9).replaceAll('teller', 'newcomer'));
  await stage.admin.call('config.reload', {});
  await stage.admin.publish('teller', 'waits');
  await stage.admin.publish('newcomer', 'goes');
  assert.equal(dataOf(await stage.admin.take(1)), [[9, 'goes', 1]]);
  files.write('teller.js', teller(2));
  await stage.admin.call('config.reload', {});
  assert.equal(dataOf(await stage.admin.take(1)), [[2, 'waits', 1]]);
});

test('a fault in what else is declared keeps the old services, and a new one may be declared a subscription at once', async () => {
  const route = { username: 'admin', name: 'for-new', topic_name_list: ['/for-new'], service_name: 'newcomer' };
  files.write('new.js', teller(9).replaceAll('teller', 'newcomer'));
  stage.configure({ subscriptions: [route, { ...route, name: 'x', service_name: 'nobody' }] });
  const error = await refused(stage.admin.call('config.reload', {}), 'conflict');
  assert.match(error.message, /subscriptions\[1\]: service_name .*not nobody: .*newcomer/);
  await stage.admin.publish('newcomer', 'to no service');
  stage.configure({ subscriptions: [route] });
  await stage.admin.call('config.reload', {});
  await stage.admin.subscribe('/told');
  await stage.admin.publish('/for-new', 'subscribed');
  assert.equal(dataOf(await stage.admin.take(1)), [[9, 'subscribed', 1]]);
});

test('only administrators read the configuration again', async () => {
  const user = await stage.user();
  await refused(user.call('config.reload', {}), 'forbidden');
});

for (const name of ['loops', 'exits', 'throws-later', 'eats']) {
  test(`a service that ${name} ends its thread, and its message comes again in a fresh one`, async () => {
    await stage.admin.subscribe('/survived');
    await stage.admin.publish(name, name);
    // The broker itself goes on meanwhile.
    await stage.admin.call('ping', {});
    assert.equal(dataOf(await stage.admin.take(1)), [name]);
    await stage.admin.subscribe('/told');
    await stage.admin.publish('teller', 'after all');
    assert.equal(dataOf(await stage.admin.take(1)), [[1, 'after all', 1]]);
  });
}

test('a thread that broke while a file has a fault comes back once the file is mended', async () => {
  await stage.admin.subscribe('/survived');
  files.write('teller.js', 'export const = 1;');
  await stage.admin.publish('exits', 'patient');
  await refused(stage.admin.call('config.reload', {}), 'conflict');
  files.write('teller.js', teller(2));
  assert.equal(dataOf(await stage.admin.take(1)), ['patient']);
});

test('a service that cannot have its topics is told by its file, and all stays as it was', async () => {
  const names = Array.from({ length: 1_001 }, (_, n) => `'/many/${n}/*'`);
  files.write('many.js', teller(1).replace("name: 'teller'", `name: 'many', topics: [${names}]`));
  files.write('teller.js', teller(2));
  const error = await refused(stage.admin.call('config.reload', {}), 'conflict');
  assert.match(error.message, /many\.js: service many: .*subscription_topics_max/);
  await stage.admin.subscribe('/told');
  await stage.admin.publish('teller', 1);
  assert.equal(dataOf(await stage.admin.take(1)), [[1, 1, 1]]);
});

test('a rejected promise that nobody looks after ends nothing', async () => {
  await stage.admin.subscribe('/survived');
  await stage.admin.publish('forgets', 1);
  assert.equal(dataOf(await stage.admin.take(1)), ['forgot']);
});

test.run();
