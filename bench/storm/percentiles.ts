/** The middle and the 99th percentile of latencies in ms; nothing of none. */
export function percentiles(latencies: readonly number[]): { p50_ms?: number; p99_ms?: number; max_ms?: number } {
  if (latencies.length === 0) return {};
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) };
}
