import { setTimeout as delay } from 'node:timers/promises';
import { admin, BrokerProcess } from './broker-process.js';
import { Cast } from './cast.js';
import { type History, Recorder } from './history.js';
import type { Place } from './place.js';
import { Random } from './random.js';
import { witness } from './witness.js';

export interface CrashLoop {
  place: Place;
  /** The compiled server, or one with a planted fault. */
  entry: string;
  env?: Record<string, string>;
  seed: number;
  kills: number;
  /** How long a server lives once it takes connections, at most. */
  lifeMsMax: number;
}

const lifeMsMin = 200;
/** Share of the kills that hit a server while it starts. */
const startingShare = 0.2;
const startingMsMax = 400;

/**
 * Kills the server at random moments while everyone uses it, starts it again on the same store, and empties every
 * queue at the end. Answers what the clients saw.
 */
export async function crashLoop({ place, entry, env, seed, kills, lifeMsMax }: CrashLoop): Promise<History> {
  const recorder = new Recorder();
  const random = new Random(seed);
  const cast = new Cast(recorder, random);
  const start = () => new BrokerProcess(entry, { ...place.env, ...env });
  for (let round = 0; round < kills; round += 1) {
    const broker = start();
    if (round > 0 && random.chance(startingShare)) await delay(random.between(0, startingMsMax));
    else {
      await broker.ready;
      await Promise.all([use(broker, cast, recorder, round), delay(random.between(lifeMsMin, lifeMsMax))]);
    }
    recorder.noteKilled();
    broker.kill('SIGKILL');
    await broker.ended;
  }
  await drain(start(), cast);
  return recorder.history;
}

/** Everyone connects. Resolves then, while they go on. */
export async function use(broker: BrokerProcess, cast: Cast, recorder: Recorder, round: number): Promise<void> {
  await witness(broker.url, admin, recorder);
  await cast.enter(broker.url, round);
}

/** Empties every queue, and ends the server. */
export async function drain(broker: BrokerProcess, cast: Cast): Promise<void> {
  await broker.ready;
  try {
    await cast.drain(broker.url);
  } finally {
    broker.kill('SIGKILL');
    await broker.ended;
  }
}
