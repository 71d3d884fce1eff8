import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlantedFolder } from './planted.js';

const runner = suite('runner: a whole run');
const folder = new PlantedFolder();
runner.after(() => folder.remove());
const runPath = fileURLToPath(new URL('../run.js', import.meta.url));

async function run(...parts: string[]): Promise<{ code: number; output: string; lastLine: string }> {
  const child = spawn(process.execPath, [runPath, '--dir', folder.path, ...parts]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, output, lastLine: output.trimEnd().split('\n').at(-1) ?? '' };
}

runner.before(() => {
  folder.plant('good/one.test.js', `const t = suite('good'); t('a', () => {}); t('b', () => {}); t.run();`);
  folder.plant('good/two.test.js', `const t = suite('skips'); t('a', () => {}); t.skip('b', () => {}); t.run();`);
  folder.plant(
    'bad/fails.test.js',
    `const t = suite('bad'); t('a', () => {}); t('b', () => assert.is(1, 2)); t.run();`,
  );
  folder.plant('bad/forgets.test.js', `const t = suite('forgets'); t('a', () => {});`);
  folder.plant('slow/limit.test.js', `const t = suite('slow'); t('a', () => {}); t.run();`, '// time limit: soon\n');
  folder.plant('good/no-test.js', 'throw new Error("not a test file");');
});

runner('passes when tests ran and none failed, and says so in its last line', async () => {
  const { code, lastLine } = await run('one');
  assert.equal({ code, lastLine }, { code: 0, lastLine: '2 passed, 0 failed' });
});

runner('adds up all files that match one of the parts, and tells skipped tests', async () => {
  const { code, lastLine, output } = await run('one', 'two');
  assert.equal({ code, lastLine }, { code: 0, lastLine: '3 passed, 0 failed, 1 skipped' });
  assert.match(output, /ok .*one\.test\.js {2}2 passed/);
});

runner('fails when anything failed, and prints the failure whole', async () => {
  const { code, lastLine, output } = await run('bad/');
  assert.equal({ code, lastLine }, { code: 1, lastLine: '1 passed, 2 failed' });
  assert.match(output, /FAIL .*fails\.test\.js {2}1 passed, 1 failed/);
  assert.match(output, /strictly equal/);
  assert.match(output, /fault: "forgets" has tests but no run\(\)/);
});

runner('fails when no file matches', async () => {
  const { code, lastLine, output } = await run('nowhere');
  assert.equal({ code, lastLine }, { code: 1, lastLine: '0 passed, 1 failed' });
  assert.match(output, /no \*\.test\.js file below .* has nowhere/);
});

runner('fails a file whose time limit cannot be read', async () => {
  const { code, lastLine, output } = await run('slow/', 'one');
  assert.equal({ code, lastLine }, { code: 1, lastLine: '2 passed, 1 failed' });
  assert.match(output, /time limit: soon/);
});

runner('ends the files that are running when it is told to stop', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  folder.plant('hangs/hangs.test.js', `import net from 'node:net'; net.connect(${port}, '127.0.0.1');`);

  const child = spawn(process.execPath, [runPath, '--dir', folder.path, 'hangs'], { stdio: 'ignore' });
  const [socket] = (await once(server, 'connection')) as [Socket];
  const ended = once(socket.resume(), 'close');
  child.kill('SIGTERM');
  assert.equal(await once(child, 'close'), [143, null]);
  await ended;
  server.close();
});

runner.run();
