// time limit: 120 s
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../src/protocol/api.gen.js';
import { Listener, stopListeners } from '../transport/webhook/listener.js';
import { admin, BrokerProcess, realServer } from './broker-process.js';

const test = suite('crash: routes');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-route-'));
const config = join(folder, 'config.json');
writeFileSync(config, JSON.stringify({ allowed_webhook_networks: ['127.0.0.1'] }));
const env = { HOLDFAST_STORE: `sqlite:${join(folder, 'store.db')}`, HOLDFAST_CONFIG: config };

test.after(async () => {
  await stopListeners();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<BrokerProcess> {
  const broker = new BrokerProcess(realServer, env);
  await broker.ready;
  return broker;
}

/** A call of the administrator; fails if the server is gone. */
async function call(broker: BrokerProcess, method: string, params: object): Promise<Record<string, unknown>> {
  const answer = await fetch(broker.url.replace('ws:', 'http:').replace('/ws', '/rpc'), {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${admin.username}:${admin.password}`)}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await answer.json()) as { result: Record<string, unknown>; error?: object };
  if (error) throw new Error(JSON.stringify(error));
  return result;
}

/** Publishes numbers until the server is gone; answers the next one, and notes those that were accepted. */
async function publish(broker: BrokerProcess, from: number, accepted: Set<number>, topic = '/t'): Promise<number> {
  for (let number = from; ; number += 1) {
    const result = await call(broker, 'publish', { topic_name: topic, data: number }).catch(() => null);
    if (!result) return number + 1;
    accepted.add(number);
  }
}

test('a server that is killed again and again sends a route everything, and says what may come twice (1 and 5)', async () => {
  const listener = await Listener.open();
  const got: Message[] = [];
  let isEnough = false;
  const receiving = (async () => {
    for (let requests = 1; !isEnough; requests += 1) {
      const { body, response } = await listener.calls.next();
      got.push(...(JSON.parse(body) as Message[]));
      // Each tenth is refused, and comes again.
      response.writeHead(requests % 10 === 0 ? 500 : 204).end();
    }
  })();
  let broker = await start();
  await call(broker, 'endpoint.create', { username: 'shop', key: true, patterns: ['sub=/**'] });
  const route = { url: listener.url };
  const options = { delivery_batch_size: 3, wait_sock_err: 0.01, wait_non_sock_err: 0.01 };
  const created = { username: 'shop', name: 'orders', topic_name: '/t', route, ...options };
  const { sub_key } = await call(broker, 'subscription.create', created);

  const accepted = new Set<number>();
  let next = 0;
  for (let kills = 0; kills < 5; kills += 1) {
    const published = publish(broker, next, accepted);
    const enough = accepted.size + 20 + 15 * kills;
    while (accepted.size < enough) await new Promise(resolve => setImmediate(resolve));
    broker.kill('SIGKILL');
    next = await published;
    await broker.ended;
    broker = await start();
  }
  while ((await call(broker, 'subscription.get', { sub_key })).queue_depth !== 0);
  broker.kill('SIGTERM');
  await broker.ended;

  const received = new Set(got.map(({ data }) => data));
  assert.equal(
    [...accepted].filter(number => !received.has(number)),
    [],
  );
  const counts = new Map<unknown, number>();
  for (const { data, delivery_count } of got) {
    assert.ok(delivery_count > (counts.get(data) ?? 0), `${data} came with ${delivery_count} again`);
    counts.set(data, delivery_count);
  }
  isEnough = true;
  await fetch(listener.url, { method: 'POST', body: '[]' });
  await receiving;
});

/** Switches to and fro until the server is gone. Of what is pulled each second batch is acked, and put into `taken`. */
async function switchOver(
  broker: BrokerProcess,
  sub_key: unknown,
  seen: Message[],
  taken: Set<unknown>,
): Promise<void> {
  const update = (delivery_method: string) => call(broker, 'subscription.update', { sub_key, delivery_method });
  for (let rounds = 1; ; rounds += 1) {
    await update('pull');
    const messages = (await call(broker, 'pull', { sub_key, max_messages: 5, wait: 1 })).messages as Message[];
    seen.push(...messages);
    if (rounds % 2 === 0 && messages.length > 0) {
      for (const { data } of messages) taken.add(data);
      await call(broker, 'ack', { sub_key, msg_id_list: messages.map(({ msg_id }) => msg_id) });
    }
    await update('notify');
  }
}

test('a server that is killed while a queue is switched between a route and pull loses nothing (1 and 5)', async () => {
  const listener = await Listener.open();
  const seen: Message[] = [];
  const [sent, pulled] = [new Set<unknown>(), new Set<unknown>()];
  let isEnough = false;
  const receiving = (async () => {
    while (!isEnough) {
      const { body, response } = await listener.calls.next();
      const messages = JSON.parse(body) as Message[];
      seen.push(...messages);
      for (const { data } of messages) sent.add(data);
      response.writeHead(204).end();
    }
  })();
  let broker = await start();
  const options = { delivery_batch_size: 3, max_in_flight: 3, wait_sock_err: 0.01 };
  const created = { username: admin.username, topic_name: '/switched', route: { url: listener.url }, ...options };
  const { sub_key } = await call(broker, 'subscription.create', created);

  const accepted = new Set<number>();
  let next = 0;
  for (let kills = 0; kills < 6; kills += 1) {
    const published = publish(broker, next, accepted, '/switched');
    const switched = switchOver(broker, sub_key, seen, pulled).catch(error => {
      // That the server is gone, and nothing else.
      if (!(error instanceof TypeError)) throw error;
    });
    const enough = accepted.size + 20 + 7 * kills;
    while (accepted.size < enough) await new Promise(resolve => setImmediate(resolve));
    broker.kill('SIGKILL');
    next = await published;
    await switched;
    await broker.ended;
    broker = await start();
  }
  await call(broker, 'subscription.update', { sub_key, delivery_method: 'notify' });
  while ((await call(broker, 'subscription.get', { sub_key })).queue_depth !== 0);
  broker.kill('SIGTERM');
  await broker.ended;

  assert.equal(
    [...accepted].filter(number => !sent.has(number) && !pulled.has(number)),
    [],
  );
  assert.ok(sent.size > 0 && pulled.size > 0, `${sent.size} sent, ${pulled.size} pulled`);
  const attempts = seen.map(({ data, delivery_count }) => `${data}: ${delivery_count}`);
  assert.is(new Set(attempts).size, attempts.length, 'each attempt has a number of its own');
  isEnough = true;
  await fetch(listener.url, { method: 'POST', body: '[]' });
  await receiving;
});

test.run();
