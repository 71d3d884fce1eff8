import { sections } from './sections.js';

/** What looks up a file by its path from the package root: its text, or null. */
export type ReadText = (path: string) => string | null;

const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const testPath = /`(test\/[\w./-]+)`/g;

/** What is wrong with the tests that GUARANTEES.md names: missing promises, missing files, promises that no title carries. */
export function promiseFaults(markdown: string, readText: ReadText): string[] {
  const named = [...markdown.matchAll(testPath)].map(match => match[1]!);
  const gone = [...new Set(named)].filter(path => readText(path) === null).map(path => `${path} does not exist`);
  return [...gone, ...numbers.flatMap(number => promiseFault(markdown, number, readText))];
}

function promiseFault(markdown: string, number: number, readText: ReadText): string[] {
  const promise = sections(markdown, 2).find(({ title }) => title.startsWith(`${number}. `));
  if (!promise) return [`there is no promise ${number}`];
  const shown = promise.text.split(/^Shown by /m)[1] ?? '';
  const paths = [...shown.matchAll(testPath)].map(match => match[1]!);
  if (paths.length === 0) return [`promise ${number} names no test`];
  return paths
    .filter(path => readText(path) !== null && !carries(readText(path)!, number))
    .map(path => `${path} has no title with (${number})`);
}

/** True if a title of the tests in this text has the number: `(2)`, `(1, 2)`, `(invariants 1 to 5 and 7)`, `invariant 9:`. */
function carries(text: string, number: number): boolean {
  const lists = [...text.matchAll(/\((?:invariants? )?(\d(?:(?:, | to | and |-)\d)*)\)|invariant (\d):/g)];
  return lists.some(match => numbersIn(match[1] ?? match[2]!).includes(number));
}

function numbersIn(list: string): number[] {
  return list.split(/, | and /).flatMap(part => {
    const [from, to = from] = part.split(/ to |-/).map(Number) as [number, number?];
    return numbers.filter(number => number >= from && number <= to!);
  });
}
