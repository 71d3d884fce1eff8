/** Work that is planned, in seconds that it is thought to take. */
export interface Plan {
  /** One for each part, in the order in which they run. */
  partSeconds: readonly number[];
  /** How many of them are done. */
  partsDone: number;
  /** How much of the one that runs is done, from 0 to 1. */
  fraction: number;
  elapsedSeconds: number;
}

/** So many planned seconds count as if they had taken what was planned, lest the first second decides the guess. */
const priorSeconds = 10;

/** What is left in seconds, if what is to come is as much slower or faster than planned as what was. */
export function secondsLeft({ partSeconds, partsDone, fraction, elapsedSeconds }: Plan): number {
  const sum = (parts: readonly number[]) => parts.reduce((total, seconds) => total + seconds, 0);
  const done = sum(partSeconds.slice(0, partsDone)) + (partSeconds[partsDone] ?? 0) * fraction;
  const pace = (elapsedSeconds + priorSeconds) / (done + priorSeconds);
  return Math.max(0, sum(partSeconds) - done) * pace;
}
