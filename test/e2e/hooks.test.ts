import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { RestUser } from './rest/asking.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('hooks, end to end');
const files = new OperatorFiles({
  'hooks/orders.js': `
    import { defineHooks } from 'holdfast/hooks';
    export const orders = defineHooks({
      topics: ['/order/**'],
      before_publish(message, { username }) {
        if (message.data.id === undefined) return { refuse: 'an order needs an id' };
        return { change: { user_ctx: { by: username }, priority: 7 } };
      },
      before_delivery(message, { subscription }) {
        if (!subscription.name?.startsWith('csv')) return;
        const { id, name } = message.data;
        return { change: { data: id + ';' + name, mime_type: 'text/csv' } };
      },
    });`,
  'hooks/prices.js': `
    import { defineHooks } from 'holdfast/hooks';
    export const prices = defineHooks({
      topics: ['/order/priced'],
      async before_delivery(message) {
        if (typeof message.data === 'string') return { change: { data: message.data + ';9.50' } };
        return { change: { data: { ...message.data, price: await Promise.resolve(9.5) } } };
      },
    });`,
  'hooks/trouble.js': `
    import { defineHooks } from 'holdfast/hooks';
    let failures = 0;
    export const trouble = defineHooks({
      topics: ['/trouble/**'],
      timeout_sec: 0.2,
      async before_publish({ data }, { signal }) {
        if (data === 'throws') throw new Error('the password of the database is 1234');
        if (data === 'hangs') await new Promise(() => {});
        if (data === 'nonsense') return { chnage: {} };
      },
      before_delivery({ data, delivery_count }) {
        if (data === 'skip' && failures++ === 0) return { skip: true, delay: 0.05 };
        if (data === 'fail once' && delivery_count === 1) throw new Error('not yet');
        if (data === 'delete') return { delete: true };
      },
    });`,
  'hooks/heard.js': `
    import { appendFileSync } from 'node:fs';
    import { defineHooks } from 'holdfast/hooks';
    const write = line => appendFileSync(new URL('../heard.txt', import.meta.url), line + '\\n');
    export const heard = defineHooks({
      topics: ['/heard/*'],
      on_subscribed: ({ topic_name, subscription, is_new }) => write(['+', topic_name, subscription.name, is_new].join(' ')),
      on_unsubscribed: ({ topic_name, subscription, reason }) => write(['-', topic_name, subscription.name, reason].join(' ')),
    });`,
  'services/stock.js': `
    import { defineService } from 'holdfast/services';
    export const stock = defineService({
      name: 'csv.stock',
      topics: ['/order/stock'],
      async handle(messages, context) {
        for (const { data } of messages) await context.publish('/stocked', data);
      },
    });`,
});
let stage: Stage;

test.before(async () => {
  stage = await Stage.set({ folder: files.folder, hooks: ['hooks/*'], services: ['services/*'] });
});
test.after(async () => {
  await stage.strike();
  files.remove();
});

test('a message is changed once for all, and then for one subscriber alone', async () => {
  const [publisher, json, csv] = await Promise.all([stage.user(), stage.user(), stage.user()]);
  await json.subscribe('/order/new', { name: 'json' });
  await csv.subscribe('/order/new', { name: 'csv' });
  await publisher.publish('/order/new', { id: 1, name: 'Žaneta' });
  const [[plain], [comma]] = await Promise.all([json.take(1), csv.take(1)]);
  assert.equal([plain!.data, plain!.mime_type, plain!.size], [{ id: 1, name: 'Žaneta' }, 'application/json', 25]);
  assert.equal([comma!.data, comma!.mime_type, comma!.size], ['1;Žaneta', 'text/csv', 9]);
  const { username } = await publisher.call('whoami', {});
  for (const message of [plain!, comma!]) assert.equal([message.priority, message.user_ctx], [7, { by: username }]);
});

test('of several hooks each gets what the ones before it made, in the order of their files', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/order/priced', { name: 'csv', delivery_method: 'pull' });
  await user.publish('/order/priced', { id: 2, name: 'Bo' });
  assert.equal(dataOf((await user.call('pull', { sub_key, wait: 10 })).messages), ['2;Bo;9.50']);
  const other = await stage.user();
  await other.subscribe('/order/priced');
  await user.publish('/order/priced', { id: 3, name: 'Al' });
  assert.equal(dataOf(await other.take(1)), [{ id: 3, name: 'Al', price: 9.5 }]);
});

test('a refusal reaches the publisher with its reason, over WebSocket and REST', async () => {
  const credentials = await stage.endpoint();
  const user = await stage.connect(credentials);
  const { data } = await refused(user.publish('/order/new', { name: 'nobody' }), 'forbidden');
  assert.equal([data.reason, data.outcome], ['an order needs an id', 'definite']);
  const body = JSON.stringify({ data: { name: 'nobody' } });
  const { status, text } = await new RestUser(stage, credentials).ask('POST', '/pubsub/topic/order/new', { body });
  assert.is(status, 403);
  assert.match(text, 'an order needs an id');
});

test('who reads over REST gets what the hook made', async () => {
  const credentials = await stage.endpoint();
  const rest = new RestUser(stage, credentials);
  await rest.ask('POST', '/pubsub/subscribe/topic/order/priced');
  const body = JSON.stringify({ data: { id: 4, name: 'Cy' } });
  assert.is((await rest.ask('POST', '/pubsub/topic/order/priced', { body })).status, 200);
  const { text } = await rest.ask('PATCH', '/pubsub/topic/order/priced');
  assert.equal(dataOf(JSON.parse(text)), [{ id: 4, name: 'Cy', price: 9.5 }]);
  assert.is((await rest.ask('PATCH', '/pubsub/topic/order/priced')).text.trim(), '[]');
});

test('a service gets what the hook made', async () => {
  const user = await stage.user();
  await user.subscribe('/stocked');
  await user.publish('/order/stock', { id: 5, name: 'Di' });
  assert.equal(dataOf(await user.take(1)), ['5;Di']);
});

test('a hook that throws, hangs or answers nonsense fails that publish for certain, and tells no secret', async () => {
  const user = await stage.user();
  await user.subscribe('/trouble/in');
  for (const [data, name] of [
    ['throws', 'internal_error'],
    ['hangs', 'overloaded'],
    ['nonsense', 'internal_error'],
  ] as const) {
    const error = await refused(user.publish('/trouble/in', data), name);
    assert.equal([error.data.outcome, error.data.retryable], ['definite', true]);
    assert.not.match(error.message, '1234');
  }
  await user.publish('/trouble/in', 'fine');
  assert.equal(dataOf(await user.take(1)), ['fine']);
});

test('a publish behind a slow hook keeps its place', async () => {
  const user = await stage.user();
  await user.subscribe('/trouble/in');
  await user.subscribe('/beside');
  const slow = user.publish('/trouble/in', 'hangs').catch(() => {});
  const after = [user.publish('/trouble/in', 1), user.publish('/beside', 2), user.publish('/trouble/in', 3)];
  await Promise.all([slow, ...after]);
  const messages = await user.take(3);
  const times = messages.map(({ pub_time_iso }) => pub_time_iso);
  const byData = [...messages].sort((a, b) => (a.data as number) - (b.data as number));
  assert.equal(
    byData.map(({ pub_time_iso }) => pub_time_iso),
    times.sort(),
  );
});

test('a skipped message comes later and counts once, a failed one counts again, a deleted one never comes', async () => {
  const user = await stage.user();
  await user.subscribe('/trouble/out', { wait_non_sock_err: 0.05 });
  for (const data of ['skip', 'fail once', 'delete', 'last']) await user.publish('/trouble/out', data);
  const messages = await user.take(3);
  const counts = new Map(messages.map(({ data, delivery_count }) => [data, delivery_count]));
  assert.equal([...counts].sort(), [
    ['fail once', 2],
    ['last', 1],
    ['skip', 1],
  ]);
  const metrics = await (await fetch(`${stage.server.url}/metrics`)).text();
  assert.match(metrics, 'holdfast_messages_dropped_total{reason="hook"} 1');
  assert.match(metrics, 'holdfast_messages_skipped_total 1');
  assert.match(metrics, /holdfast_hook_failures_total\{hook="before_publish",cause="timeout"\} [12]/);
});

test('hooks hear who subscribes and who does no more', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/heard/a', { name: 'n' });
  await user.subscribe('/heard/b', { name: 'n' });
  await user.call('unsubscribe', { sub_key, topic_name: '/heard/a' });
  await user.call('unsubscribe', { sub_key });
  // They run one after the other in one thread, and this call comes after them.
  await refused(user.publish('/order/new', {}), 'forbidden');
  const lines = readFileSync(files.path('heard.txt'), 'utf8').trim().split('\n');
  assert.equal(lines, ['+ /heard/a n true', '+ /heard/b n false', '- /heard/a n unsubscribed', '- /heard/b n deleted']);
});

test('what waits over a restart is delivered by the hooks that are there then', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/order/priced', { delivery_method: 'pull' });
  await before.publish('/order/priced', { id: 6, name: 'Ed' });
  files.write('hooks/prices.js', readFileSync(files.path('hooks/prices.js'), 'utf8').replaceAll('9.5', '8.5'));
  await stage.restart();
  const after = await stage.connect(credentials);
  assert.equal(dataOf((await after.call('pull', { sub_key, wait: 10 })).messages), [{ id: 6, name: 'Ed', price: 8.5 }]);
});

test.run();
