import { setTimeout as delay } from 'node:timers/promises';
import type { Trial } from './trial.js';

export interface CrashLoop {
  /** The compiled server that is killed, or one with a planted fault. */
  entry: string;
  env?: Record<string, string>;
  /** Servers that are killed while they are used. Some are killed while they start, too. */
  kills: number;
  /** How long a server lives once everyone is connected: at least, at most. */
  lifeMs: [number, number];
}

/** Share of the starts that are hit by a kill of their own. */
const startingShare = 0.2;
const startingMsMax = 400;

/**
 * Kills the server at random moments while everyone uses it, starts it again on the same store, and empties every
 * queue at the end.
 */
export async function crashLoop(trial: Trial, { entry, env, kills, lifeMs }: CrashLoop): Promise<void> {
  const { random } = trial;
  trial.cast.isMended = true;
  for (let round = 0; round < kills; round += 1) {
    if (random.chance(startingShare)) {
      const starting = trial.spawn(entry, env);
      await delay(random.between(0, startingMsMax));
      await trial.kill(starting);
    }
    const broker = await trial.use(entry, env, round);
    await delay(random.between(...lifeMs));
    await trial.kill(broker);
  }
  await trial.drain();
}
