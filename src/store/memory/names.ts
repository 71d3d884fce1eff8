import { expiryStep } from '../expiry.js';
import type { Position } from '../store.js';

export interface Name {
  endpointId: number;
  /** Null while the message is delayed. */
  position: Position | null;
  rememberUntil: number;
}

/** The message ids that publishers gave. One is remembered until its time is over and its message is gone. */
export class MemoryNames {
  readonly #names = new Map<string, Name>();
  /** By steps of `expiry_step_ms`. */
  readonly #steps = new Map<number, Set<string>>();

  get(msgId: string): Name | undefined {
    return this.#names.get(msgId);
  }

  /** Why a message with this id may not be stored, or null. */
  refusal(msgId: string, endpointId: number): 'duplicate' | 'conflict' | null {
    const known = this.#names.get(msgId);
    if (known === undefined) return null;
    return known.endpointId === endpointId ? 'duplicate' : 'conflict';
  }

  add(msgId: string, name: Name): void {
    this.#names.set(msgId, name);
    this.#remember(msgId, name);
  }

  /** The message is gone: from now on only the time counts. */
  released(msgId: string): void {
    const name = this.#names.get(msgId);
    if (name !== undefined) this.#remember(msgId, name);
  }

  /** Forgets up to `limit` ids whose time is over; those whose message `lives` wait for `released`. */
  forget(now: number, limit: number, lives: (name: Name) => boolean): boolean {
    let looked = 0;
    let changed = 0;
    for (const step of [...this.#steps.keys()].filter(step => step <= expiryStep(now)).sort((a, b) => a - b)) {
      const ids = this.#steps.get(step)!;
      for (const msgId of [...ids].sort()) {
        if (looked++ === limit) return changed > 0;
        const name = this.#names.get(msgId)!;
        if (name.rememberUntil > now) continue;
        ids.delete(msgId);
        changed++;
        if (!lives(name)) this.#names.delete(msgId);
      }
      if (ids.size === 0) this.#steps.delete(step);
    }
    return false;
  }

  #remember(msgId: string, { rememberUntil }: Name): void {
    const step = expiryStep(rememberUntil);
    const ids = this.#steps.get(step);
    if (ids === undefined) this.#steps.set(step, new Set([msgId]));
    else ids.add(msgId);
  }
}
