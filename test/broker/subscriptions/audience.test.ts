import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Audience, type Listener } from '../../../src/broker/subscriptions/audience.js';
import { Topic } from '../../../src/broker/topics/topic.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import { matches } from '../../../src/protocol/matcher.js';
import { patternArbitrary } from '../../protocol/name-arbitraries.js';

const test = suite('audience');

const listeners: Listener[] = Array.from({ length: 4 }, () => ({
  wake: () => {},
  awaits: () => false,
  isToCome: () => false,
  lost: () => {},
}));

function topic(name: string): Topic {
  return new Topic(1, name, topicDefaults, 0);
}

/** Numbers of those who listen. */
function heardBy(audience: Audience, name: string): number[] {
  return [...audience.of(topic(name))].map(one => listeners.indexOf(one)).sort();
}

type Change = [isAdded: boolean, pattern: string, listener: number];

/** Whether an audience that goes through changes, and is asked after each, says what `matches` says of each pair. */
function agrees(change: (audience: Audience, ...change: Change) => void): fc.IProperty<[Change[]]> {
  const pattern = fc.oneof(patternArbitrary, fc.constantFrom('/a', '/a/b', '/a/*', '/**'));
  const changes = fc.array(fc.tuple(fc.boolean(), pattern, fc.nat({ max: 3 })), { maxLength: 120 });
  return fc.property(changes, list => {
    const audience = new Audience();
    const pairs = new Map<string, [string, number]>();
    for (const [isAdded, of, listener] of list) {
      change(audience, isAdded, of, listener);
      if (isAdded) pairs.set(`${listener} ${of}`, [of, listener]);
      else pairs.delete(`${listener} ${of}`);
      for (const name of ['/a', '/a/b', '/b']) {
        const expected = [...pairs.values()].filter(([one]) => matches(one, name)).map(([, number]) => number);
        assert.equal(heardBy(audience, name), [...new Set(expected)].sort(), name);
      }
    }
  });
}

function apply(audience: Audience, ...[isAdded, pattern, listener]: Change): void {
  if (isAdded) audience.add(pattern, listeners[listener]!);
  else audience.delete(pattern, listeners[listener]!);
}

test('who listens is who has a pattern that covers the topic, after any comings and goings', () => {
  fc.assert(agrees(apply), { numRuns: 200 });
});

test('the comparison finds an audience that keeps who has gone', () => {
  const keeping = agrees((audience, ...change) => {
    if (change[0]) apply(audience, ...change);
  });
  assert.ok(fc.check(keeping, { numRuns: 200 }).failed);
});

test('a listener with two patterns stays until both have gone', () => {
  const audience = new Audience();
  apply(audience, true, '/a', 0);
  apply(audience, true, '/*', 0);
  apply(audience, true, '/**', 0);
  assert.equal(heardBy(audience, '/a'), [0]);
  apply(audience, false, '/*', 0);
  apply(audience, false, '/a', 0);
  assert.equal(heardBy(audience, '/a'), [0]);
  apply(audience, false, '/**', 0);
  assert.equal(heardBy(audience, '/a'), []);
});

test.run();
