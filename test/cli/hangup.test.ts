import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { Spawned } from './spawned.js';

const test = suite('cli: SIGHUP, and files with faults');

const service = (name: string) => `
  import { defineService } from 'holdfast/services';
  export const s = defineService({ name: '${name}', handle() {} });`;

function start(files: OperatorFiles): Spawned {
  const argv = ['--config', files.path('config.json'), '--port', '0', '--store', 'memory:'];
  return new Spawned(argv, { HOLDFAST_ADMIN_PASSWORD: 'password' });
}

/** Resolves once the log has a line with this text. */
async function logged({ child, ...spawned }: Spawned, text: string): Promise<string> {
  let seen = spawned.err;
  for await (const more of child.stderr!.iterator({ destroyOnReturn: false })) {
    seen += more;
    if (seen.includes(text)) return seen;
  }
  throw new Error(`it ended without logging it:\n${seen}`);
}

test('SIGHUP reads configuration and files again, and leaves all as it was if there is a fault', async () => {
  const files = new OperatorFiles({
    'config.json': JSON.stringify({ services: ['*.js'], topics: [] }),
    'a.js': service('a'),
  });
  const spawned = start(files);
  await spawned.printed('is ready');
  files.write('a.js', 'export const = 1;');
  spawned.child.kill('SIGHUP');
  assert.match(await logged(spawned, 'was not read again'), /"reason":".*a\.js: SyntaxError/);
  files.write('a.js', service('b'));
  files.write('config.json', 'no JSON');
  spawned.child.kill('SIGHUP');
  assert.match(await logged(spawned, 'was not read again'), /config\.json/);
  files.write('config.json', JSON.stringify({ services: ['*.js'], topics: [{ topic_name: '/new' }] }));
  spawned.child.kill('SIGHUP');
  assert.match(await logged(spawned, 'the configuration was read again'), /services and hooks were loaded again/);
  spawned.child.kill('SIGTERM');
  assert.is(await spawned.ended(), 0);
  files.remove();
});

test('a file with a fault ends the start with its path and the reason, and without a stack', async () => {
  const files = new OperatorFiles({
    'config.json': JSON.stringify({ services: ['*.js'] }),
    'a.js': `throw new Error('no database');`,
  });
  const spawned = start(files);
  assert.is(await spawned.ended(), 1);
  assert.is(spawned.err, `holdfast: ${files.path('a.js')}: no database\n`);
  assert.is(spawned.out, '');
  files.remove();
});

test.run();
