import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

export const packageRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

export interface Source {
  /** From the package root, with slashes: `src/broker/lanes/lane.ts`. */
  path: string;
  text: string;
}

/** The files of this package that match the globs, sorted by path; what git ignores is left out. */
export function readSources(globs: string[]): Source[] {
  return globSync(globs, { cwd: packageRoot, ignore: ignoredByGit(), dot: true })
    .sort()
    .map(path => ({ path, text: readFileSync(join(packageRoot, path), 'utf8') }));
}

/** All code that people write; generated files are for their generator to answer for. */
export function readCode(): Source[] {
  return readSources(['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts', '!**/*.gen.ts']);
}

/** The patterns of `.gitignore`, which are plain names and folders here, so that no git is needed to run this. */
function ignoredByGit(): string[] {
  const lines = readFileSync(join(packageRoot, '.gitignore'), 'utf8').split('\n').filter(Boolean);
  return ['.git/**', ...lines.map(line => (line.endsWith('/') ? `**/${line}**` : `**/${line}`))];
}
