/**
 * The table in `docs/ARCHITECTURE.md` says who may import whom, and this reads it: what people read there is what
 * holds. A part is a folder of `src/` (`store/`) or a file at its root (`server.ts`); a cell may also name one file
 * of a part (`store/store.ts`) and, for what comes from outside, packages, `node:*` or a single `node:` module.
 */
import { type Import, importsOf } from './imports.js';
import type { Source } from './source.js';

export interface Permits {
  parts: string[];
  outside: string[];
}

export type ImportTable = Map<string, Permits>;

/** Reads the table under the heading "Who may import whom". */
export function readImportTable(markdown: string): ImportTable {
  const section = markdown.split(/^#+ /m).find(text => text.startsWith('Who may import whom')) ?? '';
  const rows = section.split('\n').filter(line => line.startsWith('| `'));
  return new Map(
    rows.map(row => {
      const [, part, parts, outside] = row.split('|');
      return [entries(part)[0] ?? '', { parts: entries(parts), outside: entries(outside) }];
    }),
  );
}

/** `` `a/`, `b.ts` `` → a/ and b.ts; "all" → all; "–" → nothing. */
function entries(cell = ''): string[] {
  return cell
    .split(',')
    .map(entry => entry.replaceAll('`', '').trim())
    .filter(entry => entry !== '' && entry !== '–');
}

/** What in `src/` is not as the table says: imports it does not permit, parts it lacks, rows about nothing. */
export function layerFaults(table: ImportTable, sources: Source[]): string[] {
  const parts = new Set(sources.map(source => partOf(source.path)));
  return [
    ...[...parts].filter(part => !table.has(part)).map(part => `src/${part} has no row in the table`),
    ...[...table.keys()].filter(part => !parts.has(part)).map(part => `the table has a row ${part}, src/ has not`),
    ...sources.flatMap(importsOf).flatMap(found => {
      const permits = table.get(partOf(found.from));
      return permits === undefined || isPermitted(found, permits)
        ? []
        : [`${found.from}:${found.line} imports ${found.specifier}`];
    }),
  ];
}

function isPermitted(found: Import, { parts, outside }: Permits): boolean {
  if (found.to === undefined) return isListed(packageOf(found.specifier), outside);
  const path = found.to.replace(/^src\//, '');
  return partOf(found.to) === partOf(found.from) || isListed(path, parts) || isListed(partOf(found.to), parts);
}

function isListed(name: string, list: string[]): boolean {
  return list.includes('all') || list.includes(name) || (name.startsWith('node:') && list.includes('node:*'));
}

/** `src/store/sqlite/page.ts` → `store/`, `src/server.ts` → `server.ts`. */
function partOf(path: string): string {
  const [, first = '', ...rest] = path.split('/');
  return rest.length > 0 ? `${first}/` : first;
}

/** `ajv/dist/2020.js` → `ajv`, `@scope/name/x` → `@scope/name`, `node:fs/promises` → itself. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
