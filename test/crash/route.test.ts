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
async function publish(broker: BrokerProcess, from: number, accepted: Set<number>): Promise<number> {
  for (let number = from; ; number += 1) {
    const result = await call(broker, 'publish', { topic_name: '/t', data: number }).catch(() => null);
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

test.run();
