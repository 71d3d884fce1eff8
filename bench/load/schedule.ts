const msPerSecond = 1_000;

/** Messages that are sent one by one at even distances, whether or not the server keeps up. Times in ms. */
export interface Schedule {
  startMs: number;
  perSecond: number;
  messages: number;
}

/** When message `index` is to be sent. */
export function dueMs({ startMs, perSecond }: Schedule, index: number): number {
  return startMs + (index * msPerSecond) / perSecond;
}

/** How many messages are to have been sent by `nowMs`. */
export function dueBy(schedule: Schedule, nowMs: number): number {
  const { startMs, perSecond, messages } = schedule;
  if (nowMs < startMs) return 0;
  let due = Math.min(messages, Math.floor(((nowMs - startMs) * perSecond) / msPerSecond) + 1);
  // The quotient may be a little off: a message counts as due exactly if its own time has come.
  while (due < messages && dueMs(schedule, due) <= nowMs) due += 1;
  while (due > 0 && dueMs(schedule, due - 1) > nowMs) due -= 1;
  return due;
}
