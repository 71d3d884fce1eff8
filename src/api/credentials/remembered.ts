/** A bounded set of digests, each of one endpoint; over the bound the one that was not asked for longest goes. */
export class Remembered {
  readonly #max: number;
  readonly #usernames = new Map<string, string>();

  constructor(max: number) {
    this.#max = max;
  }

  has(digest: string): boolean {
    const username = this.#usernames.get(digest);
    if (username === undefined) return false;
    // A Map lists its keys as they were set, so setting one again moves it away from the end that goes first.
    this.#usernames.delete(digest);
    this.#usernames.set(digest, username);
    return true;
  }

  add(digest: string, username: string): void {
    if (this.#max === 0) return;
    if (this.#usernames.size >= this.#max) this.#usernames.delete(this.#usernames.keys().next().value!);
    this.#usernames.set(digest, username);
  }

  forget(username: string): void {
    for (const [digest, owner] of this.#usernames) if (owner === username) this.#usernames.delete(digest);
  }
}
