import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../broker/clock.js';
import type { Limits } from '../../protocol/limits.js';
import { byTime, type Claim, claimFiles, endClaim, type FoundFile, findClaims } from './claim.js';
import { type FileDrop, markerOf } from './drop.js';
import { checkPlaces, type DropPlaces } from './drop-places.js';
import { unlessMissing } from './file-fault.js';
import { findFiles } from './find-files.js';
import { Sightings } from './sightings.js';

export interface DropLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface DropFolderParts {
  clock: Clock;
  limits: Limits;
  log: DropLog;
  work: ClaimWorker;
}

/** Publishes files that were taken, and puts them away. */
export interface ClaimWorker {
  /** Rejects if files cannot be put away; all of the claim is to be carried out again then. */
  carryOut(places: DropPlaces, claim: Claim, isResting: (drop: FileDrop) => boolean): Promise<Worked>;
}

/** What became of a claim. */
export interface Worked {
  /** What is left in it: it was written to, or could not be read or moved now. */
  left: FoundFile[];
  /** Drops whose messages the broker does not take at the moment, and why. */
  refused: Map<FileDrop, string>;
}

/**
 * Looks for files in one folder, again and again: the system's hints make it quick, and the looks make it sure. What is
 * finished is taken, published and put away; nothing is taken for a drop whose messages are refused at the moment.
 */
export class DropFolder {
  readonly drops: readonly FileDrop[];
  readonly #parts: DropFolderParts;
  readonly #places: DropPlaces;
  readonly #sightings = new Sightings();
  /** Null: those of earlier processes have not been looked for yet. */
  #claims: Claim[] | null = null;
  /** Until when drops rest, in Unix milliseconds. */
  readonly #rests = new Map<FileDrop, number>();
  #looking: Promise<void> | null = null;
  #isHinted = false;
  /** When the next file may be finished, in milliseconds from the last look. */
  #nextMs = Infinity;
  #timer: Timer | null = null;
  #watcher: FSWatcher | null = null;
  #problem: string | null = null;
  #isStopped = false;

  constructor(drops: readonly FileDrop[], places: DropPlaces, parts: DropFolderParts) {
    this.drops = drops;
    this.#places = places;
    this.#parts = parts;
  }

  start(): void {
    this.#watch();
    void this.look();
  }

  /** One look, with all that follows from it. */
  look(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
      const { file_hint_ms, file_look_ms } = this.#parts.limits;
      this.#lookIn(Math.min(this.#isHinted ? file_hint_ms : file_look_ms, Math.max(this.#nextMs, file_hint_ms)));
      this.#isHinted = false;
    });
    return this.#looking;
  }

  /** Nothing more is taken. Resolves when what was under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#watcher?.close();
    this.#timer?.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      await checkPlaces(this.#places);
      this.#claims ??= await findClaims(this.#places, this.drops);
      for (const claim of this.#claims) await this.#work(claim);
      await this.#takeNew();
      this.#tell(null);
    } catch (error) {
      // The file system is not the broker's: whatever it says, the next look may find it otherwise.
      this.#tell((error as Error).message);
    }
  }

  async #takeNew(): Promise<void> {
    const { clock, limits } = this.#parts;
    const found = await this.#finished();
    for (let from = 0; from < found.length; from += limits.file_claim_files) {
      const files = found.slice(from, from + limits.file_claim_files).filter(({ drop }) => !this.#isResting(drop));
      if (this.#isStopped || files.length === 0) continue;
      const claim = await claimFiles(this.#places, files, clock.nowMs());
      this.#claims!.push(claim);
      await this.#work(claim);
    }
  }

  async #work(claim: Claim): Promise<void> {
    if (this.#isStopped) return;
    const { clock, limits, log, work } = this.#parts;
    const { left, refused } = await work.carryOut(this.#places, claim, drop => this.#isResting(drop));
    claim.files = left;
    for (const [drop, reason] of refused) {
      if (!this.#isResting(drop))
        log.warn(this.#about({ reason, topic: drop.topic_name }), 'Files wait to be published');
      this.#rests.set(drop, clock.nowMs() + limits.file_rest_ms);
    }
    if (left.length > 0) return;
    this.#claims = this.#claims!.filter(other => other !== claim);
    if (!(await endClaim(claim))) {
      log.warn(this.#about({ claim: claim.id }), 'Files that were taken earlier are wanted by no drop, and stay there');
    }
  }

  /** Files that nobody writes to any more, in the order in which they were written. */
  async #finished(): Promise<FoundFile[]> {
    const { clock } = this.#parts;
    const finished: FoundFile[] = [];
    this.#nextMs = Infinity;
    for (const [name, drop] of await findFiles(this.#places.folder, this.drops)) {
      const stats = await unlessMissing(lstat(join(this.#places.folder, name)));
      if (!stats?.isFile()) continue;
      const leftMs = await this.#unfinishedMs(name, drop, () => this.#sightings.quietMs(name, stats, clock.nowMs()));
      if (leftMs <= 0) finished.push({ name, drop, size: stats.size, mtimeMs: stats.mtimeMs });
      else this.#nextMs = Math.min(this.#nextMs, leftMs);
    }
    this.#sightings.endLook();
    return finished.sort(byTime);
  }

  /** In how many milliseconds it may be finished. */
  async #unfinishedMs(name: string, drop: FileDrop, quietMs: () => number): Promise<number> {
    if (drop.finished === 'rename') return 0;
    const marker = markerOf(drop);
    if (marker === null) return (drop.finished as { quiet_ms: number }).quiet_ms - quietMs();
    const stats = await unlessMissing(lstat(join(this.#places.folder, name + marker)));
    return stats?.isFile() ? 0 : Infinity;
  }

  #isResting(drop: FileDrop): boolean {
    return (this.#rests.get(drop) ?? 0) > this.#parts.clock.nowMs();
  }

  #lookIn(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(delayMs, () => void this.look());
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#places.folder, { persistent: false }, () => this.#hint());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch (error) {
      this.#parts.log.debug(this.#about({ reason: (error as Error).message }), 'a folder of files cannot be watched');
    }
  }

  #hint(): void {
    if (this.#isHinted) return;
    this.#isHinted = true;
    if (!this.#looking) this.#lookIn(this.#parts.limits.file_hint_ms);
  }

  /** A line when something begins to be wrong with the folder and one when it is well again: not for each look. */
  #tell(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    if (problem === null) this.#parts.log.info(this.#about({}), 'files are taken from a folder again');
    else this.#parts.log.warn(this.#about({ reason: problem }), 'Files cannot be taken from a folder: tried again');
  }

  #about(more: object): object {
    return { folder: this.#places.folder, ...more };
  }
}
