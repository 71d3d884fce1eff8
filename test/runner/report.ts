import type { Outcome } from './run-file.js';

/** One line about a file: what it is called, what came of its tests, how long it took. */
export function fileLine(outcome: Outcome, title: string): string {
  const counts = [`${outcome.passed} passed`];
  if (outcome.failed > 0) counts.push(`${outcome.failed} failed`);
  if (outcome.skipped > 0) counts.push(`${outcome.skipped} skipped`);
  const seconds = (outcome.ms / 1_000).toFixed(2);
  return `${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${title}  ${counts.join(', ')}  ${seconds} s`;
}

/** All that is known about a failed file, indented under its line; nothing about one that passed. */
export function failureText(outcome: Outcome): string {
  if (outcome.failed === 0) return '';
  const output = outcome.output.trimEnd();
  const lines = [...outcome.faults.map(fault => `fault: ${fault}`), ...(output === '' ? [] : output.split('\n'))];
  return lines.map(line => `     | ${line}\n`).join('');
}

/** The last line of a run. */
export function totalLine(outcomes: Outcome[]): string {
  const sum = (count: 'passed' | 'failed' | 'skipped') => outcomes.reduce((all, outcome) => all + outcome[count], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
