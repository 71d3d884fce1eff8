import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Client } from './client.js';
import { Stage } from './stage.js';

const test = suite('e2e: data comes out as it went in');

let stage: Stage;
let user: Client;
test.before(async () => {
  stage = await Stage.set();
  user = await stage.user();
  await user.subscribe('/data');
});
test.after(() => stage.strike());

/** Publishes this JSON text and answers the text of the same member as the frame of the delivery has it. */
async function through(json: string, member: 'data' | 'user_ctx' = 'data'): Promise<string> {
  const rest = member === 'data' ? '' : '"data":0,';
  await user.callText('publish', `{"topic_name":"/data",${rest}"${member}":${json}}`);
  const delivery = await user.deliveries.next();
  user.ack(delivery);
  const message = delivery.text.slice(delivery.text.indexOf('"messages":[') + '"messages":['.length);
  return textOf(message, member);
}

/** What stands behind the name, up to the next member that the broker writes. */
function textOf(message: string, member: string): string {
  const at = message.indexOf(`"${member}":`) + member.length + 3;
  let depth = 0;
  let isInString = false;
  for (let i = at; i < message.length; i += 1) {
    const char = message[i]!;
    if (isInString) {
      if (char === '\\') i += 1;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (depth === 0 && (char === ',' || char === '}')) return message.slice(at, i);
    else if (char === '}' || char === ']') depth -= 1;
  }
  throw new Error(`${member} does not end`);
}

for (const json of [
  '12345678901234567890',
  '-0',
  '1.0',
  '1e400',
  '0.1000000000000000055511151231257827',
  '1E+2',
  '"\\u0041\\/\\u00e9\\ud83d\\ude00"',
  '"\\ud800"',
  '"\\udc00 alone"',
  '"\\u0000\\u2028"',
  '"\u2028\u2029"',
  '{"b":1,"a":2,"10":3,"9":4}',
  '{"a":1,"a":2}',
  '{"__proto__":{"x":1},"constructor":null}',
  '{"":{}}',
  'true',
  'null',
  '[]',
  '"\\"data\\":1,\\"messages\\":["',
  '{"data":{"data":1},"sub_key":"zpsk","msg_id":"zpsm"}',
]) {
  test(`${JSON.stringify(json)} stays what it is`, async () => {
    assert.is(await through(json), json);
    assert.is(await through(json, 'user_ctx'), json);
  });
}

test('any JSON stays what it is (property)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: 'binary' }), async json => {
      assert.is(await through(json), json);
    }),
    { numRuns: 150 },
  );
});

test('a string of ten million bytes stays what it is, through the store too', async () => {
  const json = JSON.stringify('€\\"\u0001'.repeat(1_000_000));
  assert.is(await through(json), json);
});

test('what is stored and read after a restart is the same text', async () => {
  const credentials = await stage.endpoint();
  const before = await stage.connect(credentials);
  const sub_key = await before.subscribe('/stored');
  const json = '{"n":12345678901234567890.10,"s":"\\u0041\\ud800","k":{"b":1,"a":[1e400]}}';
  await before.callText('publish', `{"topic_name":"/stored","data":${json},"user_ctx":${json}}`);
  await stage.restart();
  const back = await stage.connect(credentials);
  await back.call('resume', { sub_key });
  const { text } = await back.deliveries.next();
  const message = text.slice(text.indexOf('"messages":['));
  assert.is(textOf(message, 'data'), json);
  assert.is(textOf(message, 'user_ctx'), json);
});

test('white space around the value and escapes in names do not matter', async () => {
  await stage.admin.subscribe('/spaced');
  await stage.admin.callText('publish', '{ "topic_n\\u0061me" : "/spaced" ,\n "d\\u0061ta" :\t{ "a" : 1 } }');
  assert.match((await stage.admin.deliveries.next()).text, '"data":{ "a" : 1 }');
});

test('the last of two data members counts, as in JSON.parse', async () => {
  await stage.admin.callText('publish', '{"topic_name":"/spaced","data":1,"data":2}');
  const { messages } = await stage.admin.deliveries.next();
  assert.is(messages[0]!.data, 2);
});

test('the reader of these tests finds the whole value, and notices one that was bent', () => {
  assert.is(textOf('{"data":{"a":"}\\",{"},"x":1}', 'data'), '{"a":"}\\",{"}');
  assert.is.not(textOf('{"data":12345678901234567000}', 'data'), '12345678901234567890');
});

test.run();
