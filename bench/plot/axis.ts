/** Where values lie on an axis of length 1, and which of them are written beside it. */
export interface Axis {
  ticks: readonly number[];
  at(value: number): number;
}

/** From here on, values that are decades apart are only told from each other on a logarithmic axis. */
const logarithmicSpan = 50;
/** What a zero keeps from the smallest other value on a logarithmic axis, in decades. */
const zeroGap = 0.8;
const tickSteps = [1, 2, 2.5, 5, 10];

/** For costs: from zero, so that what looks twice as high is twice as much; logarithmic if some would be invisible. */
export function costAxis(values: readonly number[], ticksAbout = 4): Axis {
  const positive = values.filter(value => value > 0);
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  if (positive.length === values.length && most / least >= logarithmicSpan) return decades(least, most);
  return linear(most, ticksAbout);
}

/** For sizes: every one of them gets its tick. A zero has a place before the first decade. */
export function sizeAxis(values: readonly number[]): Axis {
  const ticks = [...new Set(values)].sort((a, b) => a - b);
  const positive = ticks.filter(value => value > 0);
  const [least, most] = [positive[0]!, positive.at(-1)!];
  if (most / least < logarithmicSpan) {
    const span = most - ticks[0]! || 1;
    return { ticks, at: value => (value - ticks[0]!) / span };
  }
  const start = Math.log10(least) - (ticks.length > positive.length ? zeroGap : 0);
  const span = Math.log10(most) - start;
  return { ticks, at: value => (value === 0 ? 0 : (Math.log10(value) - start) / span) };
}

function linear(most: number, ticksAbout: number): Axis {
  const raw = most / ticksAbout;
  const decade = 10 ** Math.floor(Math.log10(raw));
  const step = decade * tickSteps.find(candidate => candidate * decade >= raw)!;
  const count = Math.ceil(most / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { ticks, at: value => value / (count * step) };
}

function decades(least: number, most: number): Axis {
  const start = Math.floor(Math.log10(least));
  const end = Math.ceil(Math.log10(most));
  const ticks = Array.from({ length: end - start + 1 }, (_, index) => 10 ** (start + index));
  return { ticks, at: value => (Math.log10(value) - start) / (end - start) };
}
