import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Overlay } from '../../../src/broker/lanes/overlay.js';
import { Message } from '../../../src/broker/message.js';
import type { OverlayRow } from '../../../src/store/store.js';

const test = suite('overlay');

/** A row that tells when somebody looks when it is due. */
function rowsDueAt(dueAts: number[], looked: () => void = () => {}): OverlayRow[] {
  return dueAts.map((dueAt, index) => ({
    position: index + 1,
    state: 'retry',
    topicId: 1,
    home: 5,
    priority: 5,
    top: 0,
    attempts: 1,
    sent: 1,
    get dueAt() {
      looked();
      return dueAt;
    },
    expiresAt: 1e9,
    version: 1,
    lastError: null,
    body: null,
  }));
}

function filled(dueAts: number[], looked?: () => void): Overlay {
  const overlay = new Overlay();
  for (const row of rowsDueAt(dueAts, looked)) {
    const entry = overlay.put(row);
    // What is put is copied: the copy is to tell as well.
    Object.defineProperty(entry, 'dueAt', Object.getOwnPropertyDescriptor(row, 'dueAt')!);
  }
  return overlay;
}

function message(position: number): Message {
  return new Message({
    position,
    topicId: 1,
    priority: 5,
    expiresAt: 1e9,
    msgId: null,
    isAddressed: false,
    body: '"data":1',
  });
}

test('tells what is due, in the order of delivery, and when to look again', () => {
  const overlay = filled([30, 10, 20, 10]);
  assert.equal(overlay.due(9, 9), []);
  assert.is(overlay.nextDueAt(), 10);
  assert.equal(
    overlay.due(20, 2).map(({ position }) => position),
    [2, 3],
  );
  assert.is(overlay.nextDueAt(), 10, 'what was due and is not taken is due');
  for (const { position } of overlay.due(20, 9)) overlay.delete(position);
  assert.equal(overlay.due(20, 9), []);
  assert.is(overlay.nextDueAt(), 30);
  overlay.delete(1);
  assert.equal(overlay.due(30, 9), []);
  assert.is(overlay.nextDueAt(), null);
});

test('does not look at all that waits as long as nothing is due', () => {
  let looks = 0;
  const overlay = filled(new Array<number>(1_000).fill(50), () => (looks += 1));
  overlay.due(10, 500);
  const before = looks;
  for (let time = 11; time < 50; time += 1) {
    overlay.due(time, 500);
    overlay.delete(time);
  }
  assert.is(looks, before);
  assert.is(overlay.due(50, 500).length, 500);
  assert.ok(looks > before);
});

test('what comes back is due when it says, and what the receiver left at once again', () => {
  const overlay = new Overlay(rowsDueAt([10, 10, 10]).map(row => ({ ...row })));
  const [first, second, third] = overlay.due(10, 9);
  for (const entry of [first!, second!, third!]) overlay.makeReady(entry, message(entry.position));
  for (const entry of [first!, second!]) overlay.send(entry);
  assert.equal(overlay.due(10, 9), []);
  overlay.wait(first!);
  first!.dueAt = 40;
  overlay.touch(first!);
  overlay.wait(third!);
  assert.is(third!.sent, 0, 'it was not sent');
  assert.equal(overlay.due(39, 9), [third]);
  overlay.retreat();
  assert.equal(overlay.due(39, 9), [second, third]);
  assert.equal(overlay.due(40, 9), [first, second, third]);
});

test('has what is ready by priority, until it is sent, waits or goes', () => {
  const overlay = new Overlay(rowsDueAt([0, 0, 0, 0]).map((row, at) => ({ ...row, priority: at === 1 ? 9 : 5 })));
  for (const entry of overlay.entries()) overlay.makeReady(entry, message(entry.position));
  assert.is(overlay.readyCount, 4);
  assert.equal(
    overlay.ready(5).map(({ position }) => position),
    [1, 3, 4],
  );
  overlay.send(overlay.get(1)!);
  overlay.wait(overlay.get(3)!);
  overlay.delete(4);
  assert.equal(overlay.ready(5), []);
  assert.is(overlay.readyCount, 1);
  overlay.retreat();
  assert.is(overlay.readyCount, 0);
  assert.equal(overlay.ready(9), []);
});

test.run();
