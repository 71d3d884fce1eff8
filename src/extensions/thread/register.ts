import * as nodeModule from 'node:module';
import { load, resolve } from './module-hooks.js';

/** Since Node.js 22.15 and 23.5: in this thread, without another one beside it. */
interface InThread {
  registerHooks?(hooks: { load: typeof load; resolve: typeof resolve }): void;
}

/** From here on this thread can load TypeScript, and what files of the operator import of this package. */
export function registerModuleHooks(): void {
  const { registerHooks } = nodeModule as InThread;
  if (registerHooks) registerHooks({ load, resolve });
  else nodeModule.register('./module-hooks.js', import.meta.url);
}
