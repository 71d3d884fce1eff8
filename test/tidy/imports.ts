import { posix } from 'node:path';
import type { Source } from './source.js';
import { codeOf, reads } from './token.js';

export interface Import {
  /** Path of the file that imports, from the package root. */
  from: string;
  /** What it names: `../store/store.js`, `node:fs`, `ws`. */
  specifier: string;
  /** Path of the source that this means, if it is one of ours. */
  to: string | undefined;
  line: number;
}

/**
 * All that a file imports: static, dynamic and type imports, re-exports, and files that it starts by
 * `new URL('./worker.js', import.meta.url)`.
 */
export function importsOf(source: Source): Import[] {
  const tokens = codeOf(source.text);
  return tokens.flatMap((token, at) => {
    const isImport =
      reads(tokens, at - 1, ['from']) ||
      reads(tokens, at - 1, ['import']) ||
      reads(tokens, at - 2, ['import', '(']) ||
      (token.text.endsWith('.js') && reads(tokens, at - 3, ['new', 'URL', '(']));
    if (token.kind !== 'string' || !isImport) return [];
    const { text: specifier, line } = token;
    return [{ from: source.path, specifier, to: sourceOf(source.path, specifier), line }];
  });
}

function sourceOf(from: string, specifier: string): string | undefined {
  if (!/^\.\.?\/.*\.js$/.test(specifier)) return undefined;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** For each source the sources that it imports. */
export function importGraph(sources: Source[]): Map<string, string[]> {
  return new Map(
    sources.map(source => [source.path, importsOf(source).flatMap(({ to }) => (to === undefined ? [] : [to]))]),
  );
}
