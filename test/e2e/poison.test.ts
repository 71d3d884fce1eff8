import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: messages that end the thread of services and hooks, each time');

/** What is to happen with a message is its data. */
const files = {
  'hooks.js': `
    import { setTimeout as wait } from 'node:timers/promises';
    import { defineHooks } from 'holdfast/hooks';
    const acts = {
      exits: () => process.exit(3),
      exitsSoon: () => wait(5).then(() => process.exit(3)),
      throwsLater: () => new Promise(() => setTimeout(() => { throw new Error('nobody catches this'); })),
      loops: () => { for (;;); },
      isSlow: () => wait(100),
    };
    const act = async ({ data }) => { await acts[data]?.(); };
    export const atPublish = defineHooks({ topics: ['/in'], before_publish: act });
    export const atDelivery = defineHooks({ topics: ['/out'], before_delivery: act });`,
  'services.js': `
    import { defineService } from 'holdfast/services';
    const options = { delivery_max_retry: 1, wait_non_sock_err: 0.01, wait_sock_err: 3600 };
    export const loops = defineService({ name: 'loops', options, handle() { for (;;); } });
    export const quiet = defineService({
      name: 'quiet',
      options,
      handle: ([{ data }], context) => context.publish('/said', data),
    });`,
};

let folder: OperatorFiles;
let stage: Stage;

test.before(async () => {
  folder = new OperatorFiles(files);
  const limits = { extension_ping_ms: 50, extension_stall_ms_max: 300, extension_restart_ms: 1 };
  const patterns = { services: ['services.js'], hooks: ['hooks.js'] };
  stage = await Stage.set({ folder: folder.folder, ...patterns, limits });
  await stage.admin.subscribe('/holdfast/dead-letter');
});
test.after(async () => {
  await stage.strike();
  folder.remove();
});

test('a publish whose hook ends the thread did not happen, and its publisher is told so', async () => {
  const user = await stage.user();
  const { data } = await refused(user.publish('/in', 'exits'), 'internal_error');
  assert.equal([data.outcome, data.retryable, data.reason], ['definite', true, 'a hook failed']);
  await user.close();
});

for (const data of ['exits', 'throwsLater', 'loops']) {
  test(`a message whose hook ${data} becomes a dead letter, and what was beside it does not`, async () => {
    const user = await stage.user();
    await user.subscribe('/out', { delivery_max_retry: 2, wait_non_sock_err: 0.01 });
    await Promise.all(['before', data, 'after'].map(one => user.publish('/out', one)));
    const [letter] = await stage.admin.take(1);
    assert.is(letter!.data, data);
    assert.match(JSON.stringify(letter), /"attempts":2.*before_delivery: the thread of services and hooks is gone/);
    assert.equal(dataOf(await user.take(2)).sort(), ['after', 'before']);
    await user.close();
  });
}

test('one that takes its time is not counted down by another that ends the thread', async () => {
  const user = await stage.user();
  await user.subscribe('/out', { delivery_max_retry: 2, wait_non_sock_err: 0.01 });
  await Promise.all(['isSlow', 'exitsSoon'].map(one => user.publish('/out', one)));
  assert.equal(dataOf(await user.take(1)), ['isSlow']);
  assert.equal(dataOf(await stage.admin.take(1)), ['exitsSoon']);
  await user.close();
});

test('a batch that waited behind a service that loops was not tried, and comes to a fresh thread', async () => {
  await stage.admin.subscribe('/said');
  await stage.admin.publish('loops', 'guilty');
  await stage.admin.publish('quiet', 'innocent');
  const came = await stage.admin.take(2);
  assert.equal(dataOf(came).sort(), ['guilty', 'innocent']);
  assert.is(came.find(({ data }) => data === 'innocent')!.topic_name, '/said');
});

test.run();
