import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Setup } from '../../../bench/setup.js';
import { quickSizes } from '../../../bench/sizes.js';
import { builtMain } from '../../../bench/subject/holdfast.js';
import { durablePublish, oneConnection } from '../../../bench/workloads/durable-publish.js';

const test = suite('bench: durable publish');
const forgetful = fileURLToPath(new URL('./forgetful-server.js', import.meta.url));

async function measured(serverMain: string) {
  const sizes = { ...quickSizes, publishMessages: 1_000, window: 100 };
  const setup = new Setup({ sizes, rounds: 1, serverMain, directory: tmpdir(), progress: () => undefined });
  try {
    return await durablePublish(setup, oneConnection);
  } finally {
    await setup.close();
  }
}

test('what was answered is there after a restart', async () => {
  const { sides } = await measured(builtMain);
  assert.equal(
    sides.map(({ name, rounds }) => [name, rounds.length]),
    [
      ['holdfast', 1],
      ['no store', 1],
      ['bare', 1],
    ],
  );
});

test('fails on a server that answers and forgets', async () => {
  const failure = await measured(forgetful).catch((error: Error) => error.message);
  assert.match(String(failure), /0 messages wait instead of 2000/);
});

test.run();
