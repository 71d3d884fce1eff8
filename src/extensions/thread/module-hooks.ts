import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

interface Loaded {
  format: string;
  source: string;
  shortCircuit: true;
}

interface Resolved {
  url: string;
  shortCircuit: true;
}

/** What files of the operator may import of this package: always the copy that the server itself runs. */
const own: Readonly<Record<string, string>> = {
  'holdfast/services': new URL('../../services.js', import.meta.url).href,
  'holdfast/hooks': new URL('../../hooks.js', import.meta.url).href,
};

/*
 * How modules are found and read in the thread of services and hooks. Both are called by `register` of Node.js 20 in a
 * thread of their own, where `next` makes a promise, and by `registerHooks` of later ones, where it does not.
 */

export function resolve<Next>(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Next,
): Next | Resolved {
  const url = Object.hasOwn(own, specifier) ? own[specifier] : undefined;
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
}

/** TypeScript loses its types; all versions of Node.js do it in the same way, and none needs a flag for it. */
export function load<Next>(url: string, context: object, next: (url: string, context: object) => Next): Next | Loaded {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const path = fileURLToPath(url);
  return { format: 'module', source: withoutTypes(readFileSync(path, 'utf8'), path), shortCircuit: true };
}

interface Stripper {
  transformSync(source: string, options: { mode: 'strip-only'; filename: string }): { code: string };
}

/** Types become spaces, so that lines and columns of errors are those of the file. Throws `SyntaxError`. */
function withoutTypes(source: string, path: string): string {
  // Three megabytes of WebAssembly, for those who have TypeScript.
  const { transformSync } = require('amaro') as Stripper;
  try {
    return transformSync(source, { mode: 'strip-only', filename: path }).code;
  } catch (error) {
    // It throws plain texts that show the place.
    throw new SyntaxError(`${path}:\n${String(error).trimEnd()}`);
  }
}
