/** What a few runs of the same thing gave: the middle one, and how far the others lay from it. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** The spread of at least one value; an even number of values has the mean of the two middle ones as its median. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('A spread needs at least one value');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted[sorted.length - 1]! };
}

/**
 * The spread of the quotients of two columns, round by round. What the machine does in one round it does to both
 * sides, so the quotients of the rounds vary less than the quotient of two medians.
 */
export function ratioSpread(numerators: readonly number[], denominators: readonly number[]): Spread {
  if (numerators.length !== denominators.length) throw new RangeError('Both columns need the same rounds');
  return spread(numerators.map((value, round) => value / denominators[round]!));
}

/**
 * Values below or at which that many of a hundred lie (nearest rank: each is one of the values). Sorts `values` where
 * they are, because there may be a million of them.
 */
export function percentiles(values: Float64Array, ranks: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('A percentile needs at least one value');
  values.sort();
  return ranks.map(rank => values[Math.max(0, Math.ceil((rank / 100) * values.length) - 1)]!);
}
