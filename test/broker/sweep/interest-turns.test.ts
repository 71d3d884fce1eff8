import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { InterestTurn, Look } from '../../../src/broker/sweep/interest-turn.js';
import { InterestTurns } from '../../../src/broker/sweep/interest-turns.js';
import { LowWater } from '../../../src/broker/sweep/low-water.js';
import { Topic } from '../../../src/broker/topics/topic.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import type { InterestPage, InterestRow } from '../../../src/store/store.js';

const interestTurns = suite('interest turns');
const start = 50;
const rowsMax = 64;
const always = () => [{ from: 0, to: Infinity }];

function look(first: number): Look {
  const topic = new Topic(1, '/t', topicDefaults, start);
  return { lowWater: new LowWater(topic, new Array<number>(10).fill(first), start), turns: 1, isDone: false };
}

/** Subscriptions with the ids from 1, each of which has settled so far. */
function page(settled: number[], afterId: number, limit: number): InterestPage {
  const all = settled.map(
    (from, index): InterestRow => ({ subId: index + 1, endpointId: 1, from, to: null, createdAt: from, lanes: '' }),
  );
  const rest = all.slice(afterId);
  return { rows: rest.slice(0, limit), isLast: rest.length <= limit };
}

/** Lets the turns go until they are over. Answers the ids that were read. */
function run(turns: InterestTurns, settled: number[]): number[] {
  const read: number[] = [];
  while (!turns.isEmpty) {
    const { turns: some, limit } = turns.next();
    for (const turn of some) step(turns, turn, page(settled, turn.afterId, limit), read);
  }
  return read;
}

function step(turns: InterestTurns, turn: InterestTurn, answer: InterestPage, read: number[]): void {
  read.push(...answer.rows.map(({ subId }) => subId));
  const isWhole = turn.take(answer, always);
  for (const one of turn.looks) one.isDone = isWhole || one.lowWater.isHeld;
  turns.taken(turn, isWhole);
}

interestTurns('stops at who holds all, and goes on behind it next time', () => {
  const turns = new InterestTurns(rowsMax);
  const settled = new Array<number>(100).fill(20);
  settled[70] = 9;
  turns.begin(new Map([['/t', [look(10)]]]), 0);
  const first = run(turns, settled);
  assert.ok(first.includes(71) && !first.includes(100));
  turns.begin(new Map([['/t', [look(10)]]]), 0);
  const second = run(turns, settled);
  assert.is(second[0], first.at(-1)! + 1);
  assert.ok(second.includes(100) && second.includes(1) && second.includes(71), 'it went around');
});

interestTurns('(1): a turn that nobody stops has seen everyone, wherever it began', () => {
  const settledTo = fc.array(fc.integer({ min: 10, max: start }), { maxLength: 200 });
  fc.assert(
    fc.property(settledTo, settledTo, (before, settled) => {
      const turns = new InterestTurns(rowsMax);
      turns.begin(new Map([['/t', [look(15)]]]), 0);
      run(turns, before);
      const last = look(11);
      turns.begin(new Map([['/t', [last]]]), 0);
      const read = run(turns, settled);
      if (last.lowWater.isHeld && read.length < settled.length) return;
      assert.equal(
        [...new Set(read)].sort((a, b) => a - b),
        settled.map((_, index) => index + 1),
      );
      assert.is(last.lowWater.upto[5], Math.min(start, ...settled));
    }),
  );
});

interestTurns('reads little of many before much of one, and lets the long ones go on too', () => {
  const turns = new InterestTurns(rowsMax);
  turns.begin(new Map(Array.from({ length: 20 }, (_, index) => [`/${index}`, [look(10)]])), 0);
  const { turns: first, limit } = turns.next();
  assert.equal([first.length, limit], [8, 8]);
  for (const turn of first) step(turns, turn, { ...page(new Array(99).fill(30), 0, 8), isLast: false }, []);
  const kinds = [turns.next(), turns.next()].map(({ turns: some }) => some[0]!.pages);
  assert.equal(kinds.sort(), [0, 1]);
});

interestTurns.run();
