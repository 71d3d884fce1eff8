/** A module hook: whoever imports uvu gets the watched one. */
import type { ResolveHook } from 'node:module';

const watched = new URL('./watched-uvu.js', import.meta.url).href;

export const resolve: ResolveHook = (specifier, context, nextResolve) =>
  specifier === 'uvu' ? { url: watched, format: 'module', shortCircuit: true } : nextResolve(specifier, context);
