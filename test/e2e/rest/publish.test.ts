import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client } from '../client.js';
import { Stage } from '../stage.js';
import { RestUser } from './asking.js';

const test = suite('e2e: REST: publish');

let stage: Stage;
let user: RestUser;
let reader: Client;
test.before(async () => {
  stage = await Stage.set();
  user = new RestUser(stage, await stage.endpoint());
  reader = await stage.user();
});
test.after(() => stage.strike());

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  user.done<{ msg_id: string; duplicate?: true; has_gd?: false }>('POST', `/pubsub/topic${path}`, { body, headers });

test('a topic is the same however its path is written', async () => {
  await reader.subscribe('/rest/gr öße/neu');
  const paths = [
    '/rest/gr%20%C3%B6%C3%9Fe/neu',
    '//rest/gr%20%C3%B6%C3%9Fe/neu',
    '/%2Frest%2Fgr%20%C3%B6%C3%9Fe%2Fneu',
    '/rest%2Fgr%20%c3%b6%c3%9fe/neu?',
  ];
  for (const [index, path] of paths.entries()) await post(path, JSON.stringify({ data: index }));
  const messages = await reader.take(paths.length);
  assert.equal(
    messages.map(({ topic_name, data }) => [topic_name, data]),
    paths.map((_, index) => ['/rest/gr öße/neu', index]),
  );
});

test('names that no topic can have are refused', async () => {
  for (const [path, reason] of [
    ['/', 'must not be empty'],
    ['///rest', 'empty segment'],
    ['/rest/', 'empty segment'],
    ['/rest/*', 'must not contain *'],
    ['/rest/%00', 'control characters'],
    [`/${'x'.repeat(500)}`, '500 bytes'],
  ] as const) {
    const { status, details, error } = await user.refused('POST', `/pubsub/topic${path}`, { body: '{"data":1}' });
    assert.equal([status, error!.path], [400, 'topic_name'], path);
    assert.match(details, reason);
    assert.is((await user.refused('PATCH', `/pubsub/topic${path}`)).status, 400, path);
    assert.is((await user.refused('POST', `/pubsub/subscribe/topic${path}`)).status, 400, path);
  }
});

test('every attribute goes through, and data comes out as it went in', async () => {
  await reader.subscribe('/rest/attributes');
  const attributes = {
    priority: 7,
    expiration: 60,
    mime_type: 'text/plain',
    correl_id: 'c',
    in_reply_to: 'zpsmx',
    ext_client_id: 'e',
    ext_pub_time_iso: '2026-11-22T01:02:03Z',
    group_id: 'g',
    position_in_group: 3,
  };
  const data = '{"n":12345678901234567890.10,"e":"\\u00e9" , "a":[ ]}';
  const body = `{ "user_ctx" : [1.0], "data" : ${data}, ${JSON.stringify(attributes).slice(1)}`;
  await post('/rest/attributes', body);
  const { text, messages } = (await reader.hold(1))[0]!;
  const { ext_pub_time_iso: _, ...plain } = attributes;
  for (const [name, value] of Object.entries(plain)) assert.equal(messages[0]![name as 'data'], value, name);
  assert.ok(text.includes('12345678901234567890.10') && text.includes('\\u00e9') && text.includes('[1.0]'));
});

test('a body of text is the data itself, with its type', async () => {
  await reader.subscribe('/rest/text');
  const csv = 'id;name\r\n1;"Grüße" \\ 😀\n\u0007';
  await post('/rest/text?priority=9&correl_id=import+7', csv, { 'Content-Type': 'text/csv; charset=utf-8' });
  const [message] = await reader.take(1);
  assert.equal([message!.data, message!.mime_type, message!.size], [csv, 'text/csv', Buffer.byteLength(csv)]);
  assert.equal([message!.priority, message!.correl_id], [9, 'import 7']);
  await post('/rest/text', '', { 'Content-Type': 'text/plain' });
  assert.is((await reader.take(1))[0]!.data, '');
});

test('an attribute has one place', async () => {
  const inBoth = { body: '{"data":1,"priority":3}' };
  const both = await user.refused('POST', '/pubsub/topic/rest/place?priority=3', inBoth);
  assert.equal([both.status, both.error!.path], [400, 'priority']);
  const named = await user.refused('POST', '/pubsub/topic/rest/place', {
    body: '{"data":1,"topic_name":"/rest/place"}',
  });
  assert.equal([named.status, named.error!.path], [400, 'topic_name']);
  const typed = { body: 'x', headers: { 'Content-Type': 'text/plain' } };
  const mime = await user.refused('POST', '/pubsub/topic/rest/place?mime_type=text/csv', typed);
  assert.equal([mime.status, mime.error!.path], [400, 'mime_type']);
});

test('what is unknown or out of range is refused with its path, in the words of JSON-RPC', async () => {
  for (const [body, path, details] of [
    ['{"data":1,"priorty":3}', 'priorty', 'publish: priorty is unknown: did you mean priority?'],
    ['{"data":1,"priority":10}', 'priority', 'publish: priority must be an integer from 1 to 9'],
    ['{"data":1,"__proto__":{}}', '__proto__', 'publish: __proto__ is unknown'],
    ['{"priority":3}', 'data', 'publish: data is required'],
  ] as const) {
    const refusal = await user.refused('POST', '/pubsub/topic/rest/wrong', { body });
    assert.equal([refusal.status, refusal.error!.name, refusal.error!.path], [400, 'invalid_params', path]);
    assert.ok(refusal.details.startsWith(details), refusal.details);
  }
  const inQuery = await user.refused('POST', '/pubsub/topic/rest/wrong?expiration=soon', { body: '{"data":1}' });
  assert.match(inQuery.details, 'publish: expiration must be an integer');
});

test('a body that is no JSON object says what to send instead', async () => {
  for (const [body, told] of [
    ['', 'The body is empty. Send {"data": …}'],
    [' \n', 'The body is empty'],
    ['hello', 'Content-Type, such as text/plain'],
    ['name=value', 'Content-Type'],
    ['[1]', 'must be a JSON object'],
    ['"hello"', 'must be a JSON object'],
    [`{"data":${'['.repeat(70)}${']'.repeat(70)}}`, 'nested too deeply'],
  ] as const) {
    const { status, details } = await user.refused('POST', '/pubsub/topic/rest/wrong', { body });
    assert.is(status, 400, body);
    assert.match(details, told);
  }
});

test('data may be nested as deeply as over a socket', async () => {
  await reader.subscribe('/rest/deep');
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  await reader.callText('publish', `{"topic_name":"/rest/deep","data":${nested(62)}}`);
  await post('/rest/deep', `{"data":${nested(62)}}`);
  await reader.take(2);
  const tooDeep = { body: `{"data":${nested(63)}}` };
  assert.is((await user.refused('POST', '/pubsub/topic/rest/deep', tooDeep)).status, 400);
});

test('publishing again with the same msg_id says so, and another endpoint may not', async () => {
  const body = '{"data":1,"msg_id":"zpsm-invoice-7"}';
  assert.equal(await post('/rest/again', body), { msg_id: 'zpsm-invoice-7' });
  assert.equal(await post('/rest/again', body), { msg_id: 'zpsm-invoice-7', duplicate: true });
  const other = new RestUser(stage, await stage.endpoint());
  const { status, error } = await other.refused('POST', '/pubsub/topic/rest/again', { body });
  assert.equal([status, error!.name], [409, 'conflict']);
});

test('a message that is in memory only is answered as such, is taken, and can be deleted', async () => {
  await user.subscribe('/rest/ram');
  const text = { 'Content-Type': 'text/plain' };
  assert.is((await post('/rest/ram?has_gd=false', 'taken', text)).has_gd, false);
  const { msg_id } = await post('/rest/ram', '{"data":"deleted","has_gd":false}');
  assert.equal(await user.done('DELETE', `/pubsub/msg/${msg_id}`), {});
  const data = (await user.take('/rest/ram')).map(message => message.data);
  assert.equal(data, ['taken']);
});

test('a name without a slash is that of a service, where there is one', async () => {
  const publisher = new RestUser(stage, await stage.endpoint(['pub=/zato/s/to/**']));
  const service = await stage.connect(await stage.endpoint(['sub=/zato/s/to/my_api_new']));
  await service.subscribe('/zato/s/to/my_api_new');
  await publisher.publish('/my.api.new', 'for the service');
  const [message] = await service.take(1);
  assert.equal([message!.topic_name, message!.data], ['/zato/s/to/my_api_new', 'for the service']);
});

test('who may not publish or subscribe gets 403 and learns which patterns it has', async () => {
  const limited = new RestUser(stage, await stage.endpoint(['pub=/mine/*']));
  const published = await limited.refused('POST', '/pubsub/topic/yours/x', { body: '{"data":1}' });
  const subscribed = await limited.refused('POST', '/pubsub/subscribe/topic/mine/x');
  assert.equal([published.status, published.error!.name], [403, 'forbidden']);
  assert.match(published.details, 'pub=/mine/*');
  assert.equal([subscribed.status, subscribed.error!.name], [403, 'forbidden']);
});

test('wrong credentials are challenged', async () => {
  const stranger = new RestUser(stage, { username: 'nobody', password: 'nothing' });
  const { status, headers, text } = await stranger.ask('POST', '/pubsub/topic/rest/x', { body: '{"data":1}' });
  assert.is(status, 401);
  assert.is(headers['www-authenticate'], 'Basic realm="holdfast", charset="UTF-8"');
  assert.is(JSON.parse(text).result, 'Error');
});

test('options of a subscription are those of subscribe, without what the path says', async () => {
  for (const [body, path] of [
    ['{"name":"x"}', 'name'],
    ['{"topic_name":"/x"}', 'topic_name'],
    ['{"unsub_on_close":true}', 'unsub_on_close'],
    ['{"delivery_method":"notify"}', 'delivery_method'],
    ['{"delivery_batch_size":0}', 'delivery_batch_size'],
    ['{"batch":1}', 'batch'],
  ] as const) {
    const { status, error } = await user.refused('POST', '/pubsub/subscribe/topic/rest/options', { body });
    assert.equal([status, error!.path], [400, path]);
  }
});

test.run();
