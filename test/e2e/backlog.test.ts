import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../src/protocol/api.gen.js';
import { dataOf, Stage } from './stage.js';

const test = suite('e2e: a long absence');

// Small pages, so that a backlog of some thousands is read in many of them.
let stage: Stage;
test.before(async () => {
  stage = await Stage.set({ limits: { page_messages: 100, page_bytes: 64 * 1024, tail_bytes_max: 256 * 1024 } });
});
test.after(() => stage.strike());

const count = 4_000;
const priorityOf = (i: number) => ((i * 7) % 9) + 1;

/** Fails if a message came before one of its priority that was published earlier, or came twice. */
function checkLanes(messages: Message[], expected: number): void {
  const last = new Map<number, number>();
  for (const { data, priority } of messages) {
    assert.ok((data as number) > (last.get(priority) ?? -1), `${data} came after ${last.get(priority)}`);
    last.set(priority, data as number);
  }
  assert.is(messages.length, expected);
}

async function publishAll(topic: (i: number) => string, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i += 500) {
    const group = Array.from({ length: Math.min(500, to - i) }, (_, j) => i + j);
    await Promise.all(group.map(j => stage.admin.publish(topic(j), j, { priority: priorityOf(j) })));
  }
}

test('thousands of messages of many topics and priorities drain after a restart in exactly the order of delivery (3)', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  await before.subscribe('/backlog/**', { name: 'away' });
  await before.close();
  await publishAll(i => `/backlog/${i % 90}`, 0, count);
  await stage.restart();
  const after = await stage.connect(credentials);
  const resumed = await after.call('subscribe', { topic_name: '/backlog/**', name: 'away' });
  assert.is(resumed.queue_depth, count);
  const messages = await after.take(count);
  const sent = Array.from({ length: count }, (_, i) => i);
  assert.equal(
    dataOf(messages),
    sent.toSorted((a, b) => priorityOf(b) - priorityOf(a) || a - b),
  );
  assert.ok(messages.every(({ delivery_count }) => delivery_count === 1));
});

test('what is published while a backlog drains comes too, once, in the order of its priority (2, 3)', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/busy/*', { max_in_flight: 150, delivery_batch_size: 40 });
  await before.close();
  await publishAll(i => `/busy/${i % 5}`, 0, 1_500);
  const after = await stage.connect(credentials);
  await after.call('resume', { sub_key });
  const [messages] = await Promise.all([after.take(3_000), publishAll(i => `/busy/${i % 5}`, 1_500, 3_000)]);
  checkLanes(messages, 3_000);
  await after.call('ping', {});
  assert.is((await after.call('queue.browse', { sub_key })).depth, 0);
});

test('a subscriber that comes and goes while it is published to misses nothing, and what comes twice says so (1, 5)', async () => {
  const credentials = await stage.endpoint();
  const first = await stage.connect(credentials);
  const sub_key = await first.subscribe('/flap/**', { delivery_batch_size: 25, max_in_flight: 100 });
  await first.close();
  const published = publishAll(i => `/flap/${i % 3}`, 0, 1_000);
  const seen = new Map<unknown, number>();
  while (seen.size < 1_000) {
    const client = await stage.connect(credentials);
    await client.call('resume', { sub_key });
    for (let batches = 0; batches < 5 && seen.size < 1_000; batches += 1) {
      const delivery = await client.deliveries.next();
      for (const { data, delivery_count } of delivery.messages) {
        assert.ok(delivery_count > (seen.get(data) ?? 0), `${data} came again with count ${delivery_count}`);
        seen.set(data, delivery_count);
      }
      // Every fifth batch is on its way when the connection is cut.
      if (batches < 4) client.ack(delivery);
    }
    await client.cut();
  }
  await published;
  assert.is(seen.size, 1_000);
});

test('a browse of a long queue by pages is the order of delivery, without gaps', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/long/**', { delivery_method: 'pull' });
  await publishAll(i => `/long/${i % 7}`, 0, 1_200);
  const browsed: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await user.call('queue.browse', { sub_key, max_messages: 170, cursor });
    browsed.push(...dataOf(page.messages));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  const sent = Array.from({ length: 1_200 }, (_, i) => i);
  assert.equal(
    browsed,
    sent.toSorted((a, b) => priorityOf(b) - priorityOf(a) || a - b),
  );
});

test('the check of lanes notices a swap and a duplicate', () => {
  const message = (data: number) => ({ data, priority: 5 }) as Message;
  checkLanes([message(1), message(2)], 2);
  for (const wrong of [
    [2, 1],
    [1, 1],
  ]) {
    let isNoticed = false;
    try {
      checkLanes(wrong.map(message), 2);
    } catch {
      isNoticed = true;
    }
    assert.ok(isNoticed);
  }
});

test.run();
