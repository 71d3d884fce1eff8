import { textFrame } from './frame.js';
import { countMarks } from './marks.js';
import { publishText } from './request.js';
import { LoadSocket, type SocketOwner, type Target } from './socket.js';

/** Ids start here, so that all of them have the same number of digits and all frames the same length. */
export const firstId = 100_000;
/** Each answer of a publish that succeeded has exactly one of these, alone or in an array. */
const resultMark = Buffer.from('"result"');

export interface PublisherOptions {
  topicName: string;
  dataBytes: number;
  /** Publishes without an answer, at most; a multiple of `perFrame`. */
  window: number;
  /** Publishes in one frame: a JSON-RPC array if there is more than one, which is the default. */
  perFrame?: number;
  /** What to publish in turn: requests in frames of one length, at least twice the window. By default plain publishes. */
  frames?: readonly Buffer[];
  /** Called once for every read that brought answers. */
  answered(): void;
  failed(error: Error): void;
}

/** A socket that publishes frames encoded in advance: a ring of twice the window, so that no two under way share an id. */
export class Publisher implements SocketOwner {
  readonly #options: PublisherOptions;
  readonly #perFrame: number;
  readonly #ring: Buffer;
  readonly #ringFrames: number;
  readonly #frameBytes: number;
  #socket!: LoadSocket;
  #sent = 0;
  #answered = 0;
  #answeredBefore = 0;

  static async open(target: Target, options: PublisherOptions): Promise<Publisher> {
    const publisher = new Publisher(options);
    publisher.#socket = await LoadSocket.open(target, publisher);
    return publisher;
  }

  private constructor(options: PublisherOptions) {
    this.#options = options;
    this.#perFrame = options.perFrame ?? 1;
    const frames = options.frames ?? plainFrames(options, this.#perFrame);
    this.#ringFrames = frames.length;
    this.#ring = Buffer.concat(frames);
    this.#frameBytes = frames[0]!.length;
  }

  /** Messages, not frames. */
  get sent(): number {
    return this.#sent;
  }

  get answeredCount(): number {
    return this.#answered;
  }

  /** Publishes as many as the window and `upTo`, the number of messages in all, allow; whole frames only. */
  fill(upTo: number): void {
    const room = Math.min(upTo, this.#answered + this.#options.window) - this.#sent;
    const wanted = Math.floor(room / this.#perFrame);
    if (wanted <= 0) return;
    const from = (this.#sent / this.#perFrame) % this.#ringFrames;
    const straight = Math.min(wanted, this.#ringFrames - from);
    this.#write(from, from + straight);
    if (wanted > straight) this.#write(0, wanted - straight);
    this.#sent += wanted * this.#perFrame;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  text(bytes: Buffer, start: number, end: number): void {
    if (countMarks(resultMark, bytes, start, end) !== this.#perFrame) {
      throw new Error(`A publish was refused: ${bytes.toString('utf8', start, end)}`);
    }
    this.#answered += this.#perFrame;
    if (this.#answered > this.#sent) throw new Error('There were more answers than publishes');
  }

  turn(): void {
    // A read may have brought nothing but a ping, even before the load was told to go.
    if (this.#answered === this.#answeredBefore) return;
    this.#answeredBefore = this.#answered;
    this.#options.answered();
  }

  failed(error: Error): void {
    this.#options.failed(error);
  }

  #write(from: number, to: number): void {
    this.#socket.write(this.#ring.subarray(from * this.#frameBytes, to * this.#frameBytes));
  }
}

function plainFrames({ window, topicName, dataBytes }: PublisherOptions, perFrame: number): Buffer[] {
  return Array.from({ length: (window / perFrame) * 2 }, (_, frame) => {
    const first = firstId + frame * perFrame;
    const texts = Array.from({ length: perFrame }, (_, index) => publishText(first + index, topicName, dataBytes));
    return textFrame(perFrame === 1 ? texts[0]! : `[${texts.join(',')}]`);
  });
}
