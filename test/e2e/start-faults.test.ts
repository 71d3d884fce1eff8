import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Config, loadConfig } from '../../src/config.js';
import { startServer } from '../../src/server.js';

const test = suite('e2e: starts that fail');

const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
test.after(() => rmSync(folder, { recursive: true }));

const base = {
  ...loadConfig({
    argv: ['--port', '0', '--store', `sqlite:${join(folder, 'test.db')}`, '--log-level', 'silent'],
    env: { HOLDFAST_ADMIN_PASSWORD: 'admin' },
  }),
  folder,
};

async function refusal(changes: Partial<Config>): Promise<Error> {
  const error = await startServer({ ...base, ...changes }).then(
    () => new Error('it started'),
    reason => reason as Error,
  );
  // Whatever was opened is closed: the next start finds nothing in its way.
  const server = await startServer(base);
  await server.stop();
  return error;
}

test('a topic with a schema that cannot be used is named, and leaves no lock', async () => {
  const error = await refusal({
    topics: [{ topicName: '/a' }, { topicName: '/b', options: { schema: { type: 'x' } } }],
  });
  assert.is(error.name, 'ConfigError', error.message);
  assert.match(error.message, /^topics\[1\]: .*schema/);
});

test('a port that is taken leaves no lock', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  assert.is((await refusal({ port })).name, 'ListenError');
  taken.close();
});

test('a service that cannot have its topics is named, and leaves no lock', async () => {
  writeFileSync(
    join(folder, 'many.js'),
    `import { defineService } from 'holdfast/services';
    export const many = defineService({ name: 'many', topics: ['/m/1', '/m/2', '/m/3'], handle() {} });`,
  );
  const limits = { ...base.limits, topics_max: 2 };
  const error = await refusal({ services: ['many.js'], limits });
  assert.is(error.name, 'ExtensionFault', error.message);
  assert.match(error.message, /many\.js/);
});

test.run();
