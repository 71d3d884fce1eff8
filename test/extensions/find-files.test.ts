import { chmodSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findFiles } from '../../src/extensions/find-files.js';
import { OperatorFiles } from './files.js';

const test = suite('extensions: files that are looked for');
const nobody = 65534;

/** As somebody who is bound by what files permit: root is not. */
async function asUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(nobody);
  return work().finally(() => process.seteuid!(0));
}

test('a folder that may not be read is told, and not taken for an empty one', async () => {
  const files = new OperatorFiles({ 'services/a.js': '', 'services/private/b.js': '' });
  const { folder } = files;
  chmodSync(folder, 0o755);
  chmodSync(files.path('services/private'), 0o000);
  const find = (services: string[]) => asUser(() => findFiles({ folder, services, hooks: [] }));
  const fault = await find(['services/**/*.js']).catch(error => error);
  assert.is(fault.name, 'ExtensionFault', String(fault));
  assert.match(fault.message, /services\/private\/?: the folder cannot be read \(EACCES/);
  assert.equal(await find(['services/**/*.js', '!services/private/**']), [
    { kind: 'services', path: files.path('services/a.js') },
  ]);
  chmodSync(files.path('services/private'), 0o755);
  files.remove();
});

test.run();
