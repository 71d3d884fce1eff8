import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paste, Spawned } from '../cli/spawned.js';
import { packageRoot } from '../tidy/source.js';
import { block, blocks } from './blocks.js';
import { commandFaults } from './commands.js';
import { masked } from './masked.js';

const test = suite('README.md');
const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

const samplePassword = /password {3}(\S+)/.exec(block(readme, 'text', 'is ready.'))![1]!;
const sampleAddress = '127.0.0.1:8765';
const sampleStore = 'sqlite:./data/holdfast.db';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-readme-'));
const store = `sqlite:${join(folder, 'readme.db')}`;
const running = new Set<ChildProcess>();
let server: Spawned;
let address = '';
let password = '';

test.before(async () => {
  server = new Spawned(['--port', '0', '--store', store]);
  running.add(server.child);
  await server.printed('"pull"');
  address = /http:\/\/(\S+)\/rpc$/m.exec(server.out)![1]!;
  password = /^ {2}password {3}(\S+)/m.exec(server.out)![1]!;
});

test.after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** What stands in the README, for the server of this test. */
function here(text: string): string {
  return text.replaceAll(samplePassword, password).replaceAll(sampleAddress, address);
}

/** What the server of this test printed, as it would stand in the README. */
function there(text: string): string {
  return text.replaceAll(password, samplePassword).replaceAll(address, sampleAddress).replaceAll(store, sampleStore);
}

/** Runs the client of the README until it has printed this. */
async function runClient(until: string): Promise<string> {
  const client = here(block(readme, 'js', 'new WebSocket'));
  const child = spawn(process.execPath, ['--input-type=module', '-e', client], { cwd: packageRoot, stdio: 'pipe' });
  running.add(child);
  let out = '';
  child.stderr.on('data', text => process.stderr.write(text));
  while (!out.includes(until)) {
    const [text] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [null])]);
    if (text === null) throw new Error(`the client ended and had printed:\n${out}`);
    out += text;
  }
  child.kill();
  await once(child, 'exit');
  return out;
}

test('its two command lines, and every other command in it, are there', () => {
  const lines = blocks(readme).filter(({ language, text }) => language === 'sh' && text.startsWith('npm '));
  assert.equal(
    lines.map(({ text }) => text),
    ['npm ci && npm start\n', 'npm ci && npm test\n'],
  );
  assert.equal(commandFaults(readme, scripts), []);
  assert.equal(commandFaults(readFileSync(join(packageRoot, 'docs/BENCH.md'), 'utf8'), scripts), []);
});

test('a command that the package does not have is found', () => {
  assert.equal(commandFaults('```sh\nnpm ci && npm run strat\n```\n', scripts), ['npm run strat']);
  assert.equal(commandFaults('Say `npm start`, `npm benhc`.', scripts), ['npm benhc']);
});

test('it shows what the first start prints', () => {
  const shown = block(readme, 'text', 'is ready.');
  assert.is(there(server.out).slice(0, shown.length), shown);
});

test('its three lines are those that the start prints, and give what it says when they are pasted into sh', async () => {
  const lines = block(readme, 'sh', 'SUB_KEY=');
  assert.ok(there(server.out).endsWith(`\n${lines}\n`));
  const out = await paste('sh', [here(lines)]);
  assert.is(masked(out), masked(block(readme, 'text', 'zpsk')));
});

test('its client gets what is published, and what it missed', async () => {
  assert.match(await runClient('9 hi\n'), /^1 \{"sub_key":.*\n2 \{"msg_id":.*\n9 hi\n$/);
  const publish = block(readme, 'sh', 'SUB_KEY=')
    .split('\n')
    .find(line => line.includes('"publish"'));
  await paste('sh', [here(publish!)]);
  assert.match(await runClient('5 I waited for you\n'), '"is_new":false');
});

test('its line for REST publishes, and is answered as it says', async () => {
  const out = await paste('sh', [here(block(readme, 'sh', '/pubsub/'))]);
  assert.ok(readme.includes(`\`${masked(out).trim()}\``), out);
});

test('lines that do not work give something else', async () => {
  const lines = here(block(readme, 'sh', 'SUB_KEY=')).replaceAll(password, 'wrong');
  assert.is.not(masked(await paste('sh', [lines])), masked(block(readme, 'text', 'zpsk')));
});

test.run();
