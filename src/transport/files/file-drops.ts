import type { PublishAs } from '../../api/publish-as.js';
import type { Clock } from '../../broker/clock.js';
import type { Limits } from '../../protocol/limits.js';
import { ClaimWork, type FileCounters } from './claim-work.js';
import { type FileDrop, FileDropFault } from './drop.js';
import { DropFolder, type DropLog } from './drop-folder.js';
import { type DropPlaces, openPlaces } from './drop-places.js';
import { FileMessages } from './file-messages.js';

export interface FileDropsParts {
  publishAs: PublishAs;
  counters: FileCounters;
  clock: Clock;
  limits: Limits;
  log: DropLog;
}

interface OpenedFolder {
  places: DropPlaces;
  drops: FileDrop[];
}

/** All folders whose files are published. */
export class FileDrops {
  readonly #parts: FileDropsParts;
  readonly #work: ClaimWork;
  /** By their paths. */
  #folders = new Map<string, DropFolder>();
  #isStarted = false;
  #isStopped = false;

  constructor(parts: FileDropsParts) {
    this.#parts = parts;
    this.#work = new ClaimWork({ ...parts, messages: new FileMessages(parts.publishAs) });
  }

  /** Rejects with `FileDropFault` if files of these drops could not be worked on. What it finds is not used yet. */
  async check(drops: readonly FileDrop[]): Promise<void> {
    for (const [index, drop] of drops.entries()) await open(drop, index);
  }

  /** Takes these drops in place of those before. Rejects with `FileDropFault`: then those before go on. */
  async use(drops: readonly FileDrop[]): Promise<void> {
    const opened = await this.#open(drops);
    const before = this.#folders;
    this.#folders = new Map();
    for (const [path, { places, drops: its }] of opened) {
      const known = before.get(path);
      const isSame = known && JSON.stringify(known.drops) === JSON.stringify(its);
      if (!isSame) await known?.stop();
      this.#folders.set(path, isSame ? known : this.#folder(places, its));
    }
    for (const [path, folder] of before) if (!opened.has(path)) await folder.stop();
    if (this.#isStopped) await this.stop();
  }

  /** Begins to look for files. */
  start(): void {
    this.#isStarted = true;
    for (const folder of this.#folders.values()) folder.start();
  }

  /** Takes nothing more, and waits for what is under way, but not for long: what is not published will be after the next start. */
  async stop(): Promise<void> {
    const { clock, limits } = this.#parts;
    this.#isStopped = true;
    let deadline = { cancel() {} };
    const late = new Promise<void>(resolve => {
      deadline = clock.after(limits.stop_ms_max / 2, resolve);
    });
    await Promise.race([late, Promise.all([...this.#folders.values()].map(folder => folder.stop()))]);
    deadline.cancel();
  }

  async #open(drops: readonly FileDrop[]): Promise<Map<string, OpenedFolder>> {
    const opened = new Map<string, OpenedFolder>();
    for (const [index, drop] of drops.entries()) {
      const fault = this.#parts.publishAs.fault(drop.username, drop.topic_name);
      if (fault) throw new FileDropFault(`file_drops[${index}]: ${fault}.`);
      const places = await open(drop, index);
      const folder = opened.get(places.folder) ?? { places, drops: [] };
      folder.drops.push(drop);
      opened.set(places.folder, folder);
    }
    return opened;
  }

  #folder(places: DropPlaces, drops: FileDrop[]): DropFolder {
    const { clock, limits, log } = this.#parts;
    const folder = new DropFolder(drops, places, { clock, limits, log, work: this.#work });
    if (this.#isStarted) folder.start();
    return folder;
  }
}

function open({ folder }: FileDrop, index: number): Promise<DropPlaces> {
  return openPlaces(folder).catch(error => {
    throw new FileDropFault(`file_drops[${index}].folder ${folder}: ${(error as Error).message}.`);
  });
}
