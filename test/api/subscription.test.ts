import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RecordingReceivers } from '../sim/recording-receivers.js';
import { type Frame, Hall, request } from './hall.js';

const test = suite('subscription.*');

let hall: Hall;
let receivers: RecordingReceivers;
test.before.each(async () => {
  hall = await Hall.open();
  receivers = new RecordingReceivers(({ attempt }) => attempt.acked());
  hall.broker.standing.offer('webhook', receivers);
  await hall.broker.endpointAdmin.create('shop', 'user', 'hash', ['pub=/**', 'sub=/order/**']);
  await hall.broker.endpointAdmin.create('watch', 'monitor', 'hash', []);
});
test.after.each(() => hall.close());

type Result = Record<string, unknown>;

function callerOf(username: string) {
  const { session, wire } = hall.enter(username);
  let id = 0;
  const call = async (method: string, params: object): Promise<Frame> => {
    id += 1;
    session.receive(request(id, method, params));
    for (;;) {
      const frame = await wire.next();
      if (frame.id === id && frame.method === undefined) return frame;
    }
  };
  return {
    wire,
    async ask(method: string, params: object): Promise<Result> {
      const { result, error } = await call(method, params);
      if (error) throw new Error(error.message);
      return result!;
    },
    async refusal(method: string, params: object) {
      const { error } = await call(method, params);
      assert.ok(error, `${method} was not refused`);
      return { name: error.data.name, path: error.data.path, message: error.message };
    },
  };
}

const url = 'https://crm.example/hook';
const wanted = { username: 'shop', name: 'hook', topic_name_list: ['/order/new', '/order/*/done'], route: { url } };

test('create answers the whole subscription, which is notified of what is published from then on', async () => {
  const admin = callerOf('crm');
  const made = await admin.ask('subscription.create', { ...wanted, delivery_batch_size: 7, wait_sock_err: [1, 2] });
  assert.match(made.sub_key as string, /^zpsk/);
  const { sub_key: _, ...rest } = made;
  assert.equal(rest, {
    username: 'shop',
    name: 'hook',
    topic_name_list: ['/order/new', '/order/*/done'],
    route: { url },
    active_status: 'pub-sub',
    delivery_method: 'notify',
    delivery_batch_size: 7,
    max_in_flight: 1_000,
    max_frame_bytes: 1_048_576,
    wrap_one_msg_in_list: true,
    delivery_max_retry: 123_456_789,
    delivery_err_should_block: false,
    wait_sock_err: [1, 2],
    wait_non_sock_err: 3,
    ack_wait: 60,
    max_depth: null,
    queue_depth: 0,
    in_flight: 0,
    is_attached: true,
    node: 'local',
    last_error: null,
  });
  const delivered = receivers.next();
  await admin.ask('publish', { topic_name: '/other', data: 2 });
  await admin.ask('publish', { topic_name: '/order/new', data: 1 });
  await delivered;
  assert.equal(receivers.sink.data, [[1]]);
});

test('create without a route makes a queue to pull from, of topics that the endpoint may receive from', async () => {
  const admin = callerOf('crm');
  const made = await admin.ask('subscription.create', { username: 'shop', topic_name: '/order/new' });
  assert.equal([made.delivery_method, made.is_attached, made.node, made.name], ['pull', false, null, null]);
  assert.is(
    (await admin.refusal('subscription.create', { username: 'shop', topic_name: '/secret' })).name,
    'forbidden',
  );
  assert.is(
    (await admin.refusal('subscription.create', { username: 'nobody', topic_name: '/order/x' })).name,
    'not_found',
  );
});

test('create takes a topic that clients may not subscribe to by themselves', async () => {
  const admin = callerOf('crm');
  await admin.ask('topic.create', { topic_name: '/order/internal', is_api_sub_allowed: false });
  const shop = callerOf('shop');
  assert.is((await shop.refusal('subscribe', { topic_name: '/order/internal' })).name, 'forbidden');
  await admin.ask('subscription.create', { username: 'shop', topic_name: '/order/internal' });
});

test('a name is given once in an endpoint', async () => {
  const admin = callerOf('crm');
  await admin.ask('subscription.create', wanted);
  assert.match((await admin.refusal('subscription.create', wanted)).message, /"shop" has a subscription "hook"/);
  await admin.ask('subscription.create', { ...wanted, username: 'crm' });
});

test('what is wrong with a route is told with its place', async () => {
  const admin = callerOf('crm');
  const refusal = async (route: unknown) => {
    const { name, path, message } = await admin.refusal('subscription.create', { ...wanted, route });
    assert.is(name, 'invalid_params');
    return [path, message];
  };
  assert.equal(await refusal({ url: 'ftp://x' }), ['route.url', 'route.url must start with http']);
  assert.equal(await refusal({}), ['route', 'route must have either url or folder']);
  assert.equal(await refusal({ url, methd: 'PUT' }), [
    'route.methd',
    'subscription.create: route.methd is unknown: did you mean method?',
  ]);
  assert.is((await refusal({ url, headers: { a: 1 } }))[0], 'route.headers.a');
  const both = await admin.refusal('subscription.create', { ...wanted, service_name: 'x' });
  assert.match(both.message, /route cannot be given together with service_name/);
  const service = await admin.refusal('subscription.create', {
    username: 'shop',
    topic_name: '/order/x',
    service_name: 'x',
  });
  assert.match(service.message, /this server delivers to no service/);
});

test('update changes what is named, live, and nothing else', async () => {
  const admin = callerOf('crm');
  const { sub_key } = await admin.ask('subscription.create', wanted);
  const updated = await admin.ask('subscription.update', {
    sub_key,
    delivery_batch_size: 1,
    max_depth: 9,
    topic_name_list: ['/order/late', '/order/new'],
  });
  assert.equal(updated.topic_name_list, ['/order/new', '/order/late']);
  assert.equal([updated.delivery_batch_size, updated.max_depth, updated.max_in_flight], [1, 9, 1_000]);
  assert.equal(updated.route, { url });
  const delivered = receivers.next();
  await admin.ask('publish', { topic_name: '/order/late', data: 'late' });
  await delivered;
  assert.equal(receivers.sink.data, [['late']]);
  assert.is((await admin.ask('subscription.update', { sub_key, max_depth: null })).max_depth, null);
  assert.match((await admin.refusal('subscription.update', { sub_key, route: { methd: 'x' } })).message, /route\./);
});

test('update sets the whole list of topics: what leaves goes with its backlog, counted, and what stays keeps its own', async () => {
  const shop = callerOf('shop');
  const topic_name_list = ['/order/a', '/order/b', '/order/*/c'];
  const { sub_key } = await shop.ask('subscribe', { topic_name_list, delivery_method: 'pull' });
  for (const one of ['a', 'b', 'x/c']) await shop.ask('publish', { topic_name: `/order/${one}`, data: one });
  const update = (topics: string[]) => shop.ask('subscription.update', { sub_key, topic_name_list: topics });
  assert.is((await shop.refusal('subscription.update', { sub_key, topic_name_list: ['/secret'] })).name, 'forbidden');
  const { queue_depth, topic_name_list: left } = await update(['/order/d', '/order/b']);
  assert.equal([queue_depth, left], [1, ['/order/b', '/order/d']]);
  assert.is(hall.broker.counters.unsubscribed, 2);
  for (const one of ['a', 'd']) await shop.ask('publish', { topic_name: `/order/${one}`, data: one });
  const { messages } = (await shop.ask('pull', { sub_key })) as { messages: { data: string }[] };
  assert.equal(
    messages.map(({ data }) => data),
    ['b', 'd'],
  );
});

test('a route is set, changed and taken away by an admin alone', async () => {
  const [admin, shop] = [callerOf('crm'), callerOf('shop')];
  const { sub_key } = await shop.ask('subscribe', { topic_name: '/order/new', name: 'mine' });
  assert.is((await shop.refusal('subscription.update', { sub_key, route: { url } })).name, 'forbidden');
  const updated = await admin.ask('subscription.update', { sub_key, route: { url } });
  assert.equal([updated.is_attached, updated.route], [true, { url }]);
  assert.equal((await shop.refusal('resume', { sub_key })).name, 'conflict');
  assert.is((await shop.refusal('subscription.update', { sub_key, route: null })).name, 'forbidden');
  const refused = await shop.refusal('pull', { sub_key });
  assert.match(refused.message, 'it is attached and notified. Use delivery_method "pull".');
  const pulled = await shop.ask('subscription.update', { sub_key, delivery_method: 'pull' });
  assert.is(pulled.is_attached, false);
  await shop.ask('resume', { sub_key });
  const without = await admin.ask('subscription.update', { sub_key, route: null });
  assert.not('route' in without);
});

test('secrets are shown to nobody, and headers to an admin alone', async () => {
  const [admin, shop] = [callerOf('crm'), callerOf('shop')];
  const route = { url, headers: { authorization: 'Bearer 1' }, secret: ['whsec_b25l', 'whsec_dHdv'] };
  const { sub_key, route: shown } = await admin.ask('subscription.create', { ...wanted, route });
  assert.equal(shown, { ...route, secret: ['whsec_…', 'whsec_…'] });
  assert.equal((await shop.ask('subscription.get', { sub_key })).route, {
    url,
    headers: { authorization: '…' },
    secret: ['whsec_…', 'whsec_…'],
  });
  // What was shown may be sent back with a change.
  await admin.ask('subscription.update', { sub_key, route: { ...(shown as object), url: `${url}/2` } });
  const stored = await hall.broker.subscriptions.use({ subKey: sub_key as string }, async one => one.options.receiver);
  assert.equal(stored, { route: { ...route, url: `${url}/2` } });
});

test('the values of the query of a URL are shown to an admin alone, and found by nobody', async () => {
  const [admin, shop, watch] = [callerOf('crm'), callerOf('shop'), callerOf('watch')];
  const route = { url: `${url}?key=s3cret&empty=&plain&a=b=c&` };
  const { sub_key, route: shown } = await admin.ask('subscription.create', { ...wanted, route });
  assert.equal(shown, route);
  const masked = { url: `${url}?key=…&empty=…&…&a=…&` };
  assert.equal((await shop.ask('subscription.get', { sub_key })).route, masked);
  const { items } = (await watch.ask('subscription.list', { search: 'crm.example/hook' })) as { items: Result[] };
  assert.equal(
    items.map(item => item.route),
    [masked],
  );
  assert.equal((await watch.ask('subscription.list', { search: 's3c' })).items, []);
  // A route without a query is shown as it is.
  await admin.ask('subscription.update', { sub_key, route: { url } });
  assert.equal((await shop.ask('subscription.get', { sub_key })).route, { url });
});

test('get and list show each their own, and a monitor all, without the keys', async () => {
  const [admin, shop, watch] = [callerOf('crm'), callerOf('shop'), callerOf('watch')];
  const mine = await admin.ask('subscription.create', wanted);
  const other = await admin.ask('subscription.create', { username: 'crm', name: 'other', topic_name: '/order/new' });
  const names = async (who: typeof admin, params: object = {}) => {
    const { items } = (await who.ask('subscription.list', params)) as { items: { name: string }[] };
    return items.map(({ name }) => name);
  };
  assert.equal(await names(admin), ['hook', 'other']);
  assert.equal(await names(shop), ['hook']);
  assert.equal(await names(watch), ['hook', 'other']);
  assert.equal(await names(admin, { search: 'crm.example' }), ['hook']);
  assert.equal(await names(admin, { search: 'done' }), ['hook']);
  assert.equal(await names(admin, { search: 'none such' }), []);
  assert.equal(await shop.ask('subscription.get', { sub_key: mine.sub_key }), mine);
  assert.equal(await shop.ask('subscription.get', { name: 'hook' }), mine);
  assert.is((await shop.refusal('subscription.get', { sub_key: other.sub_key })).name, 'forbidden');
  assert.is((await shop.refusal('subscription.get', { username: 'crm', name: 'other' })).name, 'forbidden');
  const seen = await watch.ask('subscription.get', { username: 'shop', name: 'hook' });
  assert.is(seen.sub_key, `zpsk…${(mine.sub_key as string).slice(-4)}`);
  assert.is((await watch.refusal('subscription.get', { username: 'shop', name: 'x' })).name, 'not_found');
  assert.is((await watch.refusal('subscription.delete', { sub_key: mine.sub_key })).name, 'forbidden');
  assert.is((await shop.refusal('subscription.delete', { sub_key: other.sub_key })).name, 'forbidden');
});

test('list goes page by page, and says where it has got to if it looked at many in vain', async () => {
  await hall.close();
  hall = await Hall.open({ list_rows_max: 4, list_items_max: 2 });
  const admin = callerOf('crm');
  for (let made = 0; made < 7; made += 1) {
    await admin.ask('subscription.create', { username: 'crm', name: `s${made}`, topic_name: '/t' });
  }
  const pages = async (params: object) => {
    const found: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.ask('subscription.list', { ...params, ...(cursor ? { cursor } : {}) });
      found.push((page.items as { name: string }[]).map(({ name }) => name));
      cursor = (page.next_cursor as string | null) ?? undefined;
    } while (cursor);
    return found;
  };
  assert.equal(await pages({ limit: 3 }), [['s0', 's1', 's2'], ['s3', 's4', 's5'], ['s6']]);
  assert.equal(await pages({ search: 's6' }), [[], ['s6']]);
  assert.is((await admin.refusal('subscription.list', { cursor: 'x' })).path, 'cursor');
});

test('delete takes the queue with it, and whoever receives it is told', async () => {
  const [admin, shop] = [callerOf('crm'), callerOf('shop')];
  const { sub_key } = await shop.ask('subscribe', { topic_name: '/order/new' });
  await admin.ask('subscription.delete', { sub_key });
  assert.equal((await shop.wire.next()).params, { sub_key, reason: 'deleted' });
  assert.is((await admin.refusal('subscription.get', { sub_key })).name, 'not_found');
});

test('what is in flight and what failed last is seen', async () => {
  await hall.close();
  hall = await Hall.open();
  receivers = new RecordingReceivers();
  hall.broker.standing.offer('webhook', receivers);
  const admin = callerOf('crm');
  const { sub_key } = await admin.ask('subscription.create', { ...wanted, username: 'crm', wait_sock_err: 3_600 });
  const delivered = receivers.next();
  await admin.ask('publish', { topic_name: '/order/new', data: 1 });
  await delivered;
  assert.is((await admin.ask('subscription.get', { sub_key })).in_flight, 1);
  receivers.sink.deliveries[0]!.attempt.unreachable('connect ECONNREFUSED');
  const rested = await admin.ask('subscription.get', { sub_key });
  assert.equal([rested.in_flight, rested.queue_depth, rested.last_error], [0, 1, 'connect ECONNREFUSED']);
});

test.run();
