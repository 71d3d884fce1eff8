import { ratioSpread, type Spread, spread } from './statistics.js';

/** What a round may have measured, with what people read above it and how many digits matter. */
export const columns = {
  per_second: { title: 'per second', digits: 0 },
  seconds: { title: 'seconds', digits: 2 },
  p50_ms: { title: 'p50 ms', digits: 2 },
  p99_ms: { title: 'p99 ms', digits: 2 },
  beside_per_second: { title: 'beside it, per second', digits: 0 },
  sent_late_p99_ms: { title: 'sent late p99 ms', digits: 2 },
  max_ms: { title: 'max ms', digits: 0 },
  refused: { title: 'refused', digits: 0 },
  kib_each: { title: 'KiB each', digits: 1 },
  live_kib_each: { title: 'live KiB each', digits: 1 },
  cpu_us: { title: 'CPU µs each', digits: 2 },
  disk_bytes: { title: 'disk B each', digits: 0 },
  rss_mib: { title: 'RSS MiB', digits: 0 },
  loop_p99_ms: { title: 'loop p99 ms', digits: 1 },
  load_cpu_percent: { title: 'load CPU %', digits: 0 },
  others_cpu_percent: { title: 'others CPU %', digits: 0 },
} as const;

export type Column = keyof typeof columns;

/** One round of one side. What was not measured is left out. */
export type Round = Partial<Record<Column, number>>;

/** All rounds of one server under one load. */
export interface Side {
  name: string;
  rounds: Round[];
}

/** A figure of the product beside the target that was set for it. */
export interface Check {
  figure: string;
  value: Spread;
  digits: number;
  target: { kind: 'at_least' | 'at_most'; value: number; unit: string };
}

/** The first side is Holdfast; the others, if any, are what it is compared with. Their names are free. */
export interface WorkloadResult {
  workload: string;
  title: string;
  sides: Side[];
  checks: Check[];
}

/** The middle and the outer values of one column of a side, or null if it was not measured. */
export function columnSpread(side: Side, column: Column): Spread | null {
  const values = valuesOf(side, column);
  return values.length === 0 ? null : spread(values);
}

/** The first side's values over the second side's, round by round, or null if either was not measured. */
export function columnRatio(sides: readonly Side[], column: Column): Spread | null {
  const [first, second] = sides;
  if (first === undefined || second === undefined) return null;
  const [numerators, denominators] = [valuesOf(first, column), valuesOf(second, column)];
  if (numerators.length === 0 || numerators.length !== denominators.length) return null;
  return ratioSpread(numerators, denominators);
}

/** Whether the median reaches the target. */
export function isMet({ value, target }: Check): boolean {
  return target.kind === 'at_least' ? value.median >= target.value : value.median <= target.value;
}

/** A check of a column of the first side; nothing if the server does not tell that figure. */
export function columnCheck(side: Side, column: Column, figure: string, target: Check['target']): Check[] {
  const value = columnSpread(side, column);
  return value === null ? [] : [{ figure, value, digits: columns[column].digits, target }];
}

/** A check of a quotient of the two sides. */
export function ratioCheck(sides: readonly Side[], column: Column, figure: string, target: Check['target']): Check[] {
  const value = columnRatio(sides, column);
  return value === null ? [] : [{ figure, value, digits: 2, target }];
}

/** The bound of the event loop's delay, the same under every load. */
export function loopCheck(side: Side, load: string): Check[] {
  const target = { kind: 'at_most', value: 20, unit: 'ms' } as const;
  return columnCheck(side, 'loop_p99_ms', `event loop delay p99, ${load}`, target);
}

function valuesOf(side: Side, column: Column): number[] {
  return side.rounds.map(round => round[column]).filter(value => value !== undefined);
}
