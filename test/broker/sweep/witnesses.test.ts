import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Hold, Witnesses } from '../../../src/broker/sweep/witnesses.js';
import { Topic } from '../../../src/broker/topics/topic.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';

const witnesses = suite('witnesses');

function holdOf(id: number): Hold {
  return { topic: new Topic(id, `/${id}`, topicDefaults, 0), subIds: [] };
}

witnesses('a hold ends when one of its subscriptions moves, and is told of once', () => {
  const all = new Witnesses();
  const [one, other] = [holdOf(1), holdOf(2)];
  all.hold(one, [7, 8]);
  all.hold(other, [8, 9]);
  all.move(7);
  assert.ok(all.haveMoved);
  assert.equal(all.takeMoved(), [one]);
  all.move(7);
  assert.not(all.haveMoved, 'it holds nothing any more');
  all.move(8);
  assert.equal(all.takeMoved(), [other]);
});

witnesses(
  'who holds nothing is not noted, unless it moves while a page is read that may show it as it was',
  async () => {
    const all = new Witnesses();
    const hold = holdOf(1);
    all.move(5);
    assert.not(all.haveMoved);
    let answer = () => {};
    const reading = all.reading(new Promise<void>(resolve => (answer = resolve)));
    all.move(5);
    answer();
    await reading;
    all.hold(hold, [5]);
    assert.equal(all.takeMoved(), [hold]);
  },
);

witnesses('a hold that is replaced is told of by its new subscriptions only', () => {
  const all = new Witnesses();
  const hold = holdOf(1);
  all.hold(hold, [1, 2]);
  all.hold(hold, [3]);
  all.move(1);
  assert.equal(all.takeMoved(), []);
  all.move(3);
  assert.equal(all.takeMoved(), [hold]);
});

witnesses('all can be told to have moved', () => {
  const all = new Witnesses();
  const holds = [1, 2, 3].map(holdOf);
  for (const [index, hold] of holds.entries()) all.hold(hold, [index, 50]);
  all.moveAll();
  assert.equal(all.takeMoved(), holds);
  assert.not(all.haveMoved);
});

witnesses.run();
