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

test.run();
