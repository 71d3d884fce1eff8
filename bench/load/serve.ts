import type { Command, PreparedLoad, Report } from './job.js';
import type { Target } from './socket.js';

const microsecondsPerSecond = 1e6;

async function run(load: PreparedLoad): Promise<Report> {
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await load.run();
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / microsecondsPerSecond;
  return { report: 'done', seconds, cpuSeconds, figures: load.figures?.() ?? {} };
}

/** Makes this process a load generator, which prepares the jobs of the bench with `prepare` and runs one at a time. */
export function serveLoads<J>(prepare: (target: Target, job: J) => Promise<PreparedLoad>): void {
  let prepared: PreparedLoad | null = null;

  const obey = async (command: Command<J>): Promise<Report> => {
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
  };

  process.on('message', (command: Command<J>) => {
    obey(command).then(
      report => process.send?.(report),
      (error: Error) => process.send?.({ report: 'failed', message: error.stack ?? error.message } satisfies Report),
    );
  });
  // The channel closes when the bench ends, however it ends.
  process.on('disconnect', () => process.exit(0));
}
