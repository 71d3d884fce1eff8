import * as fc from 'fast-check';
import { suite } from 'uvu';
import { commands } from './model/commands/index.js';
import { drain } from './model/drain.js';
import { Model } from './model/model.js';
import { Play, users } from './model/play.js';

/**
 * The core beside a plain list of messages: random commands, each carried out in both, and compared after each.
 * `SEED=… RUNS=…` repeats or lengthens a run; a failure prints its seed and the shortest commands that fail.
 */
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const numRuns = Number(process.env.RUNS ?? 150);

const model = suite('model');

model('(1-8): the core does what a plain list of messages says', async () => {
  const property = fc.asyncProperty(
    fc.nat(),
    fc.commands(commands, { maxCommands: 60, size: 'max' }),
    async (order, run) => {
      const play = await Play.begin({ seed: order });
      const model = new Model();
      for (const user of users) model.rights.set(user, new Set(['/**']));
      await fc.asyncModelRun(() => ({ model, real: play }), run);
      await drain(model, play);
    },
  );
  await fc.assert(property, { seed, numRuns, includeErrorInReport: true });
});

model.run();
