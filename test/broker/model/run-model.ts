import fc from 'fast-check';
import type { WorldOptions } from '../../sim/world.js';
import { commands } from './commands/index.js';
import { drain } from './drain.js';
import { Model } from './model.js';
import { Play, users } from './play.js';

const commandsMax = 100;

export interface RunBounds {
  seed?: number;
  numRuns: number;
  /** Stops at the first failure, without looking for a shorter one. */
  endOnFailure?: boolean;
}

/** Random runs of the core beside the model, with the interleaving drawn too. */
export async function runModel(bounds: RunBounds, options: WorldOptions = {}) {
  const property = fc.asyncProperty(
    fc.nat(),
    fc.commands(commands, { maxCommands: commandsMax, size: 'max' }),
    async (seed, run) => {
      const play = await Play.begin({ ...options, seed });
      const model = new Model();
      for (const user of users) model.rights.set(user, new Set(['/**']));
      await fc.asyncModelRun(() => ({ model, real: play }), run);
      await drain(model, play);
    },
  );
  return fc.check(property, { ...bounds, includeErrorInReport: true });
}
