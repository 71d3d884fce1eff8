// time limit: 60 s
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BrokerProcess, faultyServer, realServer } from './broker-process.js';
import { check, report } from './check.js';
import type { History } from './history.js';
import { seedOf } from './random.js';
import { Trial } from './trial.js';

const test = suite('crash: an fsync that fails');
const seed = seedOf(process.env);
const healthyMs = 500;

/** Uses a server until it ends by itself, and looks at what is left. Answers how publishes were refused. */
async function untilItFails(
  entry: string,
  env: Record<string, string>,
  fail: (broker: BrokerProcess) => Promise<void>,
) {
  const trial = new Trial(seed);
  try {
    const broker = await trial.use(entry, env);
    await delay(healthyMs);
    await fail(broker);
    const { code, signal } = await broker.ended;
    trial.noteEnded();
    assert.equal({ code, signal }, { code: 1, signal: null }, broker.log);
    assert.is(broker.log.split('\n').filter(line => line.includes('"level":"fatal"')).length, 1, broker.log);
    // The transaction that fails may have no publish in it; those that are behind it are then not read any more.
    for (const refusal of refusals(trial.history)) assert.is(refusal, 'storage_failed unknown');
    assert.equal(answeredAfterFailure(trial.history), []);
    assert.ok(trial.history.some(happening => happening.kind === 'answered'));
    await trial.drain();
    assert.is(report(check(trial.history)), '');
    return refusals(trial.history);
  } finally {
    trial.remove();
  }
}

/** The names and outcomes of what was refused, each once. */
function refusals(history: History): string[] {
  const all = history.flatMap(happening =>
    happening.kind === 'refused' ? [`${happening.name} ${happening.outcome}`] : [],
  );
  return [...new Set(all)];
}

/** Publishes that were answered on a socket that had been told that the disk failed, by their number. */
function answeredAfterFailure(history: History): number[] {
  const socketOf = new Map<number, number>();
  const failed = new Set<number>();
  const after: number[] = [];
  for (const happening of history) {
    if (happening.kind === 'sent') socketOf.set(happening.n, happening.socket);
    else if (happening.kind === 'refused') failed.add(socketOf.get(happening.n)!);
    else if (happening.kind === 'killed') return after;
    else if (happening.kind === 'answered' && failed.has(socketOf.get(happening.n)!)) after.push(happening.n);
  }
  return after;
}

test('ends the server after one fatal line, and no publish is answered as stored (a store that says so)', async () => {
  const refused = await untilItFails(faultyServer, { FAULT: 'failsLater' }, async () => {});
  assert.equal(refused, ['storage_failed unknown']);
});

const strace = spawnSync('strace', ['-V']).status === 0;
const title = strace
  ? 'the same with EIO from the kernel'
  : 'strace is not installed: EIO from the kernel is not tried';
test(title, async () => {
  if (!strace) return;
  await untilItFails(realServer, {}, async broker => {
    const inject = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO'];
    const tracer = spawn('strace', ['-f', '-o', '/dev/null', ...inject, '-p', String(broker.pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said] = await once(tracer.stderr, 'data');
    assert.match(String(said), 'attached');
  });
});

test.run();
