import { setTimeout as delay } from 'node:timers/promises';
import { textFrame } from './frame.js';
import { countMarks } from './marks.js';
import { requestText } from './request.js';
import { LoadSocket, type SocketOwner, type Target } from './socket.js';

/** Where in a frame its method and id are told, whatever the order of its members, short of its messages. */
const headBytes = 160;
const deliverMark = '"method":"deliver"';
/** Each message has exactly one of these. */
const messageMark = Buffer.from('"msg_id"');
const emptyPollMs = 20;
const emptyPollsMax = 250;

export interface SubscriberOptions {
  topicName: string;
  name: string;
  /** Bytes of `data` in every message that comes, so that counting may leap over them. */
  dataBytes: number;
  /** Messages that may come; one more is a failure. */
  expected: number;
  /** What it reads in a second, at most; by default all that comes. */
  bytesPerSecond?: number;
  /** Called for every `deliver`, before it is acknowledged. */
  delivered?(messages: number): void;
  /** Called once for every read that brought messages, after their acknowledgements were written. */
  progressed(): void;
  failed(error: Error): void;
}

interface Asked {
  resolve(text: string): void;
  reject(error: Error): void;
}

interface Subscribed {
  sub_key: string;
  queue_depth: number;
}

/** A socket with one subscription that answers every `deliver` at once and counts its messages without parsing them. */
export class Subscriber implements SocketOwner {
  readonly #options: SubscriberOptions;
  readonly #acks: Buffer[] = [];
  #socket!: LoadSocket;
  #received = 0;
  #asked: Asked | null = null;

  static async open(target: Target, options: SubscriberOptions): Promise<Subscriber> {
    const subscriber = new Subscriber(options);
    subscriber.#socket = await LoadSocket.open(target, subscriber, options.bytesPerSecond);
    return subscriber;
  }

  private constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  /** Messages received and acknowledged so far. */
  get received(): number {
    return this.#received;
  }

  /** Attaches the subscription, which is made at the first call, and answers how many messages wait in it. */
  async subscribe(): Promise<number> {
    const answered = new Promise<string>((resolve, reject) => {
      this.#asked = { resolve, reject };
    });
    const { topicName, name } = this.#options;
    this.#socket.write(textFrame(requestText(1, 'subscribe', { topic_name: topicName, name })));
    const answer = JSON.parse(await answered) as { result?: Subscribed };
    if (answer.result === undefined) throw new Error(`The subscribe was refused: ${JSON.stringify(answer)}`);
    return answer.result.queue_depth;
  }

  /** Resolves when the server says that nothing waits any more; rejects if it goes on saying otherwise. */
  async empty(): Promise<void> {
    for (let poll = 0; poll < emptyPollsMax; poll += 1) {
      if ((await this.subscribe()) === 0) return;
      await delay(emptyPollMs);
    }
    throw new Error(`Messages still wait in "${this.#options.name}", though all were acknowledged`);
  }

  /** From now on it reads all that comes, if it was slow. */
  hurry(): void {
    this.#socket.hurry();
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  text(bytes: Buffer, start: number, end: number): void {
    const head = bytes.toString('latin1', start, Math.min(end, start + headBytes));
    if (head.includes(deliverMark)) {
      this.#deliver(head, bytes, start, end);
      return;
    }
    const text = bytes.toString('utf8', start, end);
    if (this.#asked === null) throw new Error(`Nobody asked for this: ${text}`);
    this.#asked.resolve(text);
    this.#asked = null;
  }

  turn(): void {
    if (this.#acks.length === 0) return;
    this.#socket.write(this.#acks.length === 1 ? this.#acks[0]! : Buffer.concat(this.#acks));
    this.#acks.length = 0;
    this.#options.progressed();
  }

  failed(error: Error): void {
    this.#asked?.reject(error);
    this.#options.failed(error);
  }

  #deliver(head: string, bytes: Buffer, start: number, end: number): void {
    const id = /"id":(\d+)/.exec(head);
    if (id === null) throw new Error(`A deliver without an id: ${head}`);
    const messages = countMessages(bytes, start, end, this.#options.dataBytes);
    this.#received += messages;
    if (this.#received > this.#options.expected) {
      throw new Error(`"${this.#options.name}" got ${this.#received} of ${this.#options.expected} messages`);
    }
    this.#options.delivered?.(messages);
    this.#acks.push(textFrame(`{"jsonrpc":"2.0","id":${id[1]},"result":{}}`));
  }
}

/** Messages in the text of a `deliver`, found by their ids, of which two are at least `dataBytes` apart. */
export function countMessages(bytes: Buffer, start: number, end: number, dataBytes: number): number {
  return countMarks(messageMark, bytes, start, end, dataBytes);
}
