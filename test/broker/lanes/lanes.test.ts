import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lanes } from '../../../src/broker/lanes/lanes.js';
import { Message } from '../../../src/broker/message.js';

const lanes = suite('lanes');
const createdAt = 100;
const noCrash = 0;

function message(position: number, priority: number): Message {
  return new Message({ position, topicId: 1, priority, expiresAt: 1e15, msgId: null, isAddressed: false, body: '' });
}

/** Puts a message of that priority in flight. */
function send(all: Lanes, priority: number, position: number): void {
  const lane = all.get(priority);
  lane.read = position;
  lane.scanned = position;
  lane.take([message(position, priority)]);
}

lanes('(2): come back from their row as they were', () => {
  const step = fc.record({ priority: fc.integer({ min: 1, max: 9 }), isSettled: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const all = Lanes.decode('', createdAt, noCrash);
      for (const [index, { priority, isSettled }] of steps.entries()) {
        send(all, priority, createdAt + 1 + index);
        const lane = all.get(priority);
        if (isSettled) lane.settlePart(lane.parts[lane.parts.length - 1]!);
      }
      const again = Lanes.decode(all.encode(), createdAt, noCrash);
      for (let priority = 1; priority <= 9; priority += 1) {
        assert.is(again.cursorOf(priority), all.cursorOf(priority), `cursor of ${priority}`);
        for (let position = createdAt; position < createdAt + 35; position += 1) {
          const isPassed = (one: Lanes) => one.peek(priority)?.isPassed(position) ?? position <= one.cursorOf(priority);
          assert.is(isPassed(again), isPassed(all), `${position} in lane ${priority}`);
        }
      }
      assert.is(again.encode(), all.encode());
      assert.equal(
        Lanes.cursors(all.encode(), createdAt),
        again.scanned(),
        'who looks at rows only sees the same cursors',
      );
    }),
  );
});

lanes('(5): a mark that a crash left counts as sent, as far as it can have been', () => {
  const all = Lanes.decode('', createdAt, noCrash);
  send(all, 5, 101);
  all.reserve(150, 0);
  const row = all.encode();
  const afterCrash = Lanes.decode(row, createdAt, 120);
  assert.is(afterCrash.get(5).stairs.timesSent(101), 1, 'it may have been sent');
  assert.is(afterCrash.get(5).stairs.timesSent(120), 1);
  assert.is(afterCrash.get(5).stairs.timesSent(121), 0, 'it was published after the crash');
  assert.is(afterCrash.get(9).stairs.timesSent(110), 1, 'lanes that had no message yet are marked together');
});

lanes('(5): after a clean end no mark is left', () => {
  const all = Lanes.decode('', createdAt, noCrash);
  send(all, 5, 101);
  all.reserve(150, 0);
  all.retreat();
  const again = Lanes.decode(all.encode(), createdAt, 120);
  assert.is(again.get(5).stairs.timesSent(101), 1, 'it was sent once');
  assert.is(again.get(5).stairs.timesSent(102), 0);
  assert.is(again.get(9).stairs.timesSent(101), 0);
});

lanes('(5): nothing above a mark is safe before the mark is on disk', () => {
  const all = Lanes.decode('', createdAt, noCrash);
  const lane = all.get(5);
  const confirm = all.reserve(150, 0);
  assert.is(lane.safe, 0);
  confirm();
  assert.is(lane.safe, 150);
});

lanes('(6): an idle subscription is one base, whatever was scanned', () => {
  const all = Lanes.decode('', createdAt, noCrash);
  all.noteScanned(new Array<number>(10).fill(500), 0);
  assert.is(all.encode(), '{"base":[500,0],"lanes":{}}');
});

lanes('(2): a clear settles what is there, in every lane, and nothing after it', () => {
  const all = Lanes.decode('', createdAt, noCrash);
  send(all, 5, 101);
  all.clear(110);
  for (const priority of [1, 5, 9]) assert.is(all.cursorOf(priority), 110);
  assert.is(all.get(5).find(101), null);
});

lanes.run();
