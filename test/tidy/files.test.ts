import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Lock, lockFaults } from './lock.js';
import { machinePaths } from './machine-paths.js';
import { packageRoot, readSources } from './source.js';

const lock = suite('tidy: package-lock.json');

lock('is refused if an optional dependency has no entry', () => {
  const missing = { packages: { 'node_modules/tool': { optionalDependencies: { 'tool-mac': '1' } } } };
  assert.is(lockFaults(missing).length, 1);
  const elsewhere = { packages: { ...missing.packages, 'node_modules/other/node_modules/tool-mac': {} } };
  assert.is(lockFaults(elsewhere).length, 1);
});

lock('may hold the entry at the top or within', () => {
  const needs = { optionalDependencies: { '@s/mac': '1' } };
  assert.equal(lockFaults({ packages: { 'node_modules/a/node_modules/b': needs, 'node_modules/@s/mac': {} } }), []);
  const within = { 'node_modules/a/node_modules/b': needs, 'node_modules/a/node_modules/@s/mac': {} };
  assert.equal(lockFaults({ packages: within }), []);
});

lock('is refused if it names an address', () => {
  const resolved = ['https:', '', 'registry.example', 'a.tgz'].join('/');
  assert.is(lockFaults({ packages: { 'node_modules/a': { resolved } } }).length, 1);
});

lock('is whole', () => {
  assert.equal(lockFaults(JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as Lock), []);
});

const paths = suite('tidy: paths of one machine');

const found = (text: string) => machinePaths({ path: 'x', text }, ['', 'srv', 'checkout'].join('/'));

paths('are found', () => {
  for (const planted of [
    ['', 'home', 'bob', 'x'],
    ['', 'Users', 'Bob', 'x'],
    ['', 'root', '.npmrc'],
    ['', 'srv', 'checkout'],
  ]) {
    assert.is(found(`first\n  cd ${planted.join('/')}`).length, 1, planted.join('/'));
  }
  assert.is(found(['C:', 'Users', 'Bob'].join('\\')).length, 1);
});

paths('are told from topics and relative paths', () => {
  assert.equal(found('publish to /orders/new, see ../home and src/store'), []);
  assert.equal(machinePaths({ path: 'x', text: 'topic /holdfast/dead-letter' }, '/holdfast'), []);
});

paths('are in no file', () => {
  assert.equal(
    readSources(['**/*', '!**/*.png']).flatMap(file => machinePaths(file, packageRoot)),
    [],
  );
});

lock.run();
paths.run();
