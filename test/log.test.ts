import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../src/log.js';

const test = suite('log');

function lines(level: string, write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const written: string[] = [];
  write(createLog(level, { write: line => void written.push(line) }));
  return written.map(line => JSON.parse(line) as Record<string, unknown>);
}

test('a line says when, how bad and what, and nothing of the machine', () => {
  const [line] = lines('info', log => log.warn({ cid: 'abc' }, 'mind this'));
  assert.equal(Object.keys(line!), ['level', 'time', 'cid', 'msg']);
  assert.equal([line!.level, line!.cid, line!.msg], ['warn', 'abc', 'mind this']);
  assert.match(String(line!.time), /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('what is below the level is not written', () => {
  assert.is(lines('warn', log => log.info('hush')).length, 0);
  assert.is(lines('silent', log => log.fatal('hush')).length, 0);
});

test('secrets are hidden, wherever they stand', () => {
  for (const name of ['password', 'authorization', 'sub_key']) {
    const secret = { [name]: 's3cret' };
    const [line] = lines('info', log => log.info({ ...secret, a: { ...secret, headers: secret } }, 'hidden'));
    assert.not.match(JSON.stringify(line), 's3cret', name);
    assert.is(JSON.stringify(line).split('***').length, 4, name);
  }
});

test.run();
