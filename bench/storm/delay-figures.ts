import { percentiles } from '../statistics.js';

/** The middle one of latencies in ms, their 99th percentile and the longest; nothing of none. */
export function delayFigures(latencies: readonly number[]): { p50_ms?: number; p99_ms?: number; max_ms?: number } {
  if (latencies.length === 0) return {};
  const [p50, p99, max] = percentiles(Float64Array.from(latencies), [50, 99, 100]);
  return { p50_ms: p50!, p99_ms: p99!, max_ms: max! };
}
