/** How often, in milliseconds, `monitorEventLoopDelay` looks at the loop unless told otherwise. */
const loopSampleMs = 10;
const nanosecondsPerMs = 1e6;
const msPerSecond = 1_000;

/**
 * How late a loop was, from what Node measures: the time between two looks, of which an idle loop has
 * `loopSampleMs` too. Never below 0.
 */
export function delayMsOf(measuredNanoseconds: number): number {
  return Math.max(0, measuredNanoseconds / nanosecondsPerMs - loopSampleMs);
}

/** The 99th percentile of the event loop's delay since the last scrape in a Prometheus text, in ms, or null. */
export function loopDelayP99MsOf(metrics: string): number | null {
  const line = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(metrics);
  return line === null ? null : delayMsOf(Number(line[1]) * msPerSecond * nanosecondsPerMs);
}
