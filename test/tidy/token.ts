/**
 * Source text cut into tokens by TypeScript's own scanner, so that a rule about code does not trip over the same
 * words in a string or a comment. (The scanner has no stable API yet; the lock file pins the version it works with.)
 */
import { SyntaxKind } from 'typescript/unstable/ast';
import { createScanner, tokenIsIdentifierOrKeyword } from 'typescript/unstable/ast/scanner';

export interface Token {
  /** A template without substitutions is a string; of others, and of regular expressions, the pieces are `other`. */
  kind: 'word' | 'string' | 'comment' | 'other';
  /** As it is written, but for a string: what it says. */
  text: string;
  /** Line number from 1. */
  line: number;
}

/** The tokens of a file, comments included, white space left out. */
export function tokensOf(text: string): Token[] {
  const scanner = createScanner(false);
  scanner.setText(text);
  const tokens: Token[] = [];
  const braces: SyntaxKind[] = [];
  let line = 1;
  let start = 0;

  while (start < text.length) {
    let kind = scanner.scan();
    if (isSlash(kind) && !endsValue(tokens)) kind = scanner.reScanSlashToken();
    if (kind === SyntaxKind.CloseBraceToken && braces.pop() === SyntaxKind.TemplateHead) {
      kind = scanner.reScanTemplateToken(false);
    }
    if (kind === SyntaxKind.OpenBraceToken || kind === SyntaxKind.TemplateHead) braces.push(kind);
    if (kind === SyntaxKind.TemplateMiddle) braces.push(SyntaxKind.TemplateHead);

    const end = scanner.getTokenEnd();
    const written = text.slice(start, end);
    if (!isSpace(kind)) {
      const token = kindOf(kind);
      tokens.push({ kind: token, text: token === 'string' ? scanner.getTokenValue() : written, line });
    }
    line += written.split('\n').length - 1;
    start = end;
  }
  return tokens;
}

/** The tokens without the comments. */
export function codeOf(text: string): Token[] {
  return tokensOf(text).filter(token => token.kind !== 'comment');
}

/** Whether the tokens from `at` on are written just so, e.g. `['.', 'run', '(']`. */
export function reads(tokens: Token[], at: number, texts: string[]): boolean {
  return texts.every((text, offset) => {
    const token = tokens[at + offset];
    return token !== undefined && token.kind !== 'string' && token.text === text;
  });
}

function isSlash(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken;
}

/** After a value a slash divides; elsewhere it opens a regular expression. */
function endsValue(tokens: Token[]): boolean {
  const before = tokens.findLast(token => token.kind !== 'comment');
  if (before === undefined) return false;
  if (before.kind === 'word') return !['return', 'typeof', 'case', 'in', 'of', 'await', 'void'].includes(before.text);
  return before.kind === 'string' || /^[)\]}\d.`/]/.test(before.text);
}

function isSpace(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.WhitespaceTrivia || kind === SyntaxKind.NewLineTrivia;
}

function kindOf(kind: SyntaxKind): Token['kind'] {
  if (kind === SyntaxKind.SingleLineCommentTrivia || kind === SyntaxKind.MultiLineCommentTrivia) return 'comment';
  if (kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral) return 'string';
  return tokenIsIdentifierOrKeyword(kind) ? 'word' : 'other';
}
