import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Spawned } from './spawned.js';

const test = suite('cli');

async function outcome(argv: string[], env?: Record<string, string>) {
  const spawned = new Spawned(argv, env);
  const code = await spawned.ended();
  return { code, out: spawned.out, err: spawned.err };
}

test('--help tells what there is, and ends with two examples', async () => {
  const { code, out, err } = await outcome(['start', '--help']);
  assert.equal([code, err], [0, '']);
  assert.match(out, /^Usage: holdfast/);
  assert.match(out, /Examples:\n {2}holdfast start .*\n {2}holdfast start .*\n$/);
});

test('--version is that of the package', async () => {
  const { code, out } = await outcome(['--version']);
  assert.is(code, 0);
  assert.match(out, /^\d+\.\d+\.\d+\n$/);
});

test('wrong usage is 2, on stderr, with where to look', async () => {
  for (const argv of [['strat'], ['--prot', '1'], ['start', '--port', 'x'], ['constructor']]) {
    const { code, out, err } = await outcome(argv);
    assert.equal([code, out], [2, ''], argv.join(' '));
    assert.match(err, /^holdfast: .*\nholdfast: see holdfast --help\n$/s);
  }
});

test('a configuration that cannot be used is 1, in its own words without a stack', async () => {
  const { code, err } = await outcome([], { HOLDFAST_PORT: '65536' });
  assert.equal([code, err.includes('HOLDFAST_PORT: port must be'), err.includes(' at ')], [1, true, false]);
});

test('a port that is taken is 1, in its own words without a stack', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { code, err } = await outcome(['--store', 'memory:', '--port', String(port)]);
  assert.is(code, 1);
  assert.match(err, new RegExp(`^holdfast: cannot listen on 127\\.0\\.0\\.1:${port}: .*--port\\.\\n$`));
  taken.close();
});

test.run();
