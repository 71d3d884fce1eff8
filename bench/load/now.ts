const nanosecondsPerMs = 1e6;

/** The monotonic clock of the machine in ms, finer than a microsecond, which all threads of a process read alike. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / nanosecondsPerMs;
}
