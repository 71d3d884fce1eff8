import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommitFault } from '../../../src/store/memory.js';
import type { Operation } from '../../../src/store/store.js';
import { type Published, World } from '../../sim/world.js';

const test = suite('new topics');

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const has = (kind: Operation['kind']) => (operations: Operation[]) => operations.some(one => one.kind === kind);
const errorOf = (outcome: Published | undefined) => (outcome && 'error' in outcome ? outcome.error.name : null);

test('(1): those of one sender are made in one transaction, and their messages follow in the next', async () => {
  const world = await World.open();
  const sender = await world.endpoint('sender', ['pub=/**']);
  const from = world.commits.length;
  const outcomes = await world.publish(sender, ...numbers(100).map(n => ({ topicName: `/device/${n}` })));
  const commits = world.commits.slice(from);
  assert.is(commits.filter(has('create_topic')).length, 1);
  assert.is(commits.filter(has('append')).length, 1);
  assert.ok(commits.findIndex(has('create_topic')) < commits.findIndex(has('append')));
  assert.ok(outcomes.length === 100 && outcomes.every(outcome => 'msgId' in outcome));
});

test('(3): messages to new, known and twice named topics enter the log in the order of their sender', async () => {
  const world = await World.open();
  const sender = await world.endpoint('sender', ['pub=/**']);
  await world.publish(sender, { topicName: '/known' });
  const receiver = await world.endpoint('receiver', ['sub=/**']);
  const sink = world.sink();
  await world.subscribe(receiver, { patterns: ['/**'], sink });
  const topicOf = (n: number) => (n % 3 === 0 ? '/known' : `/new/${n % 7}`);
  await world.publish(sender, ...numbers(60).map(n => ({ topicName: topicOf(n), data: String(n) })));
  assert.equal(sink.data.flat(), numbers(60));
  assert.is(world.broker.topics.size, 1 + 1 + 7);
});

test('senders who come at the same time get one topic of a name', async () => {
  const world = await World.open();
  const senders = await Promise.all(['a', 'b', 'c'].map(name => world.endpoint(name, ['pub=/**'])));
  const messages = numbers(20).map(n => ({ topicName: `/shared/${n}` }));
  const outcomes = senders.map(sender => world.startPublish(sender, messages));
  await world.clock.quiet();
  assert.is(world.commits.flat().filter(({ kind }) => kind === 'create_topic').length, 1 + 20);
  assert.ok(outcomes.flat().every(outcome => 'msgId' in outcome));
});

test('(6): there are exactly topics_max of them, however many are asked for at the same time', async () => {
  const world = await World.open({ limits: { topics_max: 1 + 5 } });
  const sender = await world.endpoint('sender', ['pub=/**']);
  const outcomes = await world.publish(sender, ...numbers(9).map(n => ({ topicName: `/device/${n}` })));
  assert.equal(outcomes.map(errorOf), [...new Array(5).fill(null), ...new Array(4).fill('overloaded')]);
  assert.is(world.broker.topics.size, 6);
});

test('(1): a refused transaction leaves none in memory, and whoever waited for it is told', async () => {
  let fault: CommitFault | null = null;
  const world = await World.open({ fault: () => fault });
  const sender = await world.endpoint('sender', ['pub=/**']);
  const messages = numbers(20).map(n => ({ topicName: `/device/${n}` }));
  fault = 'full';
  const refused = await world.publish(sender, ...messages);
  assert.equal(refused.map(errorOf), new Array(20).fill('storage_full'));
  assert.is(world.broker.topics.size, 1);
  fault = null;
  await world.clock.advance(world.limits.full_disk_wait_ms);
  const accepted = await world.publish(sender, ...messages);
  assert.ok(accepted.every(outcome => 'msgId' in outcome));
  assert.is(world.broker.topics.size, 21);
});

test('are not made for those who may not publish to them, while they wait neither', async () => {
  const world = await World.open();
  const sender = await world.endpoint('sender', ['pub=/mine/**']);
  const outcomes = await world.publish(
    sender,
    { topicName: '/mine/1' },
    { topicName: '/yours' },
    { topicName: '/mine/2' },
  );
  assert.equal(outcomes.map(errorOf), [null, 'forbidden', null]);
  assert.is(world.broker.topics.find('/yours'), undefined);
});

test('a service that gets its topic while its name waits is reached, and no topic is made by mistake', async () => {
  const world = await World.open();
  const sender = await world.endpoint('sender', ['pub=/**', 'pub=/zato/s/to/**']);
  await world.publish(sender, { topicName: '/zato/s/to/my_service' }, { topicName: 'my.service' });
  assert.is(world.broker.topics.size, 2);
});

test.run();
