/** Things that come one by one: whoever asks for the next waits until it is there, so no test has to sleep. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: { give(item: T): void; fail(error: Error): void }[] = [];
  #end: Error | null = null;

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const first = this.#waiting.shift();
    if (first) first.give(item);
    else this.#items.push(item);
  }

  /** Fails if nothing more can come. */
  next(): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift()!);
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((give, fail) => this.#waiting.push({ give, fail }));
  }

  end(error: Error): void {
    this.#end = error;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}
