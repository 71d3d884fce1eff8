import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paste, Spawned } from './spawned.js';

const test = suite('cli: start');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
const running = new Set<Spawned>();

test.after(() => {
  for (const { child } of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function started(argv: string[], env: Record<string, string> = {}): Promise<Spawned> {
  const spawned = new Spawned(['--port', '0', ...argv], env);
  running.add(spawned);
  await spawned.printed('curl -sS');
  await spawned.printed('"pull"');
  return spawned;
}

/** The lines that the banner offers. */
function lines({ out }: Spawned): string[] {
  return out.split('\n').filter(line => line.includes('curl '));
}

test('the first start prints a password and three lines that work as pasted, in sh and in bash', async () => {
  const server = await started(['--store', `sqlite:${join(folder, 'first.db')}`]);
  assert.is(lines(server).length, 3);
  for (const shell of ['sh', 'bash']) {
    const [subKey, published, pulled] = (await paste(shell, lines(server))).split('\n') as [string, string, string];
    assert.match(subKey, /^zpsk/, shell);
    const { msg_id } = JSON.parse(published).result;
    const last = JSON.parse(pulled).result.messages.at(-1);
    assert.equal([last.msg_id, last.data, last.sub_key], [msg_id, 'I waited for you', subKey], shell);
  }
  server.child.kill('SIGTERM');
  assert.is(await server.ended(), 0);
});

test('a start that fails keeps the password of nobody: the next one makes and prints it', async () => {
  const store = `sqlite:${join(folder, 'failed.db')}`;
  const other = await started(['--store', 'memory:']);
  const port = /127\.0\.0\.1:(\d+)/.exec(other.out)![1]!;
  const failed = new Spawned(['--port', port, '--store', store]);
  assert.is(await failed.ended(), 1);
  assert.match(failed.err, /cannot listen/);
  other.child.kill('SIGTERM');
  assert.is(await other.ended(), 0);
  const next = await started(['--store', store]);
  assert.match(next.out, /made just now/);
  assert.match(await paste('sh', lines(next)), /"data":"I waited for you"/);
  next.child.kill('SIGTERM');
  assert.is(await next.ended(), 0);
});

test('a later start prints no password, and its lines work with the one that was set', async () => {
  const store = `sqlite:${join(folder, 'later.db')}`;
  const first = await started(['--store', store]);
  first.child.kill('SIGINT');
  assert.is(await first.ended(), 0);
  const env = { HOLDFAST_ADMIN_PASSWORD: 'a password with a space' };
  const second = await started(['--store', store], env);
  assert.not.match(second.out, env.HOLDFAST_ADMIN_PASSWORD);
  const [, published] = (await paste('sh', lines(second), env)).split('\n');
  assert.match(JSON.parse(published!).result.msg_id, /^zpsm/);
  second.child.kill('SIGTERM');
  assert.is(await second.ended(), 0);
});

test('nothing but the banner is on stdout, and stderr has lines of JSON without the password', async () => {
  const server = await started(['--store', 'memory:', '--log-level', 'debug']);
  const password = /^ {2}password {3}(\S+)/m.exec(server.out)![1]!;
  await paste('sh', lines(server));
  server.child.kill('SIGTERM');
  assert.is(await server.ended(), 0);
  const logged = server.err
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.ok(logged.some(line => line.msg === 'stopping' && line.signal === 'SIGTERM'));
  assert.not.match(server.err, password);
  assert.match(server.out, /^Holdfast .* is ready\.\n[\s\S]*; echo\n\n$/);
});

test.run();
