import * as assert from 'uvu/assert';
import type { Copy } from './copy.js';
import type { Model } from './model.js';
import { observe } from './observe.js';
import type { Browsed, Play } from './play.js';
import type { QueueModel } from './queue-model.js';

/** Compares the world with the model, once nothing moves any more. */
export async function check(model: Model, play: Play): Promise<void> {
  observe(model, play);
  assert.is(play.world.failure, null, `the store failed: ${play.world.failure?.stack}`);
  for (const queue of model.queues) {
    checkNothingIsLeft(queue, play.now);
    const depth = await play.world.depth(queue.subKey);
    const queued = queue.queued(play.now);
    assert.is(depth, queued.length, `the depth is ${depth}; the queue has ${queued.map(copy => copy.data)}`);
  }
  observe(model, play);
}

/** What can be delivered is delivered at once, unless the window is full. */
function checkNothingIsLeft(queue: QueueModel, now: number): void {
  if (!queue.isServed || queue.out.length >= queue.options.max_in_flight) return;
  const left = queue.deliverable(now);
  assert.is(left.length, 0, `messages ${left.map(copy => copy.data)} are not delivered`);
}

/** The whole queue as a browse shows it, page by page, is exactly what the model says. */
export async function checkBrowse(queue: QueueModel, play: Play, pageMax: number): Promise<void> {
  const seen: Browsed[] = [];
  for (let cursor: string | undefined; ; ) {
    const { messages, nextCursor } = await play.browse(queue.subKey, pageMax, cursor);
    assert.ok(messages.length <= pageMax, 'a browse answers more than was asked for');
    seen.push(...messages);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  const expected = queue.queued(play.now);
  assert.equal(
    seen.map(message => message.data),
    expected.map(copy => copy.data),
    'a browse shows the queue in the order of delivery',
  );
  for (const [index, copy] of expected.entries()) checkBrowsed(copy, seen[index]!);
}

function checkBrowsed(copy: Copy, seen: Browsed): void {
  const what = `message ${copy.data}`;
  assert.is(seen.msg_id, copy.message.msgId, what);
  assert.is(seen.priority, copy.priority, what);
  assert.ok(seen.delivery_count >= copy.sent, `${what}: delivery_count is too low`);
  assert.is(seen.state === 'held', copy.isHeld, what);
  // What is ready has its count raised ahead; beyond the bound of the overlay states are those of the lane.
  if (!copy.isExact) return;
  assert.ok(seen.delivery_count <= copy.sent + (copy.place === 'line' ? 0 : 1), `${what}: delivery_count is too high`);
  assert.is(seen.version, copy.version, what);
  const waiting = copy.place === 'retry' ? 'retry' : 'ready';
  if (!copy.isHeld) assert.is(seen.state, copy.out ? 'in_flight' : waiting, what);
}
