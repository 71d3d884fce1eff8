import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackageFolder } from './package-folder.js';

const smoke = suite('scripts: smoke');
const folder = new PackageFolder('scripts/smoke.mjs');
smoke.after(() => folder.remove());

const serving = `require('node:http').createServer((_, answer) => answer.end()).listen(process.env.HOLDFAST_PORT, '127.0.0.1');`;
const stopping = (code: number) => `process.on('SIGTERM', () => setTimeout(process.exit, 100, ${code}));`;

function run(server: string, start = 'exec node server.cjs'): { status: number | null; told: string } {
  folder.write('package.json', JSON.stringify({ scripts: { start } }));
  folder.write('server.cjs', server);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder.path, 'scripts/smoke.mjs')]);
  return { status, told: `${stdout}${stderr}` };
}

smoke('passes a server that answers and leaves with 0', () => {
  const { status, told } = run(serving + stopping(0));
  assert.is(status, 0, told);
  assert.match(told, /ready after \d+ ms and left with exit code 0/);
});

smoke('fails a server that leaves with another code, or that the signal ends', () => {
  assert.match(run(serving + stopping(4)).told, /ended with exit code 4 on SIGTERM/);
  const { status, told } = run(serving);
  assert.is(status, 1);
  assert.match(told, /ended with SIGTERM on SIGTERM/);
});

smoke('fails a server that does not start, and shows what it said', () => {
  const { status, told } = run(`console.error('no port for me'); process.exit(2);`);
  assert.is(status, 1);
  assert.match(told, /npm start ended with exit code 2/);
  assert.match(told, /no port for me/);
});

smoke('fails a start script whose server outlives npm', () => {
  assert.is(run(serving + stopping(0), 'node server.cjs & wait').status, 1);
});

smoke.run();
