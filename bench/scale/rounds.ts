import type { Round } from '../result.js';
import type { CurveLine, CurvePoint } from './curve.js';

/** One size of the work, and a round of it. The round 0 only warms up. */
export interface Sized {
  x: number;
  measure(round: number): Promise<Round>;
}

/** Rounds of all sizes in turn, the order turned round every time, as the sides of a workload are measured. */
export async function measureLine(name: string, sized: readonly Sized[], rounds: number): Promise<CurveLine> {
  const points = sized.map(({ x }): CurvePoint => ({ x, rounds: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    const order = sized.map((size, index) => ({ size, point: points[index]! }));
    if (round % 2 === 1) order.reverse();
    for (const { size, point } of order) {
      const measured = await size.measure(round);
      if (round > 0) point.rounds.push(measured);
    }
  }
  return { name, points };
}

/** Several short rounds of as much work each as one. */
export function pooled(rounds: readonly Round[]): Round {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    // Work over time: so it is the times that are added, and not the rates.
    per_second: 1 / mean(rounds.map(round => 1 / round.per_second!)),
    cpu_us: mean(rounds.map(round => round.cpu_us!)),
    rss_mib: Math.max(...rounds.map(round => round.rss_mib!)),
  };
}
