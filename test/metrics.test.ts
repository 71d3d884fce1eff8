import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Counters } from '../src/broker/counters.js';
import { HookCounters } from '../src/broker/hooks/hook-counters.js';
import { createMetrics } from '../src/metrics.js';

const test = suite('metrics');

/** Every counter has a number of its own, so that none can be mistaken for another. */
function measured() {
  const counters = new Counters();
  for (const [i, name] of Object.keys(counters).entries()) counters[name as keyof Counters] = 100 + i;
  return {
    counters,
    hookCounters: new HookCounters(),
    commit: { batches: 1, messages: 2, seconds: 0.5, bytesWaiting: 3 },
    subscriptions: { attached: 4 },
    ram: { bytes: 6, messages: 7 },
  };
}

function transported(connections: number) {
  const webhooks = { accepted: 11, failed: 12, unreachable: 13 };
  return {
    connections,
    webhooks,
    services: { handled: 14, failed: 15, late: 16, lost: 17, unstarted: 20 },
    files: { published: 18, failed: 19 },
    writtenFiles: { written: 20, failed: 21, unreachable: 22 },
  };
}

/** The value of each sample, by its name with labels. */
async function samples(of: ReturnType<typeof createMetrics>): Promise<Map<string, number>> {
  const lines = (await of.metrics()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

test('every counter of the broker is told, once', async () => {
  const { counters, ...rest } = measured();
  const found = await samples(createMetrics({ counters, ...rest }, transported(5)));
  const told = [...found].filter(([name]) => name.startsWith('holdfast_')).map(([, value]) => value);
  for (const [name, value] of Object.entries(counters)) {
    assert.is(told.filter(one => one === value).length, 1, name);
  }
});

test('figures are read when they are asked for, and do not add up', async () => {
  const source = measured();
  const transport = transported(5);
  const registry = createMetrics(source, transport);
  await samples(registry);
  source.counters.published = 7;
  source.counters.cleared = 8;
  transport.connections = 6;
  const found = await samples(registry);
  assert.is(found.get('holdfast_messages_published_total'), 7);
  assert.is(found.get('holdfast_messages_dropped_total{reason="cleared"}'), 8);
  assert.is(found.get('holdfast_connections'), 6);
  assert.is(found.get('holdfast_attached_subscriptions'), 4);
  assert.is(found.get('holdfast_commit_seconds_total'), 0.5);
});

test('calls of hooks are told by hook, and failures by cause', async () => {
  const source = measured();
  source.hookCounters.calls.before_delivery = 9;
  source.hookCounters.failures.before_delivery.timeout = 2;
  const found = await samples(createMetrics(source, transported(0)));
  assert.is(found.get('holdfast_hook_calls_total{hook="before_delivery"}'), 9);
  assert.is(found.get('holdfast_hook_failures_total{hook="before_delivery",cause="timeout"}'), 2);
  assert.is(found.get('holdfast_hook_failures_total{hook="on_subscribed",cause="timeout"}'), 0);
});

test('the process is measured too', async () => {
  const found = await samples(createMetrics(measured(), transported(0)));
  assert.ok(found.has('nodejs_eventloop_lag_p99_seconds'));
  assert.ok(found.get('process_resident_memory_bytes')! > 0);
});

test('requests to routes are told by what became of them', async () => {
  const found = await samples(createMetrics(measured(), transported(1)));
  const of = (outcome: string) => found.get(`holdfast_webhook_requests_total{outcome="${outcome}"}`);
  assert.equal(['accepted', 'failed', 'unreachable'].map(of), [11, 12, 13]);
});

test('batches of services are told by what became of them', async () => {
  const found = await samples(createMetrics(measured(), transported(1)));
  const of = (outcome: string) => found.get(`holdfast_service_batches_total{outcome="${outcome}"}`);
  assert.equal(['handled', 'failed', 'late', 'lost', 'unstarted'].map(of), [14, 15, 16, 17, 20]);
});

test.run();
