import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Endpoint } from '../../src/broker/endpoints/endpoint.js';
import type { OverlayRow, Settle } from '../../src/store/store.js';
import type { RecordingSink } from '../sim/recording-sink.js';
import { World } from '../sim/world.js';
import { packageRoot } from '../tidy/source.js';
import { section } from './sections.js';
import { tableAfter } from './tables.js';

const test = suite('ARCHITECTURE.md');
const page = readFileSync(join(packageRoot, 'docs/ARCHITECTURE.md'), 'utf8');

/** What the store was given in one step of the example. */
interface Step {
  lanes: string[];
  put: Pick<OverlayRow, 'position' | 'attempts' | 'sent'>[];
  deleted: number[];
}

/** Carries out the example of the page. Answers what the store was given in its nine steps, and what the client got. */
async function runExample(): Promise<{
  steps: Step[];
  counts: [data: unknown, deliveryCount: number][];
  left: number;
}> {
  const world = await World.open();
  const steps: Step[] = [];
  let seen = world.commits.length;
  const step = async (waitMs: number) => {
    await world.clock.advance(waitMs);
    steps.push(
      stepOf(
        world.commits
          .slice(seen)
          .flat()
          .filter(operation => operation.kind === 'settle'),
      ),
    );
    seen = world.commits.length;
  };
  const shop = await world.endpoint('shop', ['pub=/order/*', 'sub=/order/*']);
  seen = world.commits.length;
  let sink = world.sink();
  const options = { delivery_batch_size: 1 };
  const { subscription } = await world.subscribe(shop, { patterns: ['/order/new'], sink, options });
  await step(100);
  await world.publish(shop, ...['"a"', '"b"', '"c"'].map(data => ({ topicName: '/order/new', data })));
  await step(100);
  const [, second, third] = sink.deliveries;
  second!.attempt.acked();
  await step(100);
  third!.attempt.ackedExcept([{ msgId: third!.messages[0]!.msg_id, delay: 10 }]);
  await step(100);
  await world.crash();
  const back = world.broker.endpoints.find('shop') as Endpoint;
  sink = world.sink();
  await world.attach(back, subscription.subKey, sink);
  await step(100);
  await step(0);
  await step(10_000);
  for (const { attempt } of sink.deliveries) attempt.acked();
  await step(100);
  await step(10_000);
  const left = await world.run(world.broker.depth.ofTopic(world.broker.topics.get('/order/new')));
  return { steps, counts: countsOf(sink), left };
}

function stepOf(settles: Settle[]): Step {
  return {
    lanes: settles.flatMap(({ lanes }) => lanes ?? []),
    put: settles
      .flatMap(({ overlayPut }) => overlayPut ?? [])
      .map(({ position, attempts, sent }) => ({ position, attempts, sent })),
    deleted: settles.flatMap(({ overlayDelete }) => overlayDelete ?? []),
  };
}

function countsOf(sink: RecordingSink): [unknown, number][] {
  return sink.deliveries.flatMap(({ messages }) =>
    messages.map(({ data, delivery_count }): [unknown, number] => [data, delivery_count]),
  );
}

/** Rows of lanes that the page shows and the store was not given in that step. */
function faults(markdown: string, steps: Step[]): string[] {
  const rows = tableAfter(section(markdown, 'An example, step by step').replace('| | what', '| step | what'), 'step');
  return rows.flatMap(([number, , lanes], index) => {
    const shown = /^`(.*)`$/.exec(lanes!)?.[1];
    const isGiven = shown === undefined || steps[index]?.lanes.some(row => row.includes(shown));
    return isGiven ? [] : [`step ${number}: ${shown}`];
  });
}

test('its example is what happens', async () => {
  const { steps, counts, left } = await runExample();
  assert.equal(faults(page, steps), []);
  assert.equal(steps[3]!.put, [{ position: 3, attempts: 1, sent: 1 }]);
  assert.equal(steps[6]!.put, [{ position: 3, attempts: 1, sent: 2 }]);
  assert.equal(steps[7]!.deleted, [3]);
  assert.equal(counts, [
    ['a', 2],
    ['c', 2],
  ]);
  assert.is(left, 0);
});

test('a row that differs is found', async () => {
  const { steps } = await runExample();
  const planted = page.replace('"5":[0,100003,[2,2],[]]', '"5":[0,100003,[1,2],[]]');
  assert.equal(faults(planted, steps), ['step 3: "5":[0,100003,[1,2],[]]']);
});

test.run();
