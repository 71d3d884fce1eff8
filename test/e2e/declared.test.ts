import { tmpdir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Config, loadConfig } from '../../src/config.js';
import { startServer } from '../../src/server.js';
import { MemoryStore } from '../../src/store/memory.js';
import { Client } from './client.js';
import { refused } from './stage.js';

const test = suite('e2e: what the configuration declares');

const base = loadConfig({
  argv: ['--port', '0', '--store', 'memory:', '--log-level', 'silent'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'admin' },
});
const endpoint = { username: 'crm', password: 'p', patterns: ['pub=/**', 'sub=/order/**'], role: 'user' as const };
const subscription = { username: 'crm', name: 'till', topic_name_list: ['/order/new'] };

async function started(config: Config, read?: () => Config) {
  const server = await startServer(config, { store: new MemoryStore(), read });
  const url = `${server.url.replace('http', 'ws')}/ws`;
  return { server, connect: (username: string, password: string) => Client.connect(url, { username, password }) };
}

test('a subscription is there at start, queues, and can be pulled from', async () => {
  const config = { ...base, endpoints: [endpoint], subscriptions: [{ ...subscription, max_depth: 5 }] };
  const { server, connect } = await started(config);
  const crm = await connect('crm', 'p');
  await crm.publish('/order/new', 1);
  const found = await crm.call('subscription.get', { name: 'till' });
  assert.equal([found.max_depth, found.delivery_method, found.queue_depth], [5, 'pull', 1]);
  const { messages } = await crm.call('pull', { sub_key: found.sub_key });
  assert.is(messages.length, 1);
  await server.stop();
});

test('a subscription that cannot be keeps the server from starting, and says which and why', async () => {
  const refusal = async (one: object) => {
    const config = { ...base, endpoints: [endpoint], subscriptions: [{ ...subscription, ...one }] };
    const error = await started(config).then(
      () => new Error('it started'),
      reason => reason as Error,
    );
    assert.is(error.name, 'ConfigError', error.message);
    return error.message;
  };
  assert.match(await refusal({ username: 'nobody' }), /^subscriptions\[0\]: .*nobody/);
  assert.match(await refusal({ topic_name_list: ['/secret'] }), /^subscriptions\[0\]: .*may not subscribe to \/secret/);
  assert.match(await refusal({ route: { url: 'ftp://x' } }), /^subscriptions\[0\]: route\.url must begin with http/);
});

test('a reload makes and changes what is declared, and what is wrong leaves all as it is', async () => {
  let config: Config = { ...base, endpoints: [endpoint], subscriptions: [subscription] };
  const { server, connect } = await started(config, () => config);
  const admin = await connect('admin', 'admin');
  const crm = await connect('crm', 'p');
  await crm.publish('/order/new', 1);
  await refused(crm.call('config.reload', {}), 'forbidden');
  config = {
    ...config,
    topics: [{ topicName: '/order/late', options: { is_api_sub_allowed: false } }],
    endpoints: [endpoint, { ...endpoint, username: 'shop' }],
    subscriptions: [
      { ...subscription, topic_name_list: ['/order/late'], delivery_batch_size: 3 },
      { ...subscription, username: 'shop' },
    ],
  };
  await admin.call('config.reload', {});
  const found = await crm.call('subscription.get', { name: 'till' });
  assert.equal(found.topic_name_list, ['/order/new', '/order/late']);
  assert.equal([found.delivery_batch_size, found.queue_depth], [3, 1]);
  await connect('shop', 'p');
  config = { ...config, subscriptions: [{ ...subscription, username: 'nobody' }] };
  const error = await refused(admin.call('config.reload', {}), 'conflict');
  assert.match(error.message, /subscriptions\[0\]: .*nobody/);
  assert.is((await crm.call('subscription.get', { name: 'till' })).queue_depth, 1);
  await server.stop();
});

test('a reload that cannot be made whole is not begun', async () => {
  let config: Config = { ...base, endpoints: [endpoint], subscriptions: [subscription] };
  const { server, connect } = await started(config, () => config);
  const admin = await connect('admin', 'admin');
  const shop = { ...endpoint, username: 'shop', patterns: ['sub=/shop/*'] };
  const good = {
    topics: [{ topicName: '/order/late', options: { is_active: false } }],
    endpoints: [{ ...endpoint, role: 'monitor' as const }, shop],
    subscriptions: [{ ...subscription, delivery_batch_size: 3 }],
  };
  const refusal = async (wrong: Partial<Config>) => {
    config = { ...base, ...good, ...wrong };
    const { message } = await refused(admin.call('config.reload', {}), 'conflict');
    assert.match(message, /^The configuration was not read again: all goes on as before\. /);
    await refused(admin.call('topic.get', { topic_name: '/order/late' }), 'not_found');
    await refused(admin.call('endpoint.update', { username: 'shop' }), 'not_found');
    const { items } = await admin.call('subscription.list', {});
    assert.equal(
      items.map(({ name, delivery_batch_size }) => [name, delivery_batch_size]),
      [['till', 500]],
    );
    return message.slice(message.indexOf('before. ') + 8);
  };
  const also = (one: object) => ({ subscriptions: [...good.subscriptions, { ...subscription, name: 'also', ...one }] });
  assert.match(await refusal(also({ username: 'nobody' })), /^subscriptions\[1\]: .*no endpoint "nobody"/);
  assert.match(await refusal(also({ username: 'shop' })), /^subscriptions\[1\]: .*may not subscribe to \/order\/new/);
  assert.match(await refusal(also({ route: { url: 'ftp://x' } })), /^subscriptions\[1\]: route\.url must begin/);
  assert.match(await refusal(also({ service_name: 'x' })), /^subscriptions\[1\]: service_name .*not x: there is none/);
  const drop = { folder: tmpdir(), pattern: '*', encoding: 'utf8' as const, finished: 'rename' as const };
  const drops = (one: { username: string; folder?: string }) => ({
    fileDrops: [{ ...drop, topic_name: '/in', ...one }],
  });
  assert.match(await refusal(drops({ username: 'shop' })), /^file_drops\[0\]: .*may not publish to \/in/);
  assert.match(await refusal(drops({ username: 'crm', folder: '/none' })), /^file_drops\[0\]\.folder \/none: /);
  const unfit = { topicName: '/order/odd', options: { schema: { type: 'odd' } } };
  assert.match(await refusal({ topics: [...good.topics, unfit] }), /^topics\[1\]: .*schema/);
  assert.match(
    await refusal({ endpoints: [{ ...endpoint, username: 'admin' }] }),
    /^endpoints: no administrator would be left/,
  );
  config = { ...base, ...good, ...also({ username: 'shop', topic_name_list: ['/shop/1'] }) };
  await admin.call('config.reload', {});
  assert.is((await admin.call('topic.get', { topic_name: '/order/late' })).is_active, false);
  await server.stop();
});

test('a reload finds the topics that it declares where none are made by their use', async () => {
  const strict = { ...base, autoCreateTopics: false };
  let config: Config = { ...strict, endpoints: [endpoint] };
  const { server, connect } = await started(config, () => config);
  const admin = await connect('admin', 'admin');
  config = { ...config, subscriptions: [subscription] };
  const { message } = await refused(admin.call('config.reload', {}), 'conflict');
  assert.match(message, /subscriptions\[0\]: .*\/order\/new/);
  config = { ...config, topics: [{ topicName: '/order/new' }] };
  await admin.call('config.reload', {});
  assert.is((await admin.call('subscription.list', {})).items.length, 1);
  await server.stop();
});

test('the last administrator stays one, or gives way to another one that is declared after it', async () => {
  let config: Config = { ...base };
  const { server, connect } = await started(config, () => config);
  const admin = await connect('admin', 'admin');
  const error = await refused(admin.call('endpoint.update', { username: 'admin', role: 'monitor' }), 'conflict');
  assert.match(error.message, /last administrator/);
  const former = { ...endpoint, username: 'admin', password: 'admin' };
  config = { ...base, endpoints: [former, { ...endpoint, role: 'admin' as const }] };
  await admin.call('config.reload', {});
  assert.is((await admin.call('whoami', {})).role, 'user');
  await server.stop();
});

test.run();
