import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: services');
const files = new OperatorFiles({
  'services/echo.js': `
    import { defineService } from 'holdfast/services';
    export const echo = defineService({
      name: 'my.api.echo',
      async handle(messages, context) {
        for (const message of messages) {
          await context.publish('/echoed', { data: message.data, topic: message.topic_name, service: context.service });
        }
      },
    });`,
  'services/typed.ts': `
    import { defineService, type Message } from 'holdfast/services';
    interface Order { id: number }
    export const orders = defineService({
      name: 'orders',
      topics: ['/order/*'],
      async handle(messages: Message[], context): Promise<undefined> {
        for (const message of messages) await context.publish('/handled', (message.data as Order).id);
      },
    });`,
  'services/single.mjs': `
    import { defineService } from 'holdfast/services';
    export const single = defineService({
      name: 'single',
      options: { wrap_one_msg_in_list: false, delivery_batch_size: 1 },
      handle: async (message, context) => void (await context.publish('/single', [message.data])),
    });`,
  'services/fails.js': `
    import { defineService } from 'holdfast/services';
    let calls = 0;
    export const fails = defineService({
      name: 'fails',
      options: { delivery_max_retry: 2, wait_non_sock_err: 0.01 },
      async handle([message]) {
        calls += 1;
        throw new TypeError('not today, attempt ' + message.delivery_count);
      },
    });
    export const picky = defineService({
      name: 'picky',
      async handle(messages, context) {
        const wanted = messages.filter(({ data, delivery_count }) => data === 'late' || delivery_count > 1);
        for (const { data, delivery_count } of wanted) await context.publish('/picked', [data, delivery_count]);
        return { nack: messages.filter(one => !wanted.includes(one)).map(({ msg_id }) => ({ msg_id, delay: 0.01 })) };
      },
    });
    export const slow = defineService({
      name: 'slow',
      timeout_sec: 0.2,
      options: { delivery_max_retry: 1 },
      handle: (messages, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject())),
    });`,
  'services/lazy.js': `
    import { defineService } from 'holdfast/services';
    const pass = async (messages, context) => {
      for (const { data } of messages) await context.publish('/lazy', data);
    };
    export const lazy = defineService({ name: 'lazy', handle: pass });
    export const other = defineService({ name: 'my.lazy', handle: pass });`,
  'services/asks.js': `
    import { defineService } from 'holdfast/services';
    export const price = defineService({
      name: 'price',
      async handle(messages, context) {
        for (const message of messages) {
          if (message.data.sku !== 'unknown') await context.reply(message, { sku: message.data.sku, price: 7 });
        }
      },
    });
    export const buyer = defineService({
      name: 'buyer',
      concurrency: 10,
      async handle([{ data }], context) {
        const asked = context.request('price', { sku: data }, { timeout_ms: data === 'unknown' ? 50 : 20_000 });
        const answer = await asked.then(reply => reply.data, error => error.name);
        await context.publish('/bought', answer);
        await context.publish('no rights here', 1).then(() => {}, () => {});
        const refused = await context.publish('/bought', 1, { priority: 10 }).catch(({ name, details }) => [name, details.path]);
        await context.publish('/bought', refused);
      },
    });`,
});
let stage: Stage;

test.before(async () => {
  stage = await Stage.set({ folder: files.folder, services: ['services/*.{js,mjs,ts}'] });
});
test.after(async () => {
  await stage.strike();
  files.remove();
});

test('a service gets what is published to its name, on a topic that is made then', async () => {
  const { items: before } = await stage.admin.call('topic.list', { search: 'my_api_echo' });
  assert.equal(before, []);
  const user = await stage.user('pub=/zato/s/to/**', 'sub=/echoed');
  await user.subscribe('/echoed');
  await user.publish('my.api.echo', { n: 1 });
  assert.equal(dataOf(await user.take(1)), [
    { data: { n: 1 }, topic: '/zato/s/to/my_api_echo', service: 'my.api.echo' },
  ]);
});

test('while a service runs, nobody deletes its subscription or takes its own topic from it', async () => {
  await stage.admin.subscribe('/echoed');
  await stage.admin.publish('my.api.echo', 1);
  await stage.admin.take(1);
  const key = { username: 'holdfast.services', name: 'my.api.echo' };
  const { sub_key } = await stage.admin.call('subscription.get', key);
  const { message } = await refused(stage.admin.call('subscription.delete', { sub_key }), 'conflict');
  assert.match(message, /service my\.api\.echo .*runs here/);
  await refused(stage.admin.call('subscription.update', { sub_key, topic_name_list: ['/else'] }), 'conflict');
  const own = '/zato/s/to/my_api_echo';
  const more = await stage.admin.call('subscription.update', { sub_key, topic_name_list: [own, '/else'] });
  assert.equal(more.topic_name_list, [own, '/else']);
  await stage.admin.call('subscription.update', { sub_key, topic_name_list: [own] });
  await stage.admin.publish('my.api.echo', 2);
  const [echoed] = dataOf(await stage.admin.take(1)) as { data: number }[];
  assert.is(echoed!.data, 2);
});

test('who has no right to publish to a service makes nothing', async () => {
  const user = await stage.user('pub=/**', 'sub=/**');
  const error = await user.publish('single', 1).catch(reason => reason);
  assert.is(error.data.name, 'forbidden');
  const { items } = await stage.admin.call('topic.list', { search: 'to/single' });
  assert.equal(items, []);
});

test('a service in TypeScript gets messages of the topics that it names', async () => {
  const user = await stage.user();
  await user.subscribe('/handled');
  for (const id of [1, 2, 3]) await user.publish('/order/new', { id });
  assert.equal(dataOf(await user.take(3)), [1, 2, 3]);
});

test('a service that wants no list gets one message at a time', async () => {
  await stage.admin.subscribe('/single');
  await Promise.all([stage.admin.publish('single', 1), stage.admin.publish('single', 2)]);
  assert.equal(dataOf(await stage.admin.take(2)), [[1], [2]]);
});

test('a throw is a failed attempt, and the last one makes a dead letter with its message', async () => {
  const user = await stage.user('sub=/holdfast/**', 'pub=/zato/**', 'pub=/zato/s/to/**');
  await user.subscribe('/holdfast/dead-letter');
  await user.publish('fails', 'hopeless');
  const [letter] = await user.take(1);
  const { reason, attempts, last_error, sub_name } = letter!.dead_letter!;
  assert.equal([letter!.data, attempts, sub_name], ['hopeless', 2, 'fails']);
  assert.ok(reason.length > 0);
  assert.is(last_error, 'TypeError: not today, attempt 2');
  await user.close();
});

test('a time limit is a failed attempt', async () => {
  const user = await stage.user('sub=/holdfast/**', 'pub=/zato/s/to/**');
  await user.subscribe('/holdfast/dead-letter');
  await user.publish('slow', 'too slow');
  const [letter] = await user.take(1);
  assert.is(letter!.data, 'too slow');
  assert.match(letter!.dead_letter!.last_error!, /longer than its time limit of 0.2 s/);
  await user.close();
});

test('messages that a service names come again, the others are settled', async () => {
  await stage.admin.subscribe('/picked');
  const sub_key = await stage.admin.subscribe('/nothing');
  await Promise.all([stage.admin.publish('picky', 'early'), stage.admin.publish('picky', 'late')]);
  const picked = dataOf(await stage.admin.take(2)) as [string, number][];
  assert.equal(picked.sort(), [
    ['early', 2],
    ['late', 1],
  ]);
  assert.ok(sub_key);
});

test('a request gets its reply, or an error when none comes in time; errors of the broker keep their names', async () => {
  await stage.admin.subscribe('/bought');
  await stage.admin.publish('buyer', 'x1');
  assert.equal(dataOf(await stage.admin.take(2)), [{ sku: 'x1', price: 7 }, ['invalid_params', 'priority']]);
  await stage.admin.publish('buyer', 'unknown');
  assert.equal(dataOf(await stage.admin.take(2)), ['TimeoutError', ['invalid_params', 'priority']]);
});

test('a client gets the reply of a service on a topic of the subscription that it asks with', async () => {
  const user = await stage.user('pub=/zato/s/to/price', 'sub=/mine/**');
  const sub_key = await user.subscribe('/mine/replies');
  const msg_id = await user.publish('price', { sku: 'y2' }, { reply_to_sk: [sub_key], correl_id: 'c1' });
  const [reply] = await user.take(1);
  assert.equal(
    [reply!.data, reply!.in_reply_to, reply!.correl_id, reply!.topic_name],
    [{ sku: 'y2', price: 7 }, msg_id, 'c1', '/mine/replies'],
  );
});

test('what waits for a service outlives a restart, also one without its file', async () => {
  const sub_key = await stage.admin.subscribe('/handled', { delivery_method: 'pull', name: 'to see' });
  stage.configure({ services: ['services/single.mjs'] });
  await stage.restart();
  await stage.admin.publish('/order/late', { id: 40 });
  stage.configure({ services: ['services/*.{js,mjs,ts}'] });
  await stage.restart();
  const { messages } = await stage.admin.call('pull', { sub_key, wait: 20 });
  assert.equal(dataOf(messages), [40]);
});

test('an administrator has a service receive what another endpoint may, with the rights of that', async () => {
  const { username } = await stage.endpoint(['sub=/single-too/*']);
  const receiver = { username, topic_name: '/single-too/**', service_name: 'single', wrap_one_msg_in_list: false };
  await stage.admin.call('subscription.create', { ...receiver, delivery_batch_size: 1 });
  await stage.admin.subscribe('/single', { name: 'once more' });
  await stage.admin.publish('/single-too/far/off', 'not this');
  await stage.admin.publish('/single-too/near', 'this');
  assert.equal(dataOf(await stage.admin.take(1)), [['this']]);
  const unknown = stage.admin.call('subscription.create', { ...receiver, service_name: 'nobody' });
  assert.match((await refused(unknown, 'invalid_params')).message, /service_name must be a service that is loaded/);
});

test('a topic of a service that is made before its first use has its service all the same', async () => {
  await stage.admin.call('topic.create', { topic_name: '/zato/s/to/lazy', is_api_sub_allowed: false });
  await stage.admin.subscribe('/lazy');
  await stage.admin.publish('lazy', 'not so lazy');
  assert.equal(dataOf(await stage.admin.take(1)), ['not so lazy']);
  const error = await refused(stage.admin.subscribe('/zato/s/to/lazy'), 'forbidden');
  assert.match(error.message, /takes no subscriptions/);
});

test('services work where topics are not made by their use', async () => {
  stage.configure({ autoCreateTopics: false, topics: [{ topicName: '/lazy' }] });
  await stage.restart();
  const sub_key = await stage.admin.subscribe('/lazy', { delivery_method: 'pull' });
  await stage.admin.publish('my.lazy', 1);
  const { messages } = await stage.admin.call('pull', { sub_key, wait: 20 });
  assert.equal(dataOf(messages), [1]);
  await refused(stage.admin.publish('no.service', 1), 'not_found');
});

test('who may not publish to a name learns nothing of whether there is a service', async () => {
  const user = await stage.user('pub=/mine');
  const refusal = async (name: string) => (await refused(user.publish(name, 1), 'forbidden')).message;
  await stage.admin.publish('my.api.echo', 1);
  const there = await refusal('my.api.echo');
  assert.match(there, /pub=\/my\.api\.echo, or pub=\/zato\/s\/to\/my_api_echo if it is a service/);
  assert.is(await refusal('my.api.nope'), there.replaceAll('echo', 'nope'));
  assert.is(await refusal('my.lazy'), there.replaceAll('api.echo', 'lazy').replaceAll('api_echo', 'lazy'));
  assert.match(await refusal('/my.api.echo'), /may not publish to \/my\.api\.echo \(.*with pub=\/my\.api\.echo\.$/);
});

test('nobody signs in as the endpoint of services', async () => {
  await stage.admin.call('endpoint.update', { username: 'holdfast.services', password: 'known to somebody' });
  const response = await stage.rpc({ username: 'holdfast.services', password: 'known to somebody' }, '{}');
  assert.is(response.status, 401);
});

test.run();
