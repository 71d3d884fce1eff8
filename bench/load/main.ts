// The load generator: a process of its own, so that its work is neither in the server's figures nor in the bench's.
import { prepareDrain } from './drain.js';
import { prepareFanOut } from './fan-out.js';
import type { Command, Job, PreparedLoad, Report } from './job.js';
import { preparePublish } from './publish.js';
import { prepareFill, prepareIdle, prepareLeave } from './setting.js';
import type { Target } from './socket.js';

const microsecondsPerSecond = 1e6;
let prepared: PreparedLoad | null = null;

async function prepare(target: Target, job: Job): Promise<PreparedLoad> {
  switch (job.kind) {
    case 'publish':
      return preparePublish(target, job);
    case 'fan_out':
      return prepareFanOut(target, job);
    case 'drain':
      return prepareDrain(target, job);
    case 'fill':
      return prepareFill(target, job);
    case 'leave':
      return prepareLeave(target, job);
    case 'idle':
      return prepareIdle(target, job);
  }
}

async function run(load: PreparedLoad): Promise<Report> {
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await load.run();
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { report: 'done', seconds, cpuSeconds: (user + system) / microsecondsPerSecond };
}

async function obey(command: Command): Promise<Report> {
  if (command.command === 'prepare') {
    prepared = await prepare(command.target, command.job);
    return { report: 'prepared' };
  }
  if (prepared === null) throw new Error('Nothing was prepared');
  if (command.command === 'go') return run(prepared);
  await prepared.check();
  await prepared.close();
  prepared = null;
  return { report: 'ended' };
}

process.on('message', (command: Command) => {
  obey(command).then(
    report => process.send?.(report),
    (error: Error) => process.send?.({ report: 'failed', message: error.stack ?? error.message } satisfies Report),
  );
});
// The channel closes when the bench ends, however it ends.
process.on('disconnect', () => process.exit(0));
