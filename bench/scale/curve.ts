import type { Column, Round } from '../result.js';
import type { Setup } from '../setup.js';
import { type Spread, spread } from '../statistics.js';
import type { ScaleSizes } from './sizes.js';

/** What was measured at one size of the work, in every round. */
export interface CurvePoint {
  x: number;
  rounds: Round[];
}

/** The same load at rising sizes. The first point is the smallest, which the others are compared with. */
export interface CurveLine {
  name: string;
  points: CurvePoint[];
}

/** A figure of the curve: what the bench measured, and what people read above its plot, with the unit. */
export interface CurveFigure {
  column: Column;
  title: string;
  /** Digits after the point. */
  digits: number;
}

/** What the cost of something is as the work grows. */
export interface Curve {
  name: string;
  title: string;
  /** What grows, in the plural, as "offline subscriptions". */
  grows: string;
  /** How the load was made, in a sentence or two. */
  load: string;
  figures: CurveFigure[];
  lines: CurveLine[];
}

/** Measures one curve. */
export interface CurveRun {
  title: string;
  run(setup: Setup, sizes: ScaleSizes): Promise<Curve>;
}

/** What the rounds of a point gave of one column, or null if it was not measured. */
export function pointSpread(point: CurvePoint, column: Column): Spread | null {
  const values = point.rounds.map(round => round[column]).filter(value => value !== undefined);
  return values.length === 0 ? null : spread(values);
}

/** A point over the first point of its line, round by round, since both met the same machine in a round. */
export function pointRatio(line: CurveLine, point: CurvePoint, column: Column): Spread | null {
  const reference = line.points[0];
  const quotients = point.rounds.flatMap((round, index) => {
    const [value, least] = [round[column], reference?.rounds[index]?.[column]];
    return value === undefined || least === undefined || least === 0 ? [] : [value / least];
  });
  return quotients.length === 0 ? null : spread(quotients);
}
