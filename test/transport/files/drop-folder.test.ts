import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drop, folderOf, stopFolders } from './folder.js';
import { Rig, refusal } from './rig.js';

const test = suite('files: a folder');

test.after.each(stopFolders);

test('a file that grows is published when it has been quiet for long enough, and not before', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder, { finished: { quiet_ms: 1_000 } }));
  for (const content of ['h', 'ha', 'half', 'halfway']) {
    folder.write('a', content);
    await opened.look();
    await rig.clock.advance(600);
  }
  await opened.look();
  assert.equal(rig.names, []);
  await rig.clock.advance(400);
  await opened.look();
  assert.equal(rig.names, ['a']);
  assert.is(folder.read('a', 'done'), 'halfway');
});

test('the age of a file says nothing: what was copied with its times is as new as it was seen', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder, { finished: { quiet_ms: 1_000 } }));
  folder.write('a', '1');
  folder.date('a', 1);
  await opened.look();
  assert.equal(rig.names, []);
});

test('a marker finishes its file and goes with it, and is no file itself', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder, { finished: { marker: '.done' } }));
  folder.write('a', '1');
  folder.write('b', '2');
  folder.write('a.done', '');
  await opened.look();
  assert.equal(rig.names, ['a']);
  assert.equal(folder.all(), ['b', 'done/a']);
});

test('links, pipes and folders stay where they are and hold nothing up', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder));
  writeFileSync(join(folder.root, 'secret'), 'secret');
  symlinkSync(join(folder.root, 'secret'), join(folder.path, 'link'));
  folder.pipe('pipe');
  mkdirSync(join(folder.path, 'sub'));
  folder.write('sub/b', 'no');
  folder.write('a', '1');
  await opened.look();
  assert.equal(rig.names, ['a']);
  assert.equal(folder.all(), ['done/a', 'link', 'pipe', 'sub/b']);
});

test('a link in place of one of its own folders stops it, and nothing is moved outside', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder));
  await opened.look();
  rmdirSync(join(folder.path, 'done'));
  mkdirSync(join(folder.root, 'outside'));
  symlinkSync(join(folder.root, 'outside'), join(folder.path, 'done'));
  folder.write('a', '1');
  await opened.look();
  await opened.look();
  assert.equal([rig.names, rig.log.length], [[], 1]);
  assert.equal(folder.all(), ['a', 'done']);
});

test('of several drops the first that matches has the file', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const topics: string[] = [];
  rig.before = ({ name, drop: { topic_name } }) => void topics.push(`${name} ${topic_name}`);
  const csv = drop(folder, { pattern: '*.{csv,tsv}', topic_name: '/csv' });
  const opened = await rig.open(csv, drop(folder, { pattern: '*', topic_name: '/rest' }));
  for (const name of ['a.csv', 'b.tsv', 'c.txt']) {
    folder.write(name, '1');
    folder.date(name, 1);
  }
  await opened.look();
  assert.equal(topics, ['a.csv /csv', 'b.tsv /csv', 'c.txt /rest']);
});

test('a file that appears while a folder is looked at goes to no later drop than if it had been there', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const marked = drop(folder, { pattern: '*.marked', finished: { marker: '.done' } });
  let appears = true;
  const others = {
    ...drop(folder),
    // It is asked for its pattern when the drop before it has been asked.
    get pattern() {
      if (appears) folder.rename('a.marked', 'a');
      appears = false;
      return '*';
    },
  };
  const opened = await rig.open(marked, others);
  await opened.look();
  await opened.look();
  assert.equal(rig.names, []);
  folder.rename('a.marked.done', '');
  await opened.look();
  assert.equal(rig.names, ['a.marked']);
  assert.equal(folder.all(), ['done/a.marked']);
});

test('whichever step of taking a file with its marker was the last of a process, the next one goes on from it', async () => {
  const id = '20300101T000000000Z-0123456789abcdef';
  const states = {
    'nothing is taken': ['a', 'a.done'],
    'the marker is taken': ['a', `.working/${id}/a.done`],
    'both are taken': [`.working/${id}/a`, `.working/${id}/a.done`],
    'the marker is gone': [`.working/${id}/a`],
  };
  for (const [state, files] of Object.entries(states)) {
    const folder = folderOf();
    mkdirSync(join(folder.path, '.working', id), { recursive: true });
    for (const file of files) folder.write(file, file.endsWith('.done') ? '' : 'content');
    const rig = new Rig(folder);
    const opened = await rig.open(drop(folder, { finished: { marker: '.done' } }), drop(folder, { pattern: 'a*' }));
    await opened.look();
    assert.equal(rig.names, ['a'], state);
    assert.equal(folder.all(), ['done/a'], state);
    assert.ok(folder.isIdle, state);
  }
});

test('a process that ends before or after a publish is followed by one that publishes under the same id', async () => {
  for (const point of ['before', 'after'] as const) {
    const folder = folderOf();
    const rig = new Rig(folder);
    folder.write('a', '1');
    rig[point] = () => {
      throw refusal();
    };
    await (await rig.open(drop(folder))).look();
    assert.is(rig.published.size, point === 'after' ? 1 : 0);
    assert.equal(folder.list('done'), []);
    rig[point] = () => {};
    await (await rig.open(drop(folder))).look();
    assert.equal(rig.names, ['a']);
    assert.equal(folder.all(), ['done/a']);
  }
});

const claim = '.working/20300101T000000000Z-0123456789abcdef';
const halfTaken: [what: string, files: string[]][] = [
  ['the marker alone', ['a', `${claim}/a.done`]],
  ['the marker and the file', [`${claim}/a`, `${claim}/a.done`]],
  ['the file', [`${claim}/a`]],
];

for (const [what, files] of halfTaken) {
  test(`a process that ended when it had moved ${what} is followed by one that goes on there`, async () => {
    const folder = folderOf();
    const rig = new Rig(folder);
    mkdirSync(join(folder.path, claim), { recursive: true });
    for (const name of files) folder.write(name, '1');
    const opened = await rig.open(drop(folder, { finished: { marker: '.done' } }));
    await opened.look();
    assert.equal(folder.all(), ['done/a']);
    assert.is(rig.published.size, 1);
    folder.write('a', 'the next, half-written');
    await opened.look();
    assert.is(rig.published.size, 1);
  });
}

test('what was taken longer ago than ids are remembered is moved to failed', async () => {
  const folder = folderOf();
  const rig = new Rig(folder, { dedupe_ms: 1_000 });
  mkdirSync(join(folder.path, claim), { recursive: true });
  folder.write(`${claim}/a`, '1');
  await rig.clock.advance(1_000);
  await (await rig.open(drop(folder))).look();
  assert.equal([rig.names, folder.all()], [[], ['failed/a', 'failed/a.reason.txt']]);
  assert.match(folder.read('a.reason.txt', 'failed'), /cannot know any more whether it was published/);
});

test('a drop whose messages are refused rests, and others of its folder go on', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  let tried = 0;
  rig.before = ({ drop: { topic_name } }) => {
    if (topic_name !== '/csv') return;
    tried += 1;
    throw refusal();
  };
  const opened = await rig.open(drop(folder, { pattern: '*.csv', topic_name: '/csv' }), drop(folder));
  folder.write('a.csv', '1');
  await opened.look();
  folder.write('b.csv', '1');
  folder.write('c', '1');
  await opened.look();
  assert.equal([tried, rig.names, folder.list()], [1, ['c'], ['.working', 'b.csv', 'done', 'failed']]);
  rig.before = () => {};
  await rig.clock.advance(2_000);
  await opened.look();
  assert.equal(rig.names.toSorted(), ['a.csv', 'b.csv', 'c']);
});

test('a file that is written to after it was taken waits until it is quiet, and others pass', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder));
  folder.write('slow', '1');
  rig.before = () => {
    rig.before = () => {};
    throw refusal();
  };
  await opened.look();
  const taken = folder.all().find(path => path.startsWith('.working'))!;
  folder.write(taken, 'longer');
  await rig.clock.advance(2_000);
  await opened.look();
  assert.equal(rig.names, []);
  await opened.look();
  assert.equal(rig.names, ['slow']);
});

test('names of 255 bytes have their reason beside them, and a tag where they are taken', async () => {
  const folder = folderOf();
  const rig = new Rig(folder);
  const opened = await rig.open(drop(folder));
  const name = `${'ü'.repeat(125)}.json`;
  for (const _ of [1, 2]) {
    folder.write(name, Uint8Array.of(0xff));
    await opened.look();
  }
  assert.is(folder.list('failed').length, 4);
  assert.is(folder.list('failed').filter(one => one.endsWith('.reason.txt')).length, 2);
});

test.run();
