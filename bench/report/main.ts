import { parseArgs } from 'node:util';
import { readResults } from './results.js';
import { writeReport } from './write.js';

const exitUsage = 2;
const reportHelp = `Usage: npm run bench -- --report FILE.json… [--plots DIR] [--markdown FILE]

Measures nothing: makes plots, and fills the sections of a page, from what runs with --json have written. What is in
more than one file is taken from the last.
`;

/** `npm run bench -- --report …`: answers the exit code. */
export function report(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { plots: { type: 'string' }, markdown: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      process.stdout.write(reportHelp);
      return 0;
    }
    if (positionals.length === 0) throw new Error('Which results? Name the files that --json has written');
    if (!values.plots && !values.markdown)
      throw new Error('What is to be made of them? Say --plots, --markdown or both');
    writeReport(readResults(positionals), { plots: values.plots ?? null, markdown: values.markdown ?? null });
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${reportHelp}`);
    return exitUsage;
  }
}
