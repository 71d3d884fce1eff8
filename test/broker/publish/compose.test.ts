import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compose,
  composeDeadLetter,
  type Edit,
  edit,
  memberOf,
  type Publication,
} from '../../../src/broker/publish/compose.js';
import { Topic } from '../../../src/broker/topics/topic.js';
import { topicDefaults } from '../../../src/broker/topics/topic-options.js';
import { isoMicros } from '../../../src/protocol/time.js';

const composing = suite('compose');
const nowMicros = Date.UTC(2030, 0, 1) * 1000;
const topic = new Topic(1, '/a "quoted" name', topicDefaults, 0);

function publication(changes: Partial<Publication> = {}): Publication {
  return {
    topicName: topic.name,
    data: '1',
    priority: 5,
    expiration: 60,
    delay: 0,
    mimeType: 'application/json',
    ...changes,
  };
}

function parsed(body: string): Record<string, unknown> {
  return JSON.parse(`{${body}}`) as Record<string, unknown>;
}

composing('data and user_ctx go out byte for byte as they came in', () => {
  for (const raw of ['12345678901234567890123', '"\\u00e9\\/"', '{"b":1,"a":1e400}', ' [1 , 2]']) {
    const { body } = compose(publication({ data: raw, userCtx: raw }), topic, nowMicros);
    assert.is(memberOf(body, 'data'), raw.trim());
    assert.is(memberOf(body, 'user_ctx'), raw.trim());
  }
});

composing('what a publisher did not set is left out', () => {
  const { body } = compose(publication(), topic, nowMicros);
  assert.equal(Object.keys(parsed(body)), [
    'data',
    'topic_name',
    'priority',
    'mime_type',
    'pub_time_iso',
    'recv_time_iso',
    'expiration',
    'expiration_time_iso',
    'size',
  ]);
});

composing('(4): expires an expiration after it was received, never before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(0, 1, 2.5),
      fc.nat(999),
      (expiration, delay, micros) => {
        const { body, expiresAt } = compose(publication({ expiration, delay }), topic, nowMicros + micros);
        const { pub_time_iso, recv_time_iso } = parsed(body) as Record<string, string>;
        assert.ok(recv_time_iso! > pub_time_iso!, 'received later than published');
        const received = nowMicros + micros + Math.max(1, delay * 1e6);
        assert.is(expiresAt, Math.ceil((received + expiration * 1e6) / 1000));
      },
    ),
  );
});

composing('what messages of one time have in common is never taken from one that differs', () => {
  const attributes = fc.record({
    priority: fc.integer({ min: 4, max: 6 }),
    expiration: fc.constantFrom(1, 60),
    delay: fc.constantFrom(0, 1),
    mimeType: fc.constantFrom('application/json', 'text/plain', '"'),
    micros: fc.constantFrom(0, 1),
  });
  fc.assert(
    fc.property(fc.array(attributes, { minLength: 2 }), all => {
      for (const { micros, ...changes } of all) {
        const published = nowMicros + micros;
        const received = published + Math.max(1, changes.delay * 1e6);
        const told = parsed(compose(publication(changes), topic, published).body);
        assert.is(told.priority, changes.priority);
        assert.is(told.expiration, changes.expiration);
        assert.is(told.mime_type, changes.mimeType);
        assert.is(told.pub_time_iso, isoMicros(published));
        assert.is(told.recv_time_iso, isoMicros(received));
        assert.is(told.expiration_time_iso, isoMicros(received + changes.expiration * 1e6));
      }
    }),
  );
});

composing('an edit changes what it names and nothing else', () => {
  const { body } = compose(publication({ correlId: 'c', userCtx: '{"x":1}' }), topic, nowMicros);
  const changes = fc.record(
    {
      data: fc.constantFrom('2', '"two"', '{"priority":9}'),
      priority: fc.integer({ min: 1, max: 9 }),
      mimeType: fc.constant('text/plain'),
      correlId: fc.constant('d'),
      inReplyTo: fc.constant('e'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(changes, (changed: Edit) => {
      const before = parsed(body);
      const after = parsed(edit(body, changed, nowMicros + 1));
      const expected = {
        ...before,
        ...(changed.data === undefined ? {} : { data: JSON.parse(changed.data), size: after.size }),
        ...(changed.priority === undefined ? {} : { priority: changed.priority }),
        ...(changed.mimeType === undefined ? {} : { mime_type: changed.mimeType }),
        ...(changed.correlId === undefined ? {} : { correl_id: changed.correlId }),
        ...(changed.inReplyTo === undefined ? {} : { in_reply_to: changed.inReplyTo }),
      };
      assert.equal(after, expected);
    }),
  );
});

composing('(4): an edited expiration counts from when the message was received', () => {
  const { body } = compose(publication(), topic, nowMicros);
  const after = parsed(edit(body, { expiration: 10 }, nowMicros + 1));
  assert.is(after.expiration, 10);
  assert.is(after.expiration_time_iso, '2030-01-01T00:00:10.000001Z');
  assert.is(after.recv_time_iso, parsed(body).recv_time_iso);
});

composing('a dead letter is the message with its reason, under another topic and with a time of its own', () => {
  const { body } = compose(publication({ data: '{"a":1}' }), topic, nowMicros);
  const letter = { reason: 'r', attempts: 3, last_error: null, sub_name: 's', topic_name: topic.name };
  const dead = new Topic(2, '/dead', topicDefaults, 0);
  const composed = composeDeadLetter(body, letter, dead, nowMicros + 5e6);
  const after = parsed(composed.body);
  assert.equal(after.dead_letter, letter);
  assert.equal(after.data, { a: 1 });
  assert.is(after.topic_name, '/dead');
  assert.ok(composed.expiresAt > nowMicros / 1000 + 600_000_000);
});

composing.run();
