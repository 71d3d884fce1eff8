import { EventEmitter } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { untilEnded } from '../../src/cli/until-ended.js';
import { createLog } from '../../src/log.js';

const test = suite('cli: until ended');

/** A server that stops, fails and never ends as the test says. */
function world(stopMsMax = 60_000) {
  const signals = new EventEmitter();
  const exits: number[] = [];
  const logged: string[] = [];
  let finish = (_error?: Error) => {};
  let fail = (_error: Error) => {};
  let stops = 0;
  const server = {
    stop: () => {
      stops += 1;
      return new Promise<void>((resolve, reject) => {
        finish = error => (error ? reject(error) : resolve());
      });
    },
    failed: new Promise<Error>(resolve => {
      fail = resolve;
    }),
  };
  const log = createLog('info', { write: line => void logged.push(JSON.parse(line).msg) });
  const ended = untilEnded(server, { signals, exitNow: code => void exits.push(code), stopMsMax, log });
  return {
    signals,
    exits,
    logged,
    ended,
    stops: () => stops,
    finish: (error?: Error) => finish(error),
    fail: () => fail(new Error('planted')),
  };
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

test('either signal stops the server, and its end is 0', async () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const { signals, ended, finish, stops } = world();
    signals.emit(signal, signal);
    assert.is(stops(), 1);
    finish();
    assert.is(await ended, 0);
  }
});

test('a second signal does not wait for the first', async () => {
  const { signals, exits, stops, finish, ended } = world();
  signals.emit('SIGINT', 'SIGINT');
  signals.emit('SIGINT', 'SIGINT');
  assert.equal([exits, stops()], [[1], 1]);
  finish();
  await ended;
});

test('a server that fails is stopped, and its end is 1', async () => {
  const { fail, ended, finish, stops } = world();
  fail();
  await turn();
  assert.is(stops(), 1);
  finish();
  assert.is(await ended, 1);
});

test('a server that fails while it stops ends with 1', async () => {
  const { signals, fail, ended, finish, stops } = world();
  signals.emit('SIGTERM', 'SIGTERM');
  fail();
  await turn();
  finish();
  assert.equal([await ended, stops()], [1, 1]);
});

test('a stop that fails is told and ends with 1', async () => {
  const { signals, ended, finish, logged } = world();
  signals.emit('SIGTERM', 'SIGTERM');
  finish(new Error('planted'));
  assert.is(await ended, 1);
  assert.equal(logged, ['stopping', 'the stop failed']);
});

test('a stop that takes too long is told and ends with 1', async () => {
  const { signals, ended, logged } = world(1);
  signals.emit('SIGTERM', 'SIGTERM');
  assert.is(await ended, 1);
  assert.equal(logged, ['stopping', 'the server did not end in time']);
});

test.run();
