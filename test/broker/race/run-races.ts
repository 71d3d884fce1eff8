import fc from 'fast-check';
import type { WorldOptions } from '../../sim/world.js';
import type { RunBounds } from '../model/run-model.js';
import { Race } from './race.js';
import { steps } from './steps.js';

const stepsMax = 80;

/** Random runs in which things overlap, with the interleaving drawn too. */
export function runRaces(bounds: RunBounds, options: WorldOptions = {}) {
  const taken = fc.array(steps, { maxLength: stepsMax, size: 'max' });
  const property = fc.asyncProperty(fc.nat(), taken, async (seed, run) => {
    const race = await Race.begin({ ...options, seed });
    for (const { kind, args, pause } of run) {
      await race.take(kind, args);
      for (let step = 0; step < pause; step += 1) await race.world.clock.step();
    }
    await race.finish();
  });
  return fc.check(property, { ...bounds, includeErrorInReport: true });
}
