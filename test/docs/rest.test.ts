import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDoc } from '../api/schema-files.js';
import { paste } from '../cli/spawned.js';
import { Stage } from '../e2e/stage.js';
import { type Block, blocks } from './blocks.js';
import { masked } from './masked.js';
import { section } from './sections.js';

const test = suite('PROTOCOL.md: REST');

const shown = blocks(section(readDoc('PROTOCOL.md'), 'REST'));
const sampleAddress = '127.0.0.1:8765';

let stage: Stage;
test.before.each(async () => {
  const patterns = ['pub=/customer/**', 'sub=/customer/**'];
  stage = await Stage.set({ endpoints: [{ username: 'crm', password: 'secret', patterns, role: 'user' }] });
});
test.after.each(() => stage.strike());

/** Each block of commands with the block that shows what they print. */
function exchanges(): [commands: string, printed: string][] {
  const texts = (language: string) => shown.filter((one: Block) => one.language === language).map(({ text }) => text);
  const [commands, printed] = [texts('sh'), texts('text')];
  assert.is(commands.length, printed.length);
  return commands.map((text, index) => [text, printed[index]!]);
}

/** What they print with a server of this test. A shell without `curl` fails the test, as it should. */
function run(commands: string): Promise<string> {
  const { port } = stage.server;
  const lines = commands.replaceAll(sampleAddress, `127.0.0.1:${port}`);
  return paste('sh', ['set -e', lines]);
}

test('its lines of curl, one after the other, print what the page says', async () => {
  assert.ok(exchanges().length >= 3);
  for (const [commands, printed] of exchanges()) {
    assert.is(masked(await run(commands)), masked(printed), commands);
  }
});

test('a line that the server does not take prints something else', async () => {
  const [commands, printed] = exchanges()[0]!;
  assert.is.not(masked(await run(commands.replaceAll('secret', 'wrong'))), masked(printed));
});

test('curl sends characters of any script as they are', async () => {
  const topic = `http://${sampleAddress}/pubsub/topic/customer/größe/😀`;
  await run(`curl -u crm:secret -X POST ${topic.replace('/topic', '/subscribe/topic')}`);
  await run(`curl -u crm:secret ${topic} -d '{"data":"Ä"}'`);
  const [message] = JSON.parse(await run(`curl -u crm:secret -X PATCH ${topic}`));
  assert.equal([message.topic_name, message.data], ['/customer/größe/😀', 'Ä']);
});

test('curl sends a file of megabytes, which waits for the word to go on', async () => {
  const topic = `http://${sampleAddress}/pubsub/topic/customer/file`;
  await run(`curl -u crm:secret -X POST ${topic.replace('/topic', '/subscribe/topic')}`);
  const body = `head -c 3000000 /dev/zero | tr '\\0' x | curl -u crm:secret ${topic} --data-binary @-`;
  await run(`${body} -H 'Content-Type: text/plain' -H 'Expect: 100-continue'`);
  const end = await run(`curl -u crm:secret -X PATCH ${topic} | tail -c 400`);
  assert.match(end, '"mime_type":"text/plain"');
  assert.match(end, '"size":3000000,');
});

test.run();
