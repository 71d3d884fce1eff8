/** The end of a load, told by whichever socket sees it first. */
export class Finish {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A socket may fail before the load has begun to wait; the failure is then thrown by the wait.
    this.promise.catch(() => undefined);
  }

  done(): void {
    this.#resolve();
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}
