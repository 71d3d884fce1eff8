import { importsOf } from './imports.js';
import type { Source } from './source.js';
import { codeOf, reads } from './token.js';

/**
 * Suites that are made and never run, and test files without any. A test file may leave both to a shared suite: it
 * is enough if it imports a file of `test/` that runs one.
 */
export function runFaults(sources: Source[]): string[] {
  const running = new Set(sources.filter(source => runsOf(source).size > 0).map(source => source.path));
  return sources.flatMap(source => {
    const runs = runsOf(source);
    const forgotten = suitesOf(source).filter(name => !runs.has(name));
    const faults = forgotten.map(name => `${source.path} makes the suite ${name} and never calls ${name}.run()`);
    const isTest = source.path.endsWith('.test.ts');
    const runsShared = importsOf(source).some(({ to }) => to !== undefined && running.has(to));
    if (isTest && faults.length === 0 && runs.size === 0 && !runsShared) faults.push(`${source.path} runs no suite`);
    return faults;
  });
}

/** Names of variables that hold a suite: `const NAME = suite(…)` or `= suite<Context>(…)`. */
function suitesOf({ text }: Source): string[] {
  const tokens = codeOf(text);
  return tokens.flatMap((_, at) => {
    const isSuite = reads(tokens, at, ['=', 'suite', '(']) || reads(tokens, at, ['=', 'suite', '<']);
    return isSuite ? [tokens[at - 1]?.text ?? ''] : [];
  });
}

function runsOf({ text }: Source): Set<string> {
  const tokens = codeOf(text);
  return new Set(tokens.flatMap((token, at) => (reads(tokens, at + 1, ['.', 'run', '(', ')']) ? [token.text] : [])));
}
