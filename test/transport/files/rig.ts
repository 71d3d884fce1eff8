import type { Clock } from '../../../src/broker/clock.js';
import { HoldfastError } from '../../../src/protocol/errors.js';
import { type Limits, limits } from '../../../src/protocol/limits.js';
import { ClaimWork } from '../../../src/transport/files/claim-work.js';
import type { FileDrop } from '../../../src/transport/files/drop.js';
import { DropFolder } from '../../../src/transport/files/drop-folder.js';
import { openPlaces } from '../../../src/transport/files/drop-places.js';
import type { FileContent } from '../../../src/transport/files/file-messages.js';
import { ManualClock } from '../../sim/manual-clock.js';
import type { Folder } from './folder.js';

/** Drops without a broker, with time in the hands of the test. What is published is known by its id, as in a broker. */
export class Rig {
  readonly clock = new ManualClock(Date.UTC(2030, 0, 1));
  readonly counters = { published: 0, failed: 0 };
  readonly log: string[] = [];
  /** Names by the ids of messages, in their order. */
  readonly published = new Map<string, string>();
  /** Called before each publish is carried out, and after it. */
  before: (file: FileContent) => void = () => {};
  after: (file: FileContent) => void = () => {};
  readonly #folder: Folder;
  readonly #limits: Limits;

  constructor(folder: Folder, changed: Partial<Limits> = {}) {
    this.#folder = folder;
    this.#limits = { ...limits, ...changed };
  }

  /** As a process that has just started has it. */
  async open(...drops: FileDrop[]): Promise<DropFolder> {
    const log = {
      debug: () => {},
      info: (_: object, message: string) => void this.log.push(message),
      warn: (_: object, message: string) => void this.log.push(message),
    };
    const publish = async (file: FileContent, msgId: string) => {
      this.before(file);
      if (!this.published.has(msgId)) this.published.set(msgId, file.name);
      this.after(file);
    };
    // Looks are made by the test alone: one that a timer had begun would see the folder at another time.
    const time: Clock = {
      nowMs: () => this.clock.nowMs(),
      nowMicros: () => this.clock.nowMicros(),
      after: () => ({ cancel: () => {} }),
      endOfTurn: run => this.clock.endOfTurn(run),
    };
    const common = { clock: time, limits: this.#limits, log };
    const work = new ClaimWork({ ...common, counters: this.counters, messages: { publish } });
    return new DropFolder(drops, await openPlaces(this.#folder.path), { ...common, work });
  }

  get names(): string[] {
    return [...this.published.values()];
  }
}

export function refusal(): HoldfastError {
  return new HoldfastError('overloaded', 'Too much at once.');
}
