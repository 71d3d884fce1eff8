import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ensurePlaces, type RunOptions } from '../../bench/run-options.js';

const test = suite('bench: options of a run');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-places-'));
const file = join(folder, 'main.js');

test.before(() => writeFileSync(file, ''));
test.after(() => rmSync(folder, { recursive: true }));

function places(changes: Partial<RunOptions>): () => void {
  return () => ensurePlaces({ rounds: 1, quick: true, json: null, serverMain: file, directory: folder, ...changes });
}

test('a run may begin where there are a server, a directory, and room for what it finds out', () => {
  places({})();
  places({ json: join(folder, 'new.json') })();
  places({ json: file })();
});

test('it is told before a run, and not at its end, that there is no server or no place for a file', () => {
  assert.throws(places({ serverMain: join(folder, 'no.js') }), /No server: .*no\.js/);
  assert.throws(places({ directory: join(folder, 'no') }), /No directory: .*no/);
  assert.throws(places({ directory: file }), /No directory/);
  assert.throws(places({ json: join(folder, 'no', 'x.json') }), /--json cannot be written there: .*x\.json/);
  assert.throws(places({ json: folder }), /--json cannot be written/);
});

test.run();
