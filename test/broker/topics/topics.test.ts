import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import { Topics } from '../../../src/broker/topics/topics.js';

const test = suite('topics');

function topicsOf(...names: string[]): Topics {
  const topics = new Topics();
  for (const name of names) topics.add(topics.size + 1, name, topicDefaults, 0);
  return topics;
}

function names(topics: Iterable<{ name: string }>): string[] {
  return [...topics].map(({ name }) => name);
}

test('are listed in the order of their names, also those that came after the last list', () => {
  const topics = topicsOf('/c', '/a');
  assert.equal(names(topics.sortedAfter('')), ['/a', '/c']);
  topics.add(3, '/b', topicDefaults, 0);
  topics.add(4, '/', topicDefaults, 0);
  assert.equal(names(topics.sortedAfter('')), ['/', '/a', '/b', '/c']);
});

test('are listed after a name, whether there is such a topic or not', () => {
  const topics = topicsOf('/a', '/b', '/d');
  assert.equal(names(topics.sortedAfter('/b')), ['/d']);
  assert.equal(names(topics.sortedAfter('/c')), ['/d']);
  assert.equal(names(topics.sortedAfter('/d')), []);
});

test('tell which were made after the first so many', () => {
  const topics = topicsOf('/b', '/a', '/c');
  assert.equal(names(topics.madeAfter(0)), ['/b', '/a', '/c']);
  assert.equal(names(topics.madeAfter(2)), ['/c']);
  assert.equal(names(topics.madeAfter(3)), []);
});

test('a name covers its topic alone', () => {
  const topics = topicsOf('/a', '/a/b');
  assert.equal(names(topics.covered('/a')), ['/a']);
  assert.equal(names(topics.covered('/x')), []);
});

test.run();
