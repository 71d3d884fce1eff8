/** Seconds that `Retry-After` asks for, as a number or as a date, at most `mostSec`; undefined: nothing one can use. */
export function retryAfterSec(header: string | undefined, nowMs: number, mostSec: number): number | undefined {
  const text = header?.trim() ?? '';
  const sec = /^\d+$/.test(text) ? Number(text) : (httpDateMs(text) - nowMs) / 1000;
  if (Number.isNaN(sec)) return undefined;
  return Math.min(Math.max(0, sec), mostSec);
}

/** `Date.parse` takes almost anything; a date in a header begins with a day of the week, and ends with GMT. */
function httpDateMs(text: string): number {
  return /^[A-Z][a-z]{2,8}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
