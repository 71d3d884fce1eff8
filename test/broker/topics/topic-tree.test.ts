import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Topic } from '../../../src/broker/topics/topic.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import { TopicTree } from '../../../src/broker/topics/topic-tree.js';
import { matches } from '../../../src/protocol/matcher.js';
import { nameArbitrary, patternArbitrary } from '../../protocol/name-arbitraries.js';

const test = suite('topic tree');

function treeOf(names: string[]): TopicTree {
  const tree = new TopicTree();
  for (const [index, name] of names.entries()) tree.add(new Topic(index + 1, name, topicDefaults, 0));
  return tree;
}

function covered(tree: TopicTree, pattern: string): string[] {
  return [...tree.covered(pattern)].map(({ name }) => name).sort();
}

/** 100 sites with 20 devices each. */
const devices = Array.from({ length: 2_000 }, (_, at) => `/site/${at % 100}/device/${at}`);

/** Places that a pattern looks at. */
function visitsOf(tree: TopicTree, pattern: string): number {
  const before = tree.visits;
  for (const _topic of tree.covered(pattern));
  return tree.visits - before;
}

test('finds what asking `matches` for each topic finds, each once', () => {
  const property = fc.property(fc.uniqueArray(nameArbitrary, { maxLength: 30 }), patternArbitrary, (names, pattern) => {
    const expected = names.filter(name => matches(pattern, name)).sort();
    assert.equal(covered(treeOf(names), pattern), expected);
  });
  fc.assert(property, { numRuns: 500 });
});

test('a topic may lie above others', () => {
  const tree = treeOf(['/a/b', '/a', '/a/b/c']);
  assert.equal(covered(tree, '/a/**'), ['/a', '/a/b', '/a/b/c']);
  assert.equal(covered(tree, '/*'), ['/a']);
});

test('(9) stars do not reach system topics', () => {
  const tree = treeOf(['/holdfast/x', '/zato/s/to/y', '/z']);
  assert.equal(covered(tree, '/**'), ['/z']);
  assert.equal(covered(tree, '/holdfast/**'), ['/holdfast/x']);
});

test('a pattern looks at what lies below the segments that it spells, whatever else there is', () => {
  const tree = treeOf(devices);
  assert.is(visitsOf(tree, '/site/7/device/*'), 4 + 20);
  assert.is(visitsOf(tree, '/site/7/**'), 3 + 1 + 20);
  assert.is(visitsOf(tree, '/site/*/device/7'), 2 + 100 + 100 + 1);
  assert.is(visitsOf(tree, '/elsewhere/**'), 1);
});

test('who stops early has cost no more than what was found', () => {
  const tree = treeOf(devices);
  let found = 0;
  for (const _topic of tree.covered('/**')) if (++found === 65) break;
  assert.ok(tree.visits < 150, `${tree.visits} places`);
});

test.run();
