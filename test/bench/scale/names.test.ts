import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coveredPrefix, numbered, patternOf } from '../../../bench/scale/names.js';
import { priorityOf } from '../../../bench/scale/priority.js';
import { matches } from '../../../src/protocol/matcher.js';
import { isPattern } from '../../../src/protocol/names.js';

const count = 1_000;
const patterns = Array.from({ length: count }, (_, index) => patternOf(index));

const names = suite('scale: names');

names('have one length, so that all frames of a load have one', () => {
  assert.is(numbered('/a-', 0).length, numbered('/a-', 199_999).length);
});

names('of patterns are all different, and patterns', () => {
  assert.is(new Set(patterns).size, count);
  assert.ok(patterns.every(isPattern));
});

names('of the topics that are published to are covered by the first pattern and by no other', () => {
  const topic = numbered(coveredPrefix, 0);
  assert.equal(
    patterns.filter(pattern => matches(pattern, topic)),
    [patterns[0]],
  );
});

names('of priorities: the highest ones in turn, or the default one alone', () => {
  assert.equal(
    [0, 1, 2, 3].map(index => priorityOf(index, 3)),
    [9, 8, 7, 9],
  );
  assert.equal(
    [0, 1].map(index => priorityOf(index, 1)),
    [5, 5],
  );
});

names.run();
