import type { Limits } from '../../protocol/limits.js';

/** What a message takes to be written, apart from the sync that a commit waits for. Measured: 3 to 4 µs. */
const messageMs = 0.004;
/** By how much what a commit costs beside its messages is taken to have risen, if it did. */
const riseFactor = 1.1;
const riseMs = 0.01;

/**
 * How many messages go into one transaction while more wait. Small ones let reading, writing and answering overlap, and
 * are right as long as a sync is quick. On a slow disk the messages share it: writing them takes twice its time at least.
 */
export class CommitSize {
  readonly #limits: Limits;
  /** What a commit costs beside its messages. Falls at once and rises slowly, because a busy event loop hears late of it. */
  #syncMs = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get messages(): number {
    const { commit_messages_quick, commit_messages_max } = this.#limits;
    const worthwhile = Math.round((2 * this.#syncMs) / messageMs);
    return Math.min(Math.max(commit_messages_quick, worthwhile), commit_messages_max);
  }

  /** A commit of so many messages took so long. */
  note(messages: number, ms: number): void {
    this.#syncMs = Math.min(Math.max(0, ms - messages * messageMs), this.#syncMs * riseFactor + riseMs);
  }
}
