import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Endpoint } from '../../../src/broker/endpoints/endpoint.js';
import { Interests } from '../../../src/broker/subscriptions/interests.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import { Topics } from '../../../src/broker/topics/topics.js';
import { View } from '../../../src/store/view.js';

const test = suite('interests');

function endpointWith(...patterns: string[]): Endpoint {
  const rights = patterns.map(pattern => ({ pattern, from: 0, to: null }));
  return new Endpoint({ id: 1, username: 'e', role: 'user', credential: '', publishPatterns: [], rights });
}

function interestsIn(...patterns: string[]): Interests {
  return new Interests(
    endpointWith('/**'),
    patterns.map(pattern => ({ pattern, from: 5, to: null })),
  );
}

function add(topics: Topics, ...names: string[]): void {
  for (const name of names) topics.add(topics.size + 1, name, topicDefaults, 10);
}

/** Names of many topics below a path. */
function many(path: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${path}/${at}`);
}

test('reach a few topics by their ids, each from where it begins', () => {
  const topics = new Topics();
  add(topics, '/a/1', '/b', '/a/2');
  const interests = interestsIn('/a/*', '/a/1');
  assert.equal(interests.reach(topics), {
    topics: [
      { topicId: 1, from: 5 },
      { topicId: 3, from: 5 },
    ],
  });
});

test('reach a topic that is made later, and leave what was asked for before as it was', () => {
  const topics = new Topics();
  add(topics, '/a/1');
  const interests = interestsIn('/a/*');
  const before = interests.reach(topics).topics;
  add(topics, '/b', '/a/2');
  assert.equal(
    interests.reach(topics).topics.map(({ topicId }) => topicId),
    [1, 3],
  );
  assert.is(before.length, 1);
});

test('a new topic costs who reads one look, and not all topics again', () => {
  const topics = new Topics();
  add(topics, ...many('/b', 1_000));
  const interests = interestsIn('/*/1');
  interests.reach(topics);
  const before = topics.visits;
  for (const name of many('/c', 100)) {
    add(topics, name);
    interests.reach(topics);
  }
  assert.is(topics.visits, before);
  assert.is(interests.reach(topics).topics.length, 2);
});

test('reach many topics by their patterns, without looking at all of them', () => {
  const topics = new Topics();
  add(topics, ...many('/a', 64));
  const interests = interestsIn('/a/*');
  assert.is(interests.reach(topics).topics.length, 64);
  add(topics, '/a/one-more', ...many('/a/b', 5_000));
  const wide = {
    topics: [],
    view: [[{ pattern: '/a/*', from: 5, to: null }], [{ pattern: '/**', from: 0, to: null }]],
  };
  assert.equal(interests.reach(topics), wide);
  const other = interestsIn('/a/**');
  const before = topics.visits;
  assert.is(other.reach(topics).view?.length, 2);
  assert.ok(topics.visits - before < 200, `${topics.visits - before} looks`);
});

test('what many topics are reached by says the same as the view of each', () => {
  const topics = new Topics();
  add(topics, ...many('/a', 100), '/b');
  const endpoint = endpointWith('/a/1*', '/b');
  endpoint.changeRights(['/a/**'], ['/a/1*'], 8);
  const interests = new Interests(endpoint, [{ pattern: '/**', from: 5, to: 20 }]);
  interests.open(['/a/2*'], 30);
  const { view } = interests.reach(topics);
  const seen = new View(view!, id => topics.byId(id).name);
  for (const topic of topics.all()) {
    for (let position = 1; position < 40; position += 1) {
      assert.is(seen.sees(topic.id, position), interests.sees(topic, position), `${topic.name} at ${position}`);
    }
  }
});

test('a change of interest or right is reached at once', () => {
  const topics = new Topics();
  add(topics, ...many('/a', 100), '/b');
  const interests = interestsIn('/a/*', '/b');
  assert.ok(interests.reach(topics).view);
  interests.remove('/a/*');
  assert.equal(interests.reach(topics), { topics: [{ topicId: 101, from: 5 }] });
});

test('have in their scope what has a message after a position, few topics or many', () => {
  for (const others of [1, 100]) {
    const topics = new Topics();
    add(topics, '/a/new', ...many('/a', others), '/b');
    topics.get('/a/new').last = 50;
    topics.get('/b').last = 60;
    const interests = interestsIn('/a/*');
    assert.equal(interests.scope(topics, 10, Infinity), { topics: [{ topicId: 1, from: 5 }] }, `${others} others`);
    const all = interests.scope(topics, 9, Infinity);
    assert.is('topics' in all && all.topics.length, others + 1);
  }
});

test.run();
