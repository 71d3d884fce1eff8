import { pino } from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Caller } from '../../src/api/caller.js';
import { Dispatcher } from '../../src/api/dispatcher.js';
import type { Context } from '../../src/api/methods/method.js';
import { Schemas } from '../../src/api/schemas.js';
import { readFrame } from '../../src/protocol/frame.js';
import { limits } from '../../src/protocol/limits.js';
import type { RequestEntry } from '../../src/protocol/request.js';
import { isoMicros } from '../../src/protocol/time.js';
import { Hall, request } from './hall.js';

const test = suite('dispatcher');

const schemas = Schemas.load();

function entry(text: string): RequestEntry {
  const [one] = readFrame(text, { depthMax: 10, batchMax: 10 }).entries;
  return one as RequestEntry;
}

/** The answer to one request, where all that methods work with is this. */
function called(text: string, context: object, role = 'admin'): Promise<{ answer: string | null; logged: string }> {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: line => void lines.push(line) });
  const dispatcher = new Dispatcher({ limits, ...context } as unknown as Context, schemas, log);
  const caller = { endpoint: { username: 'crm', role, patterns: [] }, publishing: null } as unknown as Caller;
  return new Promise(resolve =>
    dispatcher.call(caller, entry(text), answer => resolve({ answer, logged: lines.join('') })),
  );
}

const broken = {
  nowMicros: () => {
    throw new Error('planted');
  },
};

test('the result goes out under the id as it was written', async () => {
  const clock = { nowMicros: () => 0 };
  const { answer } = await called('{"jsonrpc":"2.0","id":1.0e0,"method":"ping"}', { clock });
  assert.is(answer, `{"jsonrpc":"2.0","id":1.0e0,"result":{"time_iso":"${isoMicros(0)}"}}`);
});

test('a fault of our own is answered without its text, which is in the log', async () => {
  const { answer, logged } = await called(request(1, 'ping'), { clock: broken });
  const { error } = JSON.parse(answer!);
  assert.equal([error.code, error.data.name], [-32_603, 'internal_error']);
  assert.not.match(answer!, 'planted');
  assert.match(logged, 'planted');
  assert.is(JSON.parse(logged).cid, error.data.cid);
});

test('so is one of a publish that had to wait, and it tells that the message may be there', async () => {
  const publisher = { publish: () => Promise.reject(new Error('planted')) };
  const params = { topic_name: '/a', data: 1 };
  const { answer, logged } = await called(request(1, 'publish', params), { broker: { publisher } });
  const { error } = JSON.parse(answer!);
  assert.equal([error.code, error.data.outcome], [-32_603, 'unknown']);
  assert.not.match(answer!, 'planted');
  assert.match(logged, 'planted');
});

test('a notification is not answered, also when it fails', async () => {
  for (const text of [
    '{"jsonrpc":"2.0","method":"ping"}',
    '{"jsonrpc":"2.0","method":"nothing"}',
    '{"jsonrpc":"2.0","method":"ping","params":{"x":1}}',
    '{"jsonrpc":"2.0","method":"publish","params":{"topic_name":"/a","data":1}}',
  ]) {
    assert.is((await called(text, { clock: broken })).answer, null, text);
  }
});

test('a method for other roles is refused before it looks at anything', async () => {
  for (const role of ['user', 'monitor']) {
    const { answer } = await called(request(1, 'topic.create', { topic_name: '/a' }), {}, role);
    const { error } = JSON.parse(answer!);
    assert.is(error.data.name, 'forbidden');
    assert.match(error.message, `endpoint "crm" has the role ${role}`);
  }
});

test('parameters are checked before the role, and the method before both', async () => {
  const unknown = await called(request(1, 'topic.creat', {}), {}, 'user');
  assert.is(JSON.parse(unknown.answer!).error.data.name, 'method_not_found');
  const wrong = await called(request(1, 'topic.create', {}), {}, 'user');
  assert.is(JSON.parse(wrong.answer!).error.data.path, 'topic_name');
});

test('every method that has a schema for clients is there', async () => {
  for (const name of schemas.names()) {
    const { answer } = await called(request(1, name, { unknown: 1 }), {});
    assert.is(JSON.parse(answer!).error.data.name, 'invalid_params', name);
  }
});

test('over HTTP nothing is attached, subscribe is pull, and a response is no request', async () => {
  const hall = await Hall.open();
  const { signal } = new AbortController();
  const ask = (text: string) => hall.http.answer(hall.identity, text, signal);
  const { sub_key } = JSON.parse((await ask(request(1, 'subscribe', { topic_name: '/t' })))!).result;
  await ask(request(2, 'publish', { topic_name: '/t', data: 'x' }));
  assert.is(hall.broker.subscriptions.attached, 0);
  const { result } = JSON.parse((await ask(request(3, 'pull', { sub_key })))!);
  assert.is(result.messages[0].data, 'x');
  assert.is(await ask('{"jsonrpc":"2.0","id":1,"result":{}}'), null);
  assert.is(await ask('[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","method":"ping"}]'), null);
  assert.is(JSON.parse((await ask('nonsense'))!).error.code, -32_700);
  await hall.close();
});

test('a pull whose caller hangs up takes nothing', async () => {
  const hall = await Hall.open();
  const caller = new AbortController();
  const ask = (text: string, { signal } = caller) => hall.http.answer(hall.identity, text, signal);
  const { sub_key } = JSON.parse((await ask(request(1, 'subscribe', { topic_name: '/t' })))!).result;
  const pulled = ask(request(2, 'pull', { sub_key, wait: 60 }));
  caller.abort();
  assert.equal(JSON.parse((await pulled)!).result, { messages: [] });
  const later = new AbortController();
  await ask(request(3, 'publish', { topic_name: '/t', data: 'still there' }), later);
  const { result } = JSON.parse((await ask(request(4, 'pull', { sub_key }), later))!);
  assert.equal([result.messages.length, result.messages[0].delivery_count], [1, 1]);
  await hall.close();
});

test.run();
