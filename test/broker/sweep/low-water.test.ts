import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lanes } from '../../../src/broker/lanes/lanes.js';
import { contains, intersect, type Stretch, unite } from '../../../src/broker/subscriptions/stretches.js';
import { claimsOf } from '../../../src/broker/sweep/claims.js';
import { LowWater } from '../../../src/broker/sweep/low-water.js';
import { Topic } from '../../../src/broker/topics/topic.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import type { InterestRow } from '../../../src/store/store.js';

const lowWater = suite('low water');
const start = 50;
const topic = new Topic(1, '/a', topicDefaults, start);

function rowOf(settledTo: number, rest: Partial<InterestRow> = {}): InterestRow {
  const lanes = Lanes.decode('', 0, 0);
  lanes.clear(settledTo);
  return { subId: 1, endpointId: 1, from: 0, to: null, createdAt: 0, lanes: lanes.encode(), ...rest };
}

function heads(first: number): number[] {
  return new Array<number>(10).fill(first);
}

/** The low-water mark after a look at these rows. */
function look(rows: InterestRow[], first: number, rightsOf: (endpointId: number) => readonly Stretch[]): LowWater {
  const mark = new LowWater(topic, heads(first), start);
  for (const claim of claimsOf(rows)) mark.lower(claim, rightsOf(claim.endpointId));
  return mark;
}

const always = () => [{ from: 0, to: Infinity }];

const stretch = fc
  .record({ from: fc.nat(start), length: fc.option(fc.nat(30)) })
  .map(({ from, length }) => ({ from, to: length === null ? Infinity : from + length }));
const interest = fc.record({
  subId: fc.integer({ min: 1, max: 5 }),
  endpointId: fc.integer({ min: 0, max: 1 }),
  settledTo: fc.nat(start),
  stretch,
});
const rights = fc.tuple(fc.array(stretch, { maxLength: 3 }), fc.array(stretch, { maxLength: 3 }));

lowWater('(1): is the place before the first message that someone may still see', () => {
  fc.assert(
    fc.property(
      fc.array(interest, { maxLength: 6 }),
      rights,
      fc.integer({ min: 1, max: start }),
      (all, given, first) => {
        const rightsOf = (id: number) => unite(given[id]!);
        const rows = all.map(({ settledTo, stretch: { from, to }, ...ids }) =>
          rowOf(settledTo, { ...ids, from, to: to === Infinity ? null : to }),
        );
        const mark = look(rows, first, rightsOf);
        for (let position = first; position <= start; position += 1) {
          const isNeeded = all.some(
            one => position > one.settledTo && contains(intersect([one.stretch], rightsOf(one.endpointId)), position),
          );
          if (!isNeeded) continue;
          assert.ok(mark.upto[5]! < position, `${position} would be removed`);
          break;
        }
      },
    ),
  );
});

lowWater('is where the look began for a topic that nobody may see, and nobody holds it', () => {
  for (const mark of [look([], 1, always), look([rowOf(0)], 1, () => [])]) {
    assert.equal(mark.upto.slice(1), new Array(9).fill(start));
    assert.ok(mark.hasMore);
    assert.not(mark.isWitnessed);
    assert.equal(mark.witnesses, []);
  }
});

lowWater('(1): what an endpoint had no right to see is not kept for it, and what it had is', () => {
  const at = (cursor: number) => look([rowOf(cursor)], 1, () => [{ from: 10, to: 30 }]).upto[5];
  assert.equal([at(0), at(20), at(30)], [10, 20, start]);
});

lowWater('is held as soon as somebody needs the first message, and by whom', () => {
  const rows = [rowOf(40, { subId: 7 }), rowOf(19, { subId: 8, endpointId: 2 })];
  assert.not(look(rows.slice(0, 1), 20, always).isHeld);
  const held = look(rows, 20, always);
  assert.ok(held.isHeld);
  assert.equal(held.witnesses, [8]);
});

lowWater('is held by who is behind all messages that are left, however far', () => {
  assert.ok(look([rowOf(3)], 20, always).isHeld);
});

lowWater('is not held by who has nothing left to see, although its cursor is behind', () => {
  const mark = look([rowOf(3, { to: 19 })], 20, always);
  assert.ok(mark.hasMore);
  assert.equal(mark.witnesses, []);
});

lowWater('is held in each priority by its own, and in one without messages by anyone', () => {
  const firsts = heads(20).with(9, Infinity);
  const mark = new LowWater(topic, firsts, start);
  const lanes = '{"base":[10,0],"lanes":{"5":[45,0,[],[]],"9":[50,0,[],[]]}}';
  for (const claim of claimsOf([
    rowOf(0, { subId: 3, lanes }),
    rowOf(0, { subId: 4, lanes: lanes.replace('45', '30') }),
  ])) {
    mark.lower(claim, always());
  }
  assert.equal([mark.upto[4], mark.upto[5], mark.upto[9]], [19, 30, start]);
  assert.equal(mark.witnesses.sort(), [3, 4]);
  assert.ok(mark.isWitnessed);
  assert.ok(mark.hasMore);
});

lowWater('has nothing to look for where there is no message', () => {
  assert.ok(new LowWater(topic, heads(Infinity), start).isEmpty);
  assert.ok(new LowWater(topic, heads(start + 1), start).isEmpty);
  assert.not(new LowWater(topic, heads(Infinity).with(2, start), start).isEmpty);
});

lowWater('a thousand subscriptions of an endpoint make one claim', () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => rowOf(index % 50, { subId: index + 1 }));
  const claims = claimsOf([...rows, rowOf(9, { to: 70, subId: 2_000 })]);
  assert.is(claims.length, 2);
  assert.equal([claims[0]!.from[5], claims[0]!.subIds[5]], [0, 1]);
});

lowWater.run();
