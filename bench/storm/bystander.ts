import { setTimeout as delay } from 'node:timers/promises';
import { textFrame } from '../load/frame.js';
import type { PreparedLoad } from '../load/job.js';
import { publishText, requestText } from '../load/request.js';
import { LoadSocket, type SocketOwner, type Target } from '../load/socket.js';
import { countMessages } from '../load/subscriber.js';
import { delayFigures } from './delay-figures.js';
import type { BystanderJob } from './job.js';

const headBytes = 160;
/** No answer to a publish has it. */
const subscribeId = 0;

/** Publishes to itself from the moment it is made, and notes in `latencies` how many ms each message took to come. */
class Bystander implements SocketOwner {
  readonly latencies: number[] = [];
  readonly #job: BystanderJob;
  readonly #sentMs: number[] = [];
  #socket!: LoadSocket;
  #subscribed = () => {};
  #isEnding = false;
  #failure: Error | null = null;

  static async open(target: Target, job: BystanderJob): Promise<Bystander> {
    const bystander = new Bystander(job);
    bystander.#socket = await LoadSocket.open(target, bystander);
    const subscribed = new Promise<void>(resolve => {
      bystander.#subscribed = resolve;
    });
    const params = { topic_name: job.topicName, name: 'bystander' };
    bystander.#socket.write(textFrame(requestText(subscribeId, 'subscribe', params)));
    await subscribed;
    void bystander.#publish();
    return bystander;
  }

  private constructor(job: BystanderJob) {
    this.#job = job;
  }

  /** Publishes no more, and resolves when all has come. */
  async end(): Promise<void> {
    this.#isEnding = true;
    while (this.latencies.length < this.#sentMs.length && this.#failure === null) await delay(this.#job.everyMs);
    if (this.#failure !== null) throw this.#failure;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  text(bytes: Buffer, start: number, end: number): void {
    const head = bytes.toString('latin1', start, Math.min(end, start + headBytes));
    if (head.includes('"error"')) throw new Error(`A request was refused: ${bytes.toString('utf8', start, end)}`);
    if (head.includes(`"id":${subscribeId},"result"`)) this.#subscribed();
    if (!head.includes('"method":"deliver"')) return;
    const messages = countMessages(bytes, start, end, this.#job.dataBytes);
    for (let index = 0; index < messages; index += 1) {
      this.latencies.push(performance.now() - this.#sentMs[this.latencies.length]!);
    }
    this.#socket.write(textFrame(`{"jsonrpc":"2.0","id":${/"id":(\d+)/.exec(head)?.[1]},"result":{}}`));
  }

  turn(): void {}

  failed(error: Error): void {
    this.#failure = error;
  }

  async #publish(): Promise<void> {
    const { topicName, dataBytes, everyMs } = this.#job;
    const frame = textFrame(publishText(1, topicName, dataBytes));
    for (let dueMs = performance.now(); !this.#isEnding; dueMs += everyMs) {
      await delay(Math.max(0, dueMs - performance.now()));
      // Not when it was sent but when it was due: what a stall of the server held up belongs to the figures.
      this.#sentMs.push(dueMs);
      this.#socket.write(frame);
    }
  }
}

/** It is at work once this resolves; what is measured is what was before `run`. */
export async function prepareBystander(target: Target, job: BystanderJob): Promise<PreparedLoad> {
  const bystander = await Bystander.open(target, job);
  return {
    run: () => bystander.end(),
    figures: () => delayFigures(bystander.latencies),
    check: async () => undefined,
    close: () => bystander.close(),
  };
}
