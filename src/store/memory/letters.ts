import type { Append, Appended, LetterQuery, LetterRow, Position, Redrive, Redriven } from '../store.js';
import type { MemoryDisk } from './disk.js';
import { rowOf } from './page.js';

/** Carries out how a message enters: for the mailboxes of `subIds`. */
type Enter = (message: Omit<Redrive['letters'][number], 'position'> & { subIds: number[] }) => Position;

/** Notes whose the letters are that have just entered the log. */
export function noteLetters(
  disk: MemoryDisk,
  subId: number,
  letters: Append,
  { first, refused }: Appended,
  origins: string[],
): void {
  const known = disk.letters.get(subId) ?? new Map<Position, { origin: string; expiresAt: number }>();
  disk.letters.set(subId, known);
  const without = new Set(refused.map(({ index }) => index));
  let position = first;
  for (const [index, origin] of origins.entries()) {
    if (!without.has(index)) known.set(position++, { origin, expiresAt: letters.expiresAt[index]! });
  }
}

export function redrive(disk: MemoryDisk, { subId, letters }: Redrive, enter: Enter): Redriven {
  const exists = disk.subscriptions.has(subId);
  const putBack = ({ position, ...message }: Redrive['letters'][number]): Position | null => {
    if (!exists || !disk.letters.get(subId)?.delete(position)) return null;
    const letter = disk.log.get(position);
    if (letter === undefined) return null;
    // One that is kept has left the lanes already, and goes with the overlay rows that refer to it.
    if (!letter.isKept) disk.release([letter]);
    return enter({ ...message, subIds: [subId] });
  };
  return { entered: letters.map(putBack) };
}

export function readLetters(disk: MemoryDisk, { subId, after, limit, limitChars }: LetterQuery): LetterRow[] {
  const letters: LetterRow[] = [];
  let chars = 0;
  for (const [position, { origin }] of disk.letters.get(subId) ?? []) {
    if (letters.length === limit || chars >= limitChars) break;
    const message = disk.log.get(position);
    if (position <= after || message === undefined) continue;
    letters.push({ ...rowOf(message, Number.NEGATIVE_INFINITY), origin });
    chars += message.body.length;
  }
  return letters;
}

/** Forgets up to `limit` letters that have expired, oldest expiry first. */
export function forgetLetters(disk: MemoryDisk, now: number, limit: number): void {
  const expired: [expiresAt: number, subId: number, position: Position][] = [];
  for (const [subId, letters] of disk.letters) {
    for (const [position, { expiresAt }] of letters) if (expiresAt <= now) expired.push([expiresAt, subId, position]);
  }
  expired.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  for (const [, subId, position] of expired.slice(0, limit)) disk.letters.get(subId)!.delete(position);
}
