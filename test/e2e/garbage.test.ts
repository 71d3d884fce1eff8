import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { errorKinds } from '../../src/protocol/errors.js';
import type { Client } from './client.js';
import { Stage } from './stage.js';

const test = suite('e2e: garbage');

let stage: Stage;
let user: Client;
test.before(async () => {
  stage = await Stage.set();
  user = await stage.connect();
});
test.after(() => stage.strike());

const known = new Set<number>(Object.values(errorKinds).map(({ code }) => code));
const internal = errorKinds.internal_error.code;
const methods = [
  'ack',
  'endpoint.create',
  'endpoint.update',
  'nack',
  'ping',
  'publish',
  'pull',
  'queue.browse',
  'queue.clear',
  'queue.delete',
  'queue.get',
  'queue.update',
  'resume',
  'subscribe',
  'topic.create',
  'topic.list',
  'unsubscribe',
  'whoami',
];
const names = ['topic_name', 'data', 'sub_key', 'msg_id', 'msg_id_list', 'priority', 'cursor', 'wait', 'name', 'delay'];
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('/a/**', '/a', 'zpskx', 'zpsm1', ['zpsm1'], 1, -1, 1e308, null, {}, '\u0000', '\ud800'),
);

interface Answer {
  id: unknown;
  result?: unknown;
  error?: { code: number; message: string; data: { outcome: string } };
}

/** What is wrong with an answer that has to be an error; null if nothing is. */
function faultOf({ error }: Answer): string | null {
  const isWhole = error && typeof error.message === 'string' && ['definite', 'unknown'].includes(error.data.outcome);
  return isWhole && known.has(error.code) && error.code !== internal ? null : JSON.stringify(error);
}

/** One answer, whatever it is. */
async function answerTo(text: string): Promise<Answer | Answer[]> {
  user.send(text);
  return (await user.others.next()) as Answer | Answer[];
}

test('any text that is no JSON gets a parse error, and the connection goes on', async () => {
  const texts = fc.string({ unit: 'binary' }).filter(text => !isJson(text));
  await fc.assert(
    fc.asyncProperty(texts, async text => {
      const answer = (await answerTo(text)) as Answer;
      assert.equal([answer.id, answer.error!.code], [null, -32_700]);
    }),
    { numRuns: 200 },
  );
});

test('JSON that is cut off anywhere gets a parse error', async () => {
  const text =
    '[{"jsonrpc":"2.0","id":1,"method":"publish","params":{"topic_name":"/a\\u0041","data":[1.5e3,null,"\\"x"]}}]';
  for (let length = 1; length < text.length; length += 1) {
    const answer = (await answerTo(text.slice(0, length))) as Answer;
    assert.is(answer.error!.code, -32_700, text.slice(0, length));
  }
});

test('any JSON that is no request gets an error or is a response', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async value => {
      const isResponse = (one: unknown) =>
        typeof one === 'object' && one !== null && ('result' in one || 'error' in one);
      if (isResponse(value) || (Array.isArray(value) && value.some(isResponse))) return;
      const answer = await answerTo(JSON.stringify(value));
      for (const one of Array.isArray(answer) ? answer : [answer]) assert.is(faultOf(one), null);
    }),
    { numRuns: 200 },
  );
});

test('every method answers any parameters with a result or an error of the table, and never with a fault of its own', async () => {
  const params = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), values, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...methods), params, async (method, given) => {
      // A wait is bounded by the schema, but this test does not wait.
      if (method === 'pull') delete given.wait;
      const answer = (await answerTo(JSON.stringify({ jsonrpc: '2.0', id: 'g', method, params: given }))) as Answer;
      assert.is(answer.id, 'g');
      if (answer.error) assert.is(faultOf(answer), null);
      else assert.ok(answer.result !== undefined);
    }),
    { numRuns: 500 },
  );
});

test('any response to a delivery is taken', async () => {
  await user.subscribe('/response', { wait_non_sock_err: 0, delivery_max_retry: 1 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('result', 'error'), values, async (member, value) => {
      await user.publish('/response', 1);
      const { id } = await user.deliveries.next();
      user.send(JSON.stringify({ jsonrpc: '2.0', id, [member]: value }));
      await user.call('ping', {});
      assert.is(user.others.length, 0);
    }),
    { numRuns: 100 },
  );
});

test('after all of this the server serves', async () => {
  const other = await stage.user();
  await other.subscribe('/alive');
  await other.publish('/alive', 'yes');
  assert.is((await other.take(1))[0]!.data, 'yes');
});

test('the check of answers notices a fault of the broker itself, and an error that is not of the table', () => {
  const error = { code: -32_602, message: 'x', data: { outcome: 'definite' } };
  assert.is(faultOf({ id: 1, error }), null);
  for (const wrong of [{ code: internal }, { code: 1 }, { message: 1 }, { data: {} }]) {
    assert.type(faultOf({ id: 1, error: { ...error, ...wrong } as Answer['error'] }), 'string');
  }
});

test.run();

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
