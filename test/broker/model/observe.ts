import * as assert from 'uvu/assert';
import type { Received, Recorded } from '../../sim/recording-sink.js';
import type { Copy } from './copy.js';
import { inOrder } from './copy.js';
import type { Model } from './model.js';
import type { Play } from './play.js';
import type { QueueModel } from './queue-model.js';

/** Shows the model what the sinks got since the last look, each delivery at its time. */
export function observe(model: Model, play: Play): void {
  for (const recorded of play.events.splice(0)) {
    model.tick(recorded.atMs);
    const queue = model.find(recorded.subKey);
    assert.ok(queue?.sink, 'a subscription without a sink was delivered to one');
    assert.ok(queue.isServed, 'delivered while nothing is to be delivered');
    checkNothingHigherWaits(queue, recorded, model.round);
    const copies = take(queue, recorded.messages, recorded.atMs);
    const delivery = { copies, returnsAt: null, recorded };
    for (const copy of copies) copy.out = delivery;
    queue.unanswered.push(delivery);
    checkBounds(queue, copies, recorded.atMs);
  }
  model.tick(play.now);
}

/** What a pull gave. */
export function observePull(queue: QueueModel, messages: Received[], atMs: number): void {
  const copies = take(queue, messages, atMs);
  const delivery = { copies, returnsAt: atMs + queue.options.ack_wait * 1000 };
  for (const copy of copies) copy.out = delivery;
  if (copies.length === 0) return;
  queue.pulled.push(delivery);
  checkBounds(queue, copies, atMs);
}

function take(queue: QueueModel, messages: Received[], atMs: number): Copy[] {
  const copies = messages.map(message => takeOne(queue, message, atMs));
  assert.equal([...copies].sort(inOrder), copies, 'a batch is sorted by priority, then position');
  for (const copy of copies) {
    if (copy.place === 'line' && copy.sent === 0) {
      const { index } = copy.message;
      assert.ok(index > (queue.firstSent.get(copy.priority) ?? -1), `${copy.data} is sent first after a later one`);
      queue.firstSent.set(copy.priority, index);
    }
    copy.sent += 1;
  }
  return copies;
}

function takeOne(queue: QueueModel, message: Received, atMs: number): Copy {
  const what = `message ${message.data}`;
  const copy = queue.copies.find(one => one.data === message.data);
  assert.ok(copy, `${what} is not of this queue`);
  assert.is(copy.state, 'open', `${what} is not to be sent any more`);
  assert.ok(copy.expiresAt > atMs, `${what} had expired`);
  assert.ok(copy.out === null, `${what} is out already`);
  assert.not(copy.isHeld, `${what} is held`);
  assert.ok(copy.dueAt <= atMs || copy.isVague, `${what} came before its time`);
  assert.is(message.sub_key, queue.subKey);
  assert.is(message.msg_id, copy.message.msgId);
  assert.is(message.topic_name, copy.message.topic);
  assert.is(message.priority, copy.priority);
  assert.ok(message.delivery_count > copy.sent, `${what}: delivery_count ${message.delivery_count} is too low`);
  if (copy.isExact) assert.is(message.delivery_count, copy.sent + 1, `${what}: delivery_count is too high`);
  return copy;
}

/** In line nothing of a higher priority, and nothing older of the same lane, waits when something is sent. */
function checkNothingHigherWaits(queue: QueueModel, { messages, atMs }: Recorded, round: number): void {
  const sent = new Set(messages.map(message => message.data));
  const last = queue.copies.findLast(copy => copy.data === messages[messages.length - 1]!.data);
  // What is published in this very round may have been committed after the delivery.
  const isInLine = (copy: Copy) => copy.place === 'line' && copy.message.round < round && !sent.has(copy.data);
  const waiting = queue.deliverable(atMs).filter(isInLine);
  const before = waiting.find(copy => last && (copy.priority > last.priority || isOlderInLine(copy, last)));
  assert.ok(!before, `message ${before?.data} waits while ${last?.data} is sent`);
}

function isOlderInLine(copy: Copy, last: Copy): boolean {
  return last.place === 'line' && copy.priority === last.priority && copy.message.index < last.message.index;
}

function checkBounds(queue: QueueModel, batch: Copy[], atMs: number): void {
  const { delivery_batch_size, max_in_flight } = queue.options;
  assert.ok(batch.length <= delivery_batch_size, 'a batch is larger than delivery_batch_size');
  // What has expired while it was out, or is wanted no more, need not count any longer.
  const out = queue.out.filter(copy => copy.isQueued(atMs));
  assert.ok(out.length <= max_in_flight, `${out.length} messages are out, more than max_in_flight`);
}
