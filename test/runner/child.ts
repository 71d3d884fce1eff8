/**
 * The entry of the process that runs one test file and nothing else: `node child.js FILE LINGER_MS`.
 *
 * It ends by itself when nothing is left to do, as any program does, so a test that waits for something that can
 * not come ends it at once, and a server or timer that a test left behind shows.
 */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Counts, FileMessage } from './message.js';
// Imported before the redirection below, so that its own import of uvu gets the real one.
import { onTestStart, suites, type WatchedSuite } from './watched-uvu.js';

const [file = '', lingerMs] = process.argv.slice(2);

// The channel must not keep this process alive, and without the runner there is no one to run for.
const abandoned = () => process.exit(1);
process.on('disconnect', abandoned);
process.channel?.unref();

onTestStart(test => tell({ kind: 'running', test }));
register('./redirect-uvu.js', import.meta.url);
await import(pathToFileURL(file).href);
tell({ kind: 'finished', ...(await runSuites()) });

process.off('disconnect', abandoned);
process.disconnect();
setTimeout(endLingering, Number(lingerMs)).unref();

async function runSuites(): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, forgotten: [] };
  for (const suite of suites) {
    for (const run of suite.runs) {
      const [errors, passed, skipped, total] = await run();
      counts.passed += passed;
      counts.skipped += skipped;
      counts.failed += Math.max(total - passed, suite.hookErrors.length);
      report(suite, errors);
    }
    if (suite.waiting > 0) counts.forgotten.push(suite.name);
  }
  return counts;
}

function report(suite: WatchedSuite, errors: string | true): void {
  if (errors !== true) console.log(`\n${errors}`);
  for (const error of suite.hookErrors.splice(0)) console.log(`\n  ${error}`);
}

function tell(message: FileMessage): void {
  process.send?.(message);
}

function endLingering(): void {
  const kept = process.getActiveResourcesInfo().join(', ');
  console.error(`still running ${lingerMs} ms after the last test; kept alive by: ${kept}`);
  process.exit(1);
}
