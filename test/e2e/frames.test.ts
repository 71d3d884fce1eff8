import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client } from './client.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: frames');

let stage: Stage;
let user: Client;
test.before(async () => {
  stage = await Stage.set({ limits: { frame_bytes_max: 100_000, batch_requests_max: 10 } });
  user = await stage.user();
});
test.after(() => stage.strike());

interface Answer {
  id: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; data: { name: string } };
}

async function ask(text: string): Promise<Answer & Answer[]> {
  user.send(text);
  return (await user.others.next()) as Answer & Answer[];
}

test('an array may mix requests, notifications and responses: the requests are answered, in one array', async () => {
  await user.subscribe('/mix');
  await user.publish('/mix', 'to be acknowledged');
  const { id } = await user.deliveries.next();
  const answers = await ask(
    JSON.stringify([
      { jsonrpc: '2.0', id: 'a', method: 'ping' },
      { jsonrpc: '2.0', id, result: {} },
      { jsonrpc: '2.0', method: 'publish', params: { topic_name: '/mix', data: 'quietly' } },
      { jsonrpc: '2.0', id: 7.5, method: 'publish', params: { topic_name: '/mix', data: 'loudly' } },
      1,
    ]),
  );
  assert.equal(new Set(answers.map(answer => answer.id)), new Set(['a', 7.5, null]));
  assert.is(answers.find(answer => answer.id === null)!.error!.code, -32_600);
  assert.equal(dataOf(await user.take(2)), ['quietly', 'loudly']);
});

test('an array of nothing but notifications and responses is not answered', async () => {
  user.send('[{"jsonrpc":"2.0","method":"ping"},{"jsonrpc":"2.0","id":99999,"result":1}]');
  user.send('{"jsonrpc":"2.0","method":"nothing"}');
  user.send('{"jsonrpc":"2.0","id":99999,"error":{"code":1,"message":"x"}}');
  await user.call('ping', {});
  assert.is(user.others.length, 0);
});

for (const [what, text, code] of [
  ['no JSON', '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', -32_700],
  ['an array that is no JSON', '[{"jsonrpc":"2.0","method":"ping","id":1},{"jsonrpc"]', -32_700],
  ['an empty array', '[]', -32_600],
  ['an array that is too long', `[${Array.from({ length: 11 }, () => '1').join(',')}]`, -32_012],
  ['an empty frame', '', -32_700],
  ['a method that is a number', '{"jsonrpc":"2.0","method":1,"params":"bar"}', -32_600],
  ['another version', '{"jsonrpc":"1.0","method":"ping"}', -32_600],
  ['nesting that is too deep', `${'['.repeat(65)}${']'.repeat(65)}`, -32_600],
] as const) {
  test(`${what} gets one error without an id`, async () => {
    const answer = await ask(text);
    assert.equal([answer.id, answer.error!.code], [null, code]);
  });
}

test('data may be nested as deep as the limit says and no deeper', async () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const publish = (depth: number) =>
    `{"jsonrpc":"2.0","id":"deep","method":"publish","params":{"topic_name":"/deep","data":${nested(depth)}}}`;
  assert.ok((await ask(publish(62))).result);
  assert.ok((await ask(publish(63))).error);
});

for (const id of ['"text"', '""', '0', '-1', '1.50', '12345678901234567890', '1e3', '"\\u0041"', 'null']) {
  test(`the id ${id} comes back as it was written`, async () => {
    user.send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
    const [bytes] = await new Promise<[Buffer]>(resolve =>
      user.socket.once('message', (...args) => resolve(args as unknown as [Buffer])),
    );
    assert.ok(bytes.toString().includes(`"id":${id},`), bytes.toString());
    await user.others.next();
  });
}

test('parameters by position are refused, unknown ones are named with what was meant', async () => {
  await refused(user.callText('ping', '[1]'), 'invalid_params');
  const { data, message } = await refused(user.callText('subscribe', '{"topic_nam":"/a"}'), 'invalid_params');
  assert.is(data.path, 'topic_nam');
  assert.match(message, 'topic_name');
  assert.is((await refused(user.callText('ping', '{"now":1}'), 'invalid_params')).data.path, 'now');
});

test('a method that does not exist is told with what there is', async () => {
  const error = await refused(user.callText('publsh' as 'publish', '{}'), 'method_not_found');
  assert.match(error.message, 'publish');
});

for (const name of ['deliver', '__proto__', 'constructor', 'toString']) {
  test(`${name} is no method that clients may call`, async () => {
    await refused(user.callText(name as 'ping', '{}'), 'method_not_found');
  });
}

test('a deliver comes after the answer that gave its sub_key, however many subscribe at once', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const topics = Array.from({ length: 20 }, (_, i) => `/after/${i}`);
  await Promise.all(topics.map(topic => before.subscribe(topic, { name: topic })));
  await before.close();
  await Promise.all(topics.map(topic => stage.admin.publish(topic, topic)));
  const after = await stage.connect(credentials);
  const frames: string[] = [];
  after.socket.on('message', bytes => frames.push(bytes.toString()));
  await Promise.all(topics.map(topic => after.subscribe(topic, { name: topic })));
  await after.take(topics.length);
  const known = new Set<string>();
  for (const frame of frames.map(text => JSON.parse(text))) {
    if (frame.result?.sub_key) known.add(frame.result.sub_key);
    if (frame.method === 'deliver') assert.ok(known.has(frame.params.sub_key));
  }
  assert.is(known.size, topics.length);
});

test('a binary frame closes with 1003', async () => {
  const binary = await stage.user();
  binary.socket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'));
  assert.is((await binary.closed).code, 1_003);
});

test('a frame over the limit closes with 1009, one at the limit is served', async () => {
  const large = await stage.user();
  const frame = (bytes: number) => {
    const text = '{"jsonrpc":"2.0","id":0,"method":"publish","params":{"topic_name":"/large","data":""}}';
    return text.replace('""', `"${'x'.repeat(bytes - text.length)}"`);
  };
  large.send(frame(100_000));
  assert.ok(((await large.others.next()) as Answer).result);
  large.send(frame(100_001));
  assert.is((await large.closed).code, 1_009);
});

test('a server that stops closes with 1001', async () => {
  const other = await Stage.set();
  const client = await other.user();
  await other.strike();
  assert.is((await client.closed).code, 1_001);
});

test.run();
