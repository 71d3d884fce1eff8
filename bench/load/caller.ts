import { textFrame } from './frame.js';
import { LoadSocket, type SocketOwner, type Target } from './socket.js';

/** A socket that sends one frame of requests at a time and waits for its answer: for setting a stage, not for measuring. */
export class Caller implements SocketOwner {
  #socket!: LoadSocket;
  #failure: Error | null = null;
  #waiting: { resolve(text: string): void; reject(error: Error): void } | null = null;

  static async open(target: Target): Promise<Caller> {
    const caller = new Caller();
    caller.#socket = await LoadSocket.open(target, caller);
    return caller;
  }

  /** Sends requests as one JSON-RPC array; rejects unless every one of them succeeded. */
  async callAll(requests: readonly string[]): Promise<void> {
    this.ensureOpen();
    const answered = new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#socket.write(textFrame(`[${requests.join(',')}]`));
    const answers = JSON.parse(await answered) as { result?: unknown }[];
    const refusal = Array.isArray(answers) ? answers.find(answer => answer.result === undefined) : answers;
    if (refusal !== undefined) throw new Error(`A request was refused: ${JSON.stringify(refusal)}`);
    if (answers.length !== requests.length) throw new Error(`${answers.length} answers to ${requests.length} requests`);
  }

  /** Throws what ended the connection, if anything did. */
  ensureOpen(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  text(bytes: Buffer, start: number, end: number): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(bytes.toString('utf8', start, end));
  }

  turn(): void {}

  failed(error: Error): void {
    this.#failure = error;
    this.#waiting?.reject(error);
  }
}
