import { setTimeout as delay } from 'node:timers/promises';
import { textFrame } from '../load/frame.js';
import { requestText } from '../load/request.js';
import { LoadSocket, type SocketOwner } from '../load/socket.js';
import { countMessages } from '../load/subscriber.js';
import { basicOf, type Secrets, subKeyOf } from './fleet.js';

/** Where a frame tells what it is, short of its messages. */
const headBytes = 160;
const deliverMark = '"method":"deliver"';
const publishedMark = '"msg_id"';
/** What a client without jitter waits that is told nothing by who refuses it. */
const retryMs = 1_000;

export interface DeviceOptions {
  port: number;
  source: string;
  secrets: Secrets;
  dataBytes: number;
}

/** A device with one socket and one queue. It comes again as often as it is refused. */
export class Device implements SocketOwner {
  readonly #number: number;
  readonly #options: DeviceOptions;
  #socket: LoadSocket | null = null;
  #acks: Buffer[] = [];
  #wanted = 0;
  #received = 0;
  #isHolding = false;
  #reached: (() => void) | null = null;
  #answered: ((text: string) => void) | null = null;
  /** Handshakes that were refused, and connections that ended otherwise than by `lose`. */
  refused = 0;
  lost = 0;

  constructor(number: number, options: DeviceOptions) {
    this.#number = number;
    this.#options = options;
  }

  /** Connects, however often it takes. */
  async connect(): Promise<void> {
    const { port, source, secrets } = this.#options;
    while (this.#socket === null) {
      try {
        this.#socket = await LoadSocket.open({ port, source, basic: basicOf(this.#number, secrets) }, this);
      } catch (error) {
        this.refused += 1;
        await delay(retryAfterMs((error as Error).message));
      }
    }
  }

  /** Comes back to its queue and resolves once it got and answered so many messages. */
  async drain(messages: number): Promise<void> {
    const drained = this.#reach(messages, false);
    await this.#resume();
    await drained;
  }

  /** From now on it answers nothing; resolves once so many messages are out. */
  hold(messages: number): Promise<void> {
    return this.#reach(messages, true);
  }

  /** The network breaks. */
  lose(): void {
    this.#socket?.drop();
    this.#socket = null;
    this.#acks = [];
  }

  /** Messages that still wait for it, in flight ones included. */
  async depth(): Promise<number> {
    const { result } = JSON.parse(await this.#ask('resume', { sub_key: subKeyOf(this.#number) }));
    return result.queue_depth;
  }

  /** Resolves with the answer to a request in a frame that was made before. */
  request(frame: Buffer): Promise<string> {
    const answered = new Promise<string>(resolve => {
      this.#answered = resolve;
    });
    this.#socket?.write(frame);
    return answered;
  }

  text(bytes: Buffer, start: number, end: number): void {
    const head = bytes.toString('latin1', start, Math.min(end, start + headBytes));
    if (head.includes(deliverMark)) this.#deliver(head, countMessages(bytes, start, end, this.#options.dataBytes));
    else if (head.includes('"error"')) throw new Error(`A request was refused: ${bytes.toString('utf8', start, end)}`);
    else this.#answered?.(bytes.toString('utf8', start, end));
  }

  turn(): void {
    if (this.#acks.length > 0) this.#socket?.write(Buffer.concat(this.#acks.splice(0)));
    if (this.#received < this.#wanted) return;
    this.#reached?.();
    this.#reached = null;
  }

  /** What was not answered is sent again on the next socket. */
  failed(error: Error): void {
    if (this.lost === 0) process.stderr.write(`device ${this.#number}: ${error.message}\n`);
    this.lost += 1;
    this.lose();
    this.#received = 0;
    void this.connect().then(() => this.#resume());
  }

  #reach(messages: number, isHolding: boolean): Promise<void> {
    this.#wanted = messages;
    this.#received = 0;
    this.#isHolding = isHolding;
    return new Promise(resolve => {
      this.#reached = resolve;
    });
  }

  async #resume(): Promise<void> {
    await this.#ask('resume', { sub_key: subKeyOf(this.#number) });
  }

  #ask(method: string, params: object): Promise<string> {
    return this.request(textFrame(requestText(1, method, params)));
  }

  #deliver(head: string, messages: number): void {
    this.#received += messages;
    if (this.#received > this.#wanted) throw new Error(`Got ${this.#received} messages instead of ${this.#wanted}`);
    const id = /"id":(\d+)/.exec(head)?.[1];
    if (!this.#isHolding) this.#acks.push(textFrame(`{"jsonrpc":"2.0","id":${id},"result":{}}`));
  }
}

/** What a refusal says about when to come again. */
function retryAfterMs(refusal: string): number {
  const seconds = /^Retry-After: (\d+)/im.exec(refusal)?.[1];
  return seconds === undefined ? retryMs : Number(seconds) * 1_000;
}

/** True if the text is the answer to a publish that was stored. */
export function isPublished(answer: string): boolean {
  return answer.includes(publishedMark);
}
