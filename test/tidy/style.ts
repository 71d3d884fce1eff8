import type { Source } from './source.js';
import { reads, type Token, tokensOf } from './token.js';

export const linesMax = 400;

/** What a machine can say about the style of one file, as `path:line what`. */
export function styleFaults({ path, text }: Source): string[] {
  const tokens = tokensOf(text);
  const lines = text.trimEnd().split('\n').length;
  return [
    ...(lines > linesMax ? [`${path}:${lines} has more than ${linesMax} lines`] : []),
    ...tokens.flatMap((token, at) => {
      const fault = token.kind === 'comment' ? commentFault(token.text) : codeFault(tokens, at, path);
      return fault === undefined ? [] : [`${path}:${token.line} ${fault}`];
    }),
  ];
}

/** A directive that silences the compiler, or work that was left for later. */
function commentFault(comment: string): string | undefined {
  return /@ts-ignore|@ts-nocheck|\b(?:TODO|FIXME|XXX)\b/.exec(comment)?.[0];
}

function codeFault(tokens: Token[], at: number, path: string): string | undefined {
  if (reads(tokens, at, ['any']) && !reads(tokens, at - 1, ['.'])) return 'any';
  if (reads(tokens, at, ['export', 'default']) || reads(tokens, at, ['as', 'default'])) return 'default export';
  // Elsewhere `skip` is a fine name for a method.
  if (!path.startsWith('test/')) return undefined;
  if (reads(tokens, at, ['.', 'only', '('])) return 'only some of the tests would run';
  if (reads(tokens, at, ['.', 'skip', '('])) return 'a test would not run';
  return undefined;
}
