import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Credentials } from './client.js';
import { dataOf, Stage } from './stage.js';

const test = suite('e2e: POST /rpc');

let stage: Stage;
let worker: Credentials;
test.before(async () => {
  stage = await Stage.set({ allowedOrigins: ['https://app.example'] });
  worker = await stage.endpoint();
});
test.after(() => stage.strike());

async function call(
  method: string,
  params: object,
): Promise<{ result: Record<string, unknown>; error: { code: number } }> {
  const response = await stage.rpc(worker, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  assert.is(response.status, 200);
  return (await response.json()) as { result: Record<string, unknown>; error: { code: number } };
}

test('a worker subscribes, pulls and acknowledges without a socket', async () => {
  const { sub_key } = (await call('subscribe', { topic_name: '/http', name: 'worker' })).result;
  const { msg_id } = (await call('publish', { topic_name: '/http', data: { a: 1 } })).result;
  const { messages } = (await call('pull', { sub_key, wait: 10 })).result as { messages: { msg_id: string }[] };
  assert.equal(
    messages.map(message => message.msg_id),
    [msg_id],
  );
  assert.equal((await call('ack', { sub_key, msg_id_list: [msg_id] })).result, {});
  assert.is((await call('queue.browse', { sub_key })).result.depth, 0);
});

test('a message that comes while a pull waits ends the wait', async () => {
  const { sub_key } = (await call('subscribe', { topic_name: '/http/wait' })).result;
  const pulled = call('pull', { sub_key, wait: 50 });
  await stage.admin.publish('/http/wait', 'now');
  assert.equal(
    ((await pulled).result.messages as { data: unknown }[]).map(({ data }) => data),
    ['now'],
  );
});

test('what was subscribed over HTTP may be resumed by a socket, which is then notified if it says so', async () => {
  const { sub_key } = (await call('subscribe', { topic_name: '/http/ws', name: 'both' })).result;
  await stage.admin.publish('/http/ws', 1);
  const socket = await stage.connect(worker);
  await socket.subscribe('/http/ws', { name: 'both', delivery_method: 'notify' });
  const [message] = await socket.take(1);
  assert.equal([message!.sub_key, message!.data], [sub_key, 1]);
});

test('an array is answered with an array, in which everybody finds its id', async () => {
  const body = [
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', method: 'publish', params: { topic_name: '/http/n', data: 1 } },
    { jsonrpc: '2.0', id: 'x', method: 'nothing' },
    { jsonrpc: '2.0', id: 9, result: 'a response' },
  ];
  const response = await stage.rpc(worker, JSON.stringify(body));
  const answers = (await response.json()) as { id: unknown; error?: { code: number } }[];
  assert.equal(new Set(answers.map(({ id }) => id)), new Set([1, 'x']));
  assert.is(answers.find(({ id }) => id === 'x')!.error!.code, -32_601);
});

test('notifications alone are carried out and answered with 204 and nothing', async () => {
  const user = await stage.connect(worker);
  await user.subscribe('/http/quiet');
  const notification = { jsonrpc: '2.0', method: 'publish', params: { topic_name: '/http/quiet', data: 1 } };
  for (const body of [notification, [notification, notification]]) {
    const response = await stage.rpc(worker, JSON.stringify(body));
    assert.equal([response.status, await response.text()], [204, '']);
  }
  assert.equal(dataOf(await user.take(3)), [1, 1, 1]);
});

test('an error of a method is in the body and not in the status', async () => {
  for (const [body, code] of [
    ['{"jsonrpc":"2.0","id":1,"method":"resume","params":{"sub_key":"zpskno"}}', -32_004],
    ['{"jsonrpc":"2.0","id":1,"method":"nothing"}', -32_601],
    ['not JSON', -32_700],
    ['[]', -32_600],
  ] as const) {
    const response = await stage.rpc(worker, body);
    const { error } = (await response.json()) as { error: { code: number } };
    assert.equal([response.status, error.code], [200, code], body);
  }
});

test('missing or wrong credentials are answered with 401', async () => {
  for (const credentials of [null, { ...worker, password: 'wrong' }, { username: 'nobody', password: 'x' }]) {
    const response = await stage.rpc(credentials, '{}');
    assert.equal(
      [response.status, response.headers.get('www-authenticate')],
      [401, 'Basic realm="holdfast", charset="UTF-8"'],
    );
  }
});

test('a page of another origin is answered with 403 whatever its credentials, one of an allowed origin is served', async () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  assert.is((await stage.rpc(worker, ping, { Origin: 'https://evil.example' })).status, 403);
  const allowed = await stage.rpc(worker, ping, { Origin: 'https://app.example' });
  assert.equal([allowed.status, allowed.headers.get('access-control-allow-origin')], [200, 'https://app.example']);
});

test('a Host that is not ours is answered with 421', async () => {
  const { port } = stage.server;
  const sent = request({ port, method: 'POST', path: '/rpc', headers: { Host: 'evil.example' }, agent: false });
  sent.end('{}');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  assert.is(response.statusCode, 421);
});

test('health needs no credentials', async () => {
  for (const path of ['/health/live', '/health/ready']) {
    assert.is((await fetch(stage.server.url + path)).status, 200);
  }
});

test.run();
