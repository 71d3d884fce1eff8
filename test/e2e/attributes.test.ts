import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message, PublishParams } from '../../src/protocol/api.gen.js';
import type { Client } from './client.js';
import { Stage } from './stage.js';

const test = suite('e2e: attributes of a message');

let stage: Stage;
let user: Client;
test.before(async () => {
  stage = await Stage.set();
  user = await stage.user();
  await user.subscribe('/attributes');
});
test.after(() => stage.strike());

async function sent(more: Partial<PublishParams> = {}): Promise<Message> {
  await user.publish('/attributes', 'This is a sample message', more);
  return (await user.take(1))[0]!;
}

const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n + BigInt(iso.slice(23, 26));

test('a plain message has the defaults and not one empty attribute', async () => {
  const message = await sent();
  const { msg_id, sub_key, pub_time_iso, recv_time_iso, expiration_time_iso, ...rest } = message;
  assert.equal(rest, {
    data: 'This is a sample message',
    topic_name: '/attributes',
    priority: 5,
    mime_type: 'application/json',
    expiration: 86_400,
    size: 24,
    delivery_count: 1,
  });
  assert.match(msg_id, /^zpsm[0-9a-z]+$/);
  assert.match(sub_key, /^zpsk[0-9a-z]+$/);
  for (const time of [pub_time_iso, recv_time_iso, expiration_time_iso]) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }
});

test('recv_time_iso is later than pub_time_iso, also within one microsecond, and both are now', async () => {
  const { time_iso: before } = await user.call('ping', {});
  await Promise.all(Array.from({ length: 50 }, () => user.publish('/attributes', 0)));
  const messages = await user.take(50);
  const { time_iso: after } = await user.call('ping', {});
  for (const { pub_time_iso, recv_time_iso } of messages) {
    assert.ok(micros(recv_time_iso) > micros(pub_time_iso));
    assert.ok(micros(before) <= micros(pub_time_iso) && micros(pub_time_iso) <= micros(after));
  }
});

test('expiration_time_iso is recv_time_iso + expiration, to the microsecond (4)', async () => {
  for (const expiration of [1, 3_600, 86_400, 3_153_600_000]) {
    const { recv_time_iso, expiration_time_iso } = await sent({ expiration });
    assert.is(micros(expiration_time_iso) - micros(recv_time_iso), BigInt(expiration) * 1_000_000n);
  }
});

const given: Partial<PublishParams> = {
  priority: 9,
  expiration: 60,
  mime_type: 'text/csv',
  correl_id: 'INV-2026-117 №',
  in_reply_to: 'zpsm123 or anything else',
  ext_client_id: '00:1B:44:11:3A:B7',
  ext_pub_time_iso: '2026-11-21T18:56:47.5+01:00',
  reply_to_sk: ['zpskabc'],
  group_id: 'group "1"',
  position_in_group: 17,
  user_ctx: { nested: [1, null, 'x'] },
};

test('what a publisher sets comes as it was set', async () => {
  const message = await sent(given);
  for (const [name, value] of Object.entries(given)) assert.equal(message[name as keyof Message], value, name);
});

test('delay and deliver_to_sk are for the broker and not for the subscriber', async () => {
  const { sub_key } = await sent();
  const message = await sent({ deliver_to_sk: [sub_key], delay: 0.001, has_gd: true });
  for (const name of ['deliver_to_sk', 'delay', 'has_gd']) assert.not.ok(name in message, name);
});

for (const priority of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
  test(`priority ${priority} is a priority`, async () => {
    assert.is((await sent({ priority })).priority, priority);
  });
}

for (const [data, size] of [
  ['"plain"', 5],
  ['"№ 17"', 6],
  ['"\\u00e9"', 2],
  ['"\\ud83d\\ude00"', 4],
  ['""', 0],
  ['"a\\nb"', 3],
  ['null', 4],
  ['12345678901234567890.10', 23],
  ['{ "a" : [ 1 , 2 ] }', 11],
  ['{"é":"€"}', 12],
  ['[\n]', 2],
] as const) {
  test(`the size of ${JSON.stringify(data)} is ${size} bytes`, async () => {
    await user.callText('publish', `{"topic_name":"/attributes","data":${data}}`);
    assert.is((await user.take(1))[0]!.size, size);
  });
}

test('a message that is not guaranteed comes all the same, and its answer may say so', async () => {
  const answer = await user.call('publish', { topic_name: '/attributes', data: 1, has_gd: false });
  assert.ok(answer.has_gd === false || answer.has_gd === undefined);
  assert.is((await user.take(1))[0]!.msg_id, answer.msg_id);
});

test('every subscriber has its own sub_key and count in the same message', async () => {
  const other = await stage.user();
  const sub_key = await other.subscribe('/attributes', { wait_non_sock_err: 0 });
  const message = await sent();
  other.fail(await other.deliveries.next(), 'again');
  const [again] = await other.take(1);
  assert.equal([again!.msg_id, again!.sub_key, again!.delivery_count], [message.msg_id, sub_key, 2]);
  assert.is(message.delivery_count, 1);
});

test.run();
