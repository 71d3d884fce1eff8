import { sections } from './sections.js';

/** True if there is such a file or folder, by its path from the package root. */
export type Exists = (path: string) => boolean;

const heading = 'behaviour';
const path = /`((?:src|test|examples|schemas)\/[\w./-]+)`/g;
/** What a row may name as shown by: it is run by `npm test`, an example as well. */
const isRun = /^(test\/.+\.test\.ts|examples\/[\w-]+\.ts)$/;

/** What is wrong with the rows of FEATURES.md. `attributes`: those of a message, each of which has to have a row. */
export function featureFaults(markdown: string, exists: Exists, attributes: readonly string[]): string[] {
  const rows = sections(markdown, 2).flatMap(({ text }) => rowsOf(text));
  const lacking = attributes.filter(name => !rows.some(([what]) => what!.startsWith(`\`${name}\``)));
  return [...rows.flatMap(row => rowFaults(row, exists)), ...lacking.map(name => `the attribute ${name} has no row`)];
}

function rowsOf(text: string): string[][] {
  const rows = text.split('\n').filter(line => line.startsWith('| ') && !line.startsWith(`| ${heading}`));
  return rows.map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
}

function rowFaults([what = '', where = '', shown = '']: string[], exists: Exists): string[] {
  const places = pathsIn(where);
  const proofs = pathsIn(shown);
  const faults = [...places, ...proofs].filter(each => !exists(each)).map(each => `${each} does not exist`);
  if (places.length === 0) faults.push('it does not say where');
  if (proofs.length === 0) faults.push('nothing shows it');
  faults.push(...proofs.filter(each => !isRun.test(each)).map(each => `${each} is not run`));
  return faults.map(fault => `${what}: ${fault}`);
}

function pathsIn(cell: string): string[] {
  return [...cell.matchAll(path)].map(match => match[1]!);
}
