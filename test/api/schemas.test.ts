import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Schemas } from '../../src/api/schemas.js';
import { HoldfastError } from '../../src/protocol/errors.js';
import { isMessageId, isSubKey, newMessageId, newSubKey } from '../../src/protocol/ids.js';
import { methods } from './schema-files.js';

const schemas = Schemas.load();
const subKey = newSubKey();
const msgId = newMessageId();

/** What each method takes at least. */
const smallest: Record<string, Record<string, unknown>> = {
  publish: { topic_name: '/customer/new', data: null },
  subscribe: { topic_name: '/customer/**' },
  resume: { sub_key: subKey },
  unsubscribe: { sub_key: subKey },
  pull: { sub_key: subKey },
  ack: { sub_key: subKey, msg_id_list: [msgId] },
  nack: { sub_key: subKey, msg_id_list: [msgId] },
  whoami: {},
  ping: {},
  'subscription.create': { username: 'crm', topic_name: '/a' },
  'subscription.get': { sub_key: subKey },
  'subscription.list': {},
  'subscription.update': { sub_key: subKey },
  'subscription.delete': { sub_key: subKey },
  'config.reload': {},
  'topic.create': { topic_name: '/customer/new' },
  'topic.browse': { topic_name: '/a' },
  'topic.delete': { topic_name: '/a' },
  'topic.get': { topic_name: '/a' },
  'topic.list': {},
  'topic.update': { topic_name: '/a' },
  'endpoint.create': { username: 'crm', key: true },
  'endpoint.update': { username: 'crm' },
  'delayed.list': {},
  'delayed.get': { msg_id: msgId },
  'delayed.update': { msg_id: msgId },
  'delayed.cancel': { msg_id: msgId },
  'queue.browse': { sub_key: subKey },
  'queue.get': { sub_key: subKey, msg_id: msgId },
  'queue.hold': { sub_key: subKey, msg_id: msgId },
  'queue.move_to_top': { sub_key: subKey, msg_id: msgId },
  'queue.redrive': { sub_key: subKey },
  'queue.release': { sub_key: subKey, msg_id: msgId },
  'queue.update': { sub_key: subKey, msg_id: msgId },
  'queue.delete': { sub_key: subKey, msg_id: msgId },
  'queue.clear': { sub_key: subKey },
  'queue.rewind': { sub_key: subKey, to: 'earliest', dry_run: true },
};

function refusal(method: string, params: unknown): HoldfastError {
  try {
    schemas.check(method, params);
  } catch (error) {
    assert.instance(error, HoldfastError);
    return error as HoldfastError;
  }
  throw new Error(`${method} took ${JSON.stringify(params)}`);
}

function isTaken(method: string, params: unknown): boolean {
  try {
    schemas.check(method, params);
    return true;
  } catch {
    return false;
  }
}

const taking = suite('schemas: what is taken');

taking('every method that clients may call has a schema, and no other', () => {
  assert.equal(schemas.names().sort(), Object.keys(smallest).sort());
});

taking('every method takes what it needs at least', () => {
  for (const [method, params] of Object.entries(smallest)) schemas.check(method, params);
});

taking('parameters that are left out count as none', () => {
  schemas.check('whoami', undefined);
  assert.is(refusal('publish', undefined).details.path, 'topic_name');
});

taking('data and user_ctx are any JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (data, user_ctx) =>
      isTaken('publish', { topic_name: 'a', data, user_ctx }),
    ),
  );
});

taking('waits are a number or a schedule', () => {
  for (const wait of [0, 2.5, [3], [3, 10, 60]]) {
    schemas.check('subscribe', { topic_name: '/a', wait_sock_err: wait, wait_non_sock_err: wait });
  }
});

taking('ids and keys have the form that src/protocol/ids.ts knows', () => {
  const likely = fc.stringMatching(/^zps[mkx][ -\u00ff]{0,8}$/);
  const long = fc.integer({ min: 150, max: 250 }).map(length => 'zpsm'.padEnd(length, 'x'));
  fc.assert(
    fc.property(fc.oneof(likely, long, fc.string()), text => {
      assert.is(isTaken('queue.get', { sub_key: subKey, msg_id: text }), isMessageId(text));
      assert.is(isTaken('resume', { sub_key: text }), isSubKey(text));
    }),
  );
});

taking.run();

const refusing = suite('schemas: what is refused');

const publish = smallest.publish!;
const subscribe = smallest.subscribe!;
const endpoint = smallest['endpoint.create']!;
const tooLong = 'x'.repeat(2001);

/** Method, parameters, path, reason. */
const refusals: [string, unknown, string, string][] = [
  ['publish', {}, 'topic_name', 'is required'],
  ['publish', { topic_name: '/a' }, 'data', 'is required'],
  ['publish', { ...publish, priority: 0 }, 'priority', 'must be an integer from 1 to 9'],
  ['publish', { ...publish, priority: 10 }, 'priority', 'must be an integer from 1 to 9'],
  ['publish', { ...publish, priority: 5.5 }, 'priority', 'must be an integer from 1 to 9'],
  ['publish', { ...publish, priority: '5' }, 'priority', 'must be an integer from 1 to 9'],
  ['publish', { ...publish, expiration: 0 }, 'expiration', 'must be an integer from 1 to 3153600000'],
  ['publish', { ...publish, delay: -1 }, 'delay', 'must be a number from 0 to 31536000'],
  ['publish', { ...publish, delay: JSON.parse('1e999') }, 'delay', 'must be a number from 0 to 31536000'],
  ['publish', { ...publish, mime_type: tooLong }, 'mime_type', 'must have at most 2000 bytes'],
  ['publish', { ...publish, group_id: 'é'.repeat(1001) }, 'group_id', 'must have at most 2000 bytes'],
  ['publish', { ...publish, topic_name: '' }, 'topic_name', 'must not be empty'],
  ['publish', { ...publish, topic_name: 1 }, 'topic_name', 'must be a text'],
  ['publish', { ...publish, has_gd: 'yes' }, 'has_gd', 'must be true or false'],
  ['publish', { ...publish, deliver_to_sk: [] }, 'deliver_to_sk', 'must not be empty'],
  ['publish', { ...publish, deliver_to_sk: subKey }, 'deliver_to_sk', 'must be a list'],
  [
    'publish',
    { ...publish, reply_to_sk: [subKey, 'x'] },
    'reply_to_sk[1]',
    'must be `zpsk` and up to 196 visible ASCII characters other than " and \\',
  ],
  [
    'publish',
    { ...publish, ext_pub_time_iso: '2026-11-21 17:56' },
    'ext_pub_time_iso',
    'must be a time by ISO 8601 with `Z` or an offset, like 2026-11-21T17:56:48.123456Z',
  ],
  ['publish', { ...publish, prioritty: 5 }, 'prioritty', 'is unknown: did you mean priority?'],
  ['publish', { topic: '/a', data: 1 }, 'topic', 'is unknown: publish takes topic_name, data, '],
  ['ping', { now: 1 }, 'now', 'is unknown: ping takes none'],
  ['publish', ['/a', 1], 'params', 'must be an object: parameters go by name, not by position'],
  ['publish', null, 'params', 'must be an object'],
  ['subscribe', {}, 'topic_name', 'is required, or topic_name_list in its place'],
  [
    'subscribe',
    { ...subscribe, topic_name_list: ['/b'] },
    'topic_name',
    'cannot be given together with topic_name_list',
  ],
  ['subscribe', { topic_name_list: [] }, 'topic_name_list', 'must not be empty'],
  ['subscribe', { topic_name_list: new Array(1001).fill('/a') }, 'topic_name_list', 'must have at most 1000 items'],
  ['subscribe', { ...subscribe, delivery_method: 'push' }, 'delivery_method', 'must be one of notify, pull'],
  ['subscribe', { ...subscribe, ack_wait: 0 }, 'ack_wait', 'must be a number above 0 and up to 86400'],
  [
    'subscribe',
    { ...subscribe, wait_non_sock_err: [1, -1] },
    'wait_non_sock_err[1]',
    'must be a number from 0 to 31536000',
  ],
  [
    'subscribe',
    { ...subscribe, wait_sock_err: 'soon' },
    'wait_sock_err',
    'must be a number of seconds from 0 to 31536000, or a list of 1 to 100 such numbers',
  ],
  ['endpoint.create', { username: 'crm' }, 'password', 'is required, or key in its place'],
  ['endpoint.create', { ...endpoint, password: 'x' }, 'password', 'cannot be given together with key'],
  ['endpoint.create', { ...endpoint, key: false }, 'key', 'must be true'],
  [
    'endpoint.create',
    { ...endpoint, username: 'a:b' },
    'username',
    'must be a text without colons and control characters',
  ],
  [
    'endpoint.create',
    { ...endpoint, patterns: ['pub=/a', '/b'] },
    'patterns[1]',
    'must be a line `pub=PATTERN` or `sub=PATTERN`',
  ],
  ['endpoint.update', { username: 'crm', password: 'x', key: true }, 'password', 'cannot be given together with key'],
];

for (const [method, params, path, reason] of refusals) {
  refusing(`${method}: ${path} ${reason} (${JSON.stringify(params)?.slice(0, 60)})`, () => {
    const error = refusal(method, params);
    assert.is(error.name, 'invalid_params');
    assert.is(error.details.path, path);
    assert.ok(String(error.details.reason).startsWith(reason), String(error.details.reason));
    assert.is(error.message, `${method}: ${path} ${error.details.reason}`);
  });
}

refusing('every method refuses an unknown parameter by its name, before all else', () => {
  for (const method of schemas.names()) {
    for (const name of ['unheard_of', '__proto__', 'constructor', 'toString', '']) {
      const params: unknown = JSON.parse(`{${JSON.stringify(name)}: 1}`);
      assert.is(refusal(method, params).details.path, name, `${method} ${name}`);
    }
  }
});

refusing('a long name comes back cut short', () => {
  const error = refusal('publish', { [tooLong]: 1 });
  assert.ok(String(error.details.path).length < 200);
  assert.ok(refusal(tooLong, {}).message.length < 500);
});

refusing('there is no method that is not described, whatever objects inherit', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'definitions']) {
    assert.is(refusal(name, {}).name, 'method_not_found');
  }
});

refusing('clients cannot call what the server sends', () => {
  for (const [name, { 'x-direction': direction }] of methods) {
    if (direction === 'to_client') assert.is(refusal(name, {}).name, 'method_not_found');
  }
});

refusing('a misspelt method is answered with the one that was meant', () => {
  assert.match(refusal('publsh', {}).message, 'did you mean publish?');
  assert.match(refusal('Topic.create', {}).message, 'did you mean topic.create?');
});

refusing('whatever comes in is taken or refused with a path and a reason, and stays as it was', () => {
  const name = fc.constantFrom(...[...methods.values()].flatMap(one => Object.keys(one.$defs.params.properties ?? {})));
  const value = fc.oneof(fc.jsonValue(), fc.constant(subKey), fc.constant([msgId]), fc.constant('/a'));
  const params = fc.oneof(fc.dictionary(name, value), fc.jsonValue());
  fc.assert(
    fc.property(fc.constantFrom(...schemas.names()), params, (method, given) => {
      const before = JSON.stringify(given);
      if (!isTaken(method, given)) {
        const { details } = refusal(method, given);
        assert.type(details.path, 'string');
        assert.match(String(details.reason), /^(is|must|cannot) /);
      }
      assert.is(JSON.stringify(given), before);
    }),
    { numRuns: 500 },
  );
});

refusing.run();
