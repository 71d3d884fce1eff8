/** Times on the wire: ISO 8601 in UTC with microseconds, from microseconds since 1970. */

/** The last second of the year 9999; after it ISO 8601 needs more than four digits for the year. */
const lastSecond = 253_402_300_799;

/**
 * A message carries the time of its publication and of its expiry, and within a second nearly all messages share both,
 * so the text up to the seconds is remembered, one for each remainder of the division by the size. The size divides no
 * number of minutes, hours or days that an expiration usually has: else the two times would push each other out.
 */
const rememberedSeconds = 17;
const secondOf = new Float64Array(rememberedSeconds).fill(-1);
const textOf: string[] = new Array<string>(rememberedSeconds).fill('');

/**
 * `2026-11-21T17:56:48.123456Z`. Throws a RangeError outside the years 1970 to 9999.
 *
 * Beyond the year 2255 a number cannot tell single microseconds apart; the text is exact for the number there is.
 */
export function isoMicros(micros: number): string {
  // The quotient never rounds up to the next whole second: up to the year 9999 the steps between the numbers near a
  // time are wider, divided by 1e6, than half of those near its quotient.
  const second = Math.floor(micros / 1e6);
  const rest = Math.floor(micros - second * 1e6);
  const slot = second % rememberedSeconds;
  const text = secondOf[slot] === second ? textOf[slot] : remember(slot, second);
  return `${text}.${String(1e6 + rest).slice(1)}Z`;
}

function remember(slot: number, second: number): string {
  if (!(second >= 0 && second <= lastSecond))
    throw new RangeError(`No time of the years 1970 to 9999: second ${second}`);
  const text = new Date(second * 1000).toISOString().slice(0, 19);
  secondOf[slot] = second;
  textOf[slot] = text;
  return text;
}

/** Microseconds since 1970 of a time by ISO 8601, with `Z` or an offset; digits beyond microseconds are cut off. */
export function microsOf(iso: string): number {
  const [, seconds, digits = '', zone] = /^([^.]*)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i.exec(iso) ?? [];
  return Date.parse(`${seconds}${zone}`) * 1000 + Number(digits.slice(0, 6).padEnd(6, '0'));
}
