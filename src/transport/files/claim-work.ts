import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../broker/clock.js';
import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import { type Claim, type Fate, type FoundFile, messageIdOf } from './claim.js';
import { readContent } from './content.js';
import type { FileDrop } from './drop.js';
import type { ClaimWorker, Worked } from './drop-folder.js';
import type { DropPlaces } from './drop-places.js';
import { FileFault, unlessMissing } from './file-fault.js';
import type { FileMessages } from './file-messages.js';
import { putAway, putAwayWith } from './put-away.js';

/** Files so far, by what became of them. */
export interface FileCounters {
  published: number;
  failed: number;
}

export interface ClaimWorkParts {
  messages: Pick<FileMessages, 'publish'>;
  counters: FileCounters;
  clock: Clock;
  limits: Limits;
  log: { warn(details: object, message: string): void };
}

interface ReadFile extends FoundFile {
  json: string;
  stats: Stats;
}

/** Publishes the files of a claim in their order, as many at once as there is room to have read, and puts them away. */
export class ClaimWork implements ClaimWorker {
  readonly #parts: ClaimWorkParts;

  constructor(parts: ClaimWorkParts) {
    this.#parts = parts;
  }

  async carryOut(places: DropPlaces, claim: Claim, isResting: (drop: FileDrop) => boolean): Promise<Worked> {
    const refused: Worked['refused'] = new Map();
    let bytes = 0;
    let read: ReadFile[] = [];
    for (const file of claim.files) {
      if (file.fate || isResting(file.drop) || refused.has(file.drop)) continue;
      const found = await this.#read(claim, file);
      if (found) read.push(found);
      bytes += found?.json.length ?? 0;
      if (bytes < this.#parts.limits.file_read_bytes) continue;
      await this.#publish(claim, read, refused);
      read = [];
      bytes = 0;
    }
    await this.#publish(claim, read, refused);
    const left: FoundFile[] = [];
    for (const file of claim.files) if (!(await this.#putAway(places, claim, file))) left.push(file);
    return { left, refused };
  }

  async #read(claim: Claim, file: FoundFile): Promise<ReadFile | null> {
    if (this.#isForgotten(claim)) {
      file.fate = { kind: 'failed', reason: forgotten };
      return null;
    }
    try {
      const path = join(claim.path, file.name);
      const { json, stats } = await readContent(path, file, file.drop.encoding, this.#parts.limits.frame_bytes_max);
      if (json !== null) return { ...file, json, stats };
      // Somebody still writes to it: it is as new as if it had just been seen.
      file.size = stats.size;
      file.mtimeMs = stats.mtimeMs;
    } catch (error) {
      const reason = (error as Error).message;
      if (error instanceof FileFault) file.fate = { kind: 'failed', reason };
      else this.#parts.log.warn({ file: file.name, reason }, 'A file could not be read: tried again');
    }
    return null;
  }

  /** The broker knows the ids of messages for a while; after it, nobody can say whether the file was published. */
  #isForgotten({ isFound, sinceMs }: Claim): boolean {
    return isFound && this.#parts.clock.nowMs() - sinceMs >= this.#parts.limits.dedupe_ms;
  }

  /** All at once, in their order, which is how they are committed. */
  async #publish(claim: Claim, files: readonly ReadFile[], refused: Worked['refused']): Promise<void> {
    const outcomes = await Promise.all(
      files.map(file => this.#parts.messages.publish(file, messageIdOf(claim, file.name)).then(accepted, fateAfter)),
    );
    for (const [index, { name, drop }] of files.entries()) {
      const outcome = outcomes[index]!;
      if ('waitFor' in outcome) refused.set(drop, outcome.waitFor);
      else claim.files.find(file => file.name === name)!.fate = outcome;
    }
  }

  /** False: it is not known yet what becomes of it. */
  async #putAway({ done, failed }: DropPlaces, claim: Claim, { name, drop, fate }: FoundFile): Promise<boolean> {
    const { counters, log } = this.#parts;
    const path = join(claim.path, name);
    const tag = messageIdOf(claim, name).slice(-8);
    if (!(await unlessMissing(lstat(path)))) return true;
    if (!fate) return false;
    if (fate.kind === 'published') await putAway(path, name, done, tag);
    else {
      const { reason } = fate;
      const file = await putAwayWith(`Not published to ${drop.topic_name}: ${reason}`, path, name, failed, tag);
      log.warn({ folder: failed, file, reason }, 'A file was not published');
    }
    counters[fate.kind] += 1;
    return true;
  }
}

function accepted(): Fate {
  return { kind: 'published' };
}

/** Where it is refused for now, or nobody knows, the same id makes it safe to try again. */
function fateAfter(error: unknown): Fate | { waitFor: string } {
  if (!(error instanceof HoldfastError)) return { waitFor: (error as Error).message };
  const { message, details, kind } = error;
  // Nobody else makes this id: it was published by another endpoint, which the drop had before a restart.
  if (details.reason === 'msg_id is taken') return accepted();
  return kind.retryable || kind.outcome === 'unknown' ? { waitFor: message } : { kind: 'failed', reason: message };
}

const forgotten =
  'the broker ended while it had the file, and cannot know any more whether it was published. Put it into the folder again if it was not';
