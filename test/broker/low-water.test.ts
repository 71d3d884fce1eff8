import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lanes } from '../../src/broker/lanes.js';
import { LowWater } from '../../src/broker/low-water.js';
import { always } from '../../src/broker/stretches.js';
import { matches } from '../../src/protocol/matcher.js';
import type { SubscriptionRow } from '../../src/store/store.js';

const lowWater = suite('low water');
const start = 50;
const topics = ['/a', '/b/x', '/c'];

const row = fc
  .record({
    createdAt: fc.nat(start),
    settledTo: fc.nat(start),
    interests: fc.array(
      fc.record({
        pattern: fc.constantFrom('/a', '/b/*', '/**', '/c'),
        from: fc.nat(start),
        length: fc.option(fc.nat(20)),
      }),
      { maxLength: 3 },
    ),
    hasMailbox: fc.boolean(),
  })
  .map(({ createdAt, settledTo, interests, hasMailbox }): SubscriptionRow => {
    const lanes = Lanes.decode('', createdAt, 0);
    lanes.clear(settledTo);
    return {
      id: 1,
      subKey: 'k',
      endpointId: 1,
      name: null,
      options: '{}',
      lanes: lanes.encode(),
      epoch: 0,
      createdAt,
      hasMailbox,
      interests: interests.map(({ pattern, from, length }) => ({
        pattern,
        from,
        to: length === null ? null : from + length,
      })),
    };
  });

lowWater('(1): nothing that someone may still see is below it', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), rows => {
      const pass = new LowWater(start, () => always);
      for (const one of rows) pass.note(one);
      for (const topic of topics) {
        const upto = pass.of(topic);
        for (let position = 1; position <= start; position += 1) {
          const isNeeded = rows.some(
            one =>
              position > Lanes.cursors(one.lanes, one.createdAt)[5]! &&
              one.interests.some(
                ({ pattern, from, to }) =>
                  matches(pattern, topic) && position > from && (to === null || position <= to),
              ),
          );
          if (isNeeded) assert.ok(position > upto[5]!, `${topic} ${position} would be removed`);
        }
      }
    }),
  );
});

lowWater('is where the pass began for a topic that nobody may see', () => {
  assert.equal(new LowWater(start, () => always).of('/a').slice(1), new Array(9).fill(start));
});

lowWater('(1): what an endpoint had no right to see is not kept for it, and what it had is', () => {
  const right = { from: 10, to: 30 };
  const at = (cursor: number, pattern: string) => {
    const lanes = Lanes.decode('', 0, 0);
    lanes.clear(cursor);
    const pass = new LowWater(start, (endpointId, topic) => (endpointId === 1 && topic === '/a' ? [right] : []));
    const interests = [{ pattern, from: 0, to: null }];
    const lanesText = lanes.encode();
    pass.note({
      id: 1,
      subKey: 'k',
      endpointId: 1,
      name: null,
      options: '{}',
      lanes: lanesText,
      epoch: 0,
      createdAt: 0,
      hasMailbox: false,
      interests,
    });
    return ['/a', '/c'].map(topic => pass.of(topic)[5]);
  };
  for (const pattern of ['/a', '/**']) {
    assert.equal(at(0, pattern), [10, start]);
    assert.equal(at(20, pattern), [20, start]);
    assert.equal(at(30, pattern), [start, start]);
  }
});

lowWater('knows who has a mailbox', () => {
  fc.assert(
    fc.property(row, one => {
      const pass = new LowWater(start, () => always);
      pass.note(one);
      assert.is(pass.mailboxes().length, one.hasMailbox ? 1 : 0);
    }),
  );
});

lowWater.run();
