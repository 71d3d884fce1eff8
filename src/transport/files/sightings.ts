import type { Stats } from 'node:fs';

interface Sighting {
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  /** When it was first seen as it is. */
  sinceMs: number;
}

/**
 * How long files have been as they are, by the clock of this process: the times of a file say when its content was
 * made, and tools that copy keep them.
 */
export class Sightings {
  #before = new Map<string, Sighting>();
  #now = new Map<string, Sighting>();

  /** For how many milliseconds the file has been as it is now. */
  quietMs(name: string, { size, mtimeMs, ctimeMs, ino }: Stats, nowMs: number): number {
    const before = this.#now.get(name) ?? this.#before.get(name);
    const isSame =
      before?.size === size && before.mtimeMs === mtimeMs && before.ctimeMs === ctimeMs && before.ino === ino;
    const sinceMs = isSame ? before.sinceMs : nowMs;
    this.#now.set(name, { size, mtimeMs, ctimeMs, ino, sinceMs });
    return nowMs - sinceMs;
  }

  /** A look is over: what was not seen in it is gone. */
  endLook(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
