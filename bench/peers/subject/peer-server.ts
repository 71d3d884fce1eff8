import type { Server } from '../../subject/server.js';
import { readUsage, type Usage } from '../../subject/usage.js';
import type { PeerTarget } from '../wire/wire.js';

/** What of a server that somebody else started cannot be told. */
const unread: Usage = { cpuSeconds: Number.NaN, rssBytes: Number.NaN };

/** A broker that is already listening: it is looked at, and neither started nor stopped. */
export class PeerServer implements Server {
  readonly target: PeerTarget;
  readonly #pid: number | null;

  /** `pid` is null if its process cannot be looked at; its usage is then not a number. */
  constructor(target: PeerTarget, pid: number | null) {
    this.target = target;
    this.#pid = pid;
  }

  usage(): Usage {
    if (this.#pid === null) return unread;
    try {
      return readUsage(this.#pid);
    } catch {
      return unread;
    }
  }

  async loopDelayP99Ms(): Promise<null> {
    return null;
  }

  async collectGarbage(): Promise<void> {}

  diskBytes(): number {
    return Number.NaN;
  }

  async stop(): Promise<void> {}
}
