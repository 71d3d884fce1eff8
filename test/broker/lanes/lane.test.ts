import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lane, type Part } from '../../../src/broker/lanes/lane.js';
import { Message } from '../../../src/broker/message.js';

const lane = suite('lane');

function message(position: number): Message {
  return new Message({ position, topicId: 1, priority: 5, expiresAt: 1e15, msgId: null, isAddressed: false, body: '' });
}

/** Sends the messages at these positions together, as the feed does. */
function take(lane: Lane, ...positions: number[]): Part {
  lane.read = positions[positions.length - 1]!;
  lane.scanned = lane.read;
  return lane.take(positions.map(message));
}

lane('(2): the cursor never passes a message that is in flight', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(5), fc.nat(3), fc.boolean())),
      (sizes, acks) => {
        const one = new Lane(0);
        const open = new Set<number>();
        let next = 1;
        const parts = sizes.map(size => {
          const positions = Array.from({ length: size }, () => (next += 2));
          for (const position of positions) open.add(position);
          return take(one, ...positions);
        });
        for (const [at, index, isWhole] of acks) {
          const part = parts[at % parts.length]!;
          const settled = part.messages[index % part.messages.length]!;
          if (isWhole) {
            one.settlePart(part);
            for (const { position } of part.messages) open.delete(position);
          } else {
            assert.is(one.settleOne(part, index % part.messages.length), open.has(settled.position));
            open.delete(settled.position);
          }
          assert.ok(one.cursor < Math.min(...open, Infinity), 'the cursor is before the oldest message in flight');
          if (open.size === 0) assert.is(one.cursor, one.read, 'the cursor is where everything is settled');
          for (const { position } of parts.flatMap(each => each.messages)) {
            assert.is(one.isPassed(position), !open.has(position), `position ${position}`);
            assert.is(one.find(position) !== null, open.has(position), `position ${position}`);
          }
        }
      },
    ),
  );
});

lane('(6): acks in any order leave one range for each run of settled messages', () => {
  const one = new Lane(0);
  const part = take(one, 10, 20, 30, 40);
  one.settleOne(part, 1);
  one.settleOne(part, 3);
  assert.is(one.ahead.size, 2);
  one.settleOne(part, 2);
  assert.is(one.ahead.size, 1, 'nothing visible lies between neighbours');
  one.settleOne(part, 0);
  assert.is(one.ahead.size, 0);
  assert.is(one.cursor, 40);
});

lane('(5): when the receiver goes, what was out counts as sent once more', () => {
  const one = new Lane(0);
  take(one, 1, 2);
  take(one, 5);
  one.retreat();
  assert.equal(
    [1, 2, 5, 6].map(position => one.stairs.timesSent(position)),
    [1, 1, 1, 0],
  );
  assert.is(one.read, 0);
  assert.is(one.parts.length, 0);
});

lane('(7): a part of an older owner settles nothing', () => {
  const one = new Lane(0);
  const part = take(one, 1, 2);
  one.retreat();
  one.settlePart(part);
  assert.not(one.settleOne(part, 0));
  assert.is(one.cursor, 0);
});

lane('(2): passes a message that nobody has, without passing those before it', () => {
  const one = new Lane(0);
  one.pass(7);
  assert.ok(one.isPassed(7));
  assert.not(one.isPassed(6));
  assert.is(one.cursor, 0);
});

lane('(2): drops the oldest of a backlog as one range', () => {
  const one = new Lane(0);
  for (const [after, position] of [[0, 3] as const, [3, 5] as const, [5, 9] as const]) one.drop(after, position);
  assert.is(one.cursor, 9);
  assert.is(one.ahead.size, 0);
});

lane('finds one of many messages in flight by looking at a few, also where its neighbours are settled', () => {
  const one = new Lane(0);
  let looks = 0;
  for (let at = 1; at <= 20_000; at += 2) {
    const part = take(one, at);
    Object.defineProperty(part.messages[0]!, 'position', {
      get: () => {
        looks += 1;
        return at;
      },
    });
  }
  assert.is(one.find(12_345)?.part, one.parts[6_172]);
  assert.is(one.find(12_346), null);
  assert.is(one.find(20_001), null);
  one.settlePart(one.parts[6_172]!);
  assert.is(one.find(12_345), null);
  assert.is(one.parts.length, 9_999);
  assert.ok(looks < 200, `${looks} looks`);
});

lane.run();
