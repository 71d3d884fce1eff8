import { textFrame } from './frame.js';
import { publishText } from './request.js';
import { LoadSocket, type SocketOwner, type Target } from './socket.js';

/** Ids start here, so that all of them have the same number of digits and all frames the same length. */
export const firstId = 100_000;

export interface PublisherOptions {
  topicName: string;
  dataBytes: number;
  /** Publishes without an answer, at most. */
  window: number;
  /** What to publish in turn: requests in frames of one length, at least twice the window. By default plain publishes. */
  frames?: readonly Buffer[];
  /** Called once for every read that brought answers. */
  answered(): void;
  failed(error: Error): void;
}

/** A socket that publishes frames encoded in advance: a ring of twice the window, so that no two under way share an id. */
export class Publisher implements SocketOwner {
  readonly #options: PublisherOptions;
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
    const frames = options.frames ?? plainFrames(options);
    this.#ringFrames = frames.length;
    this.#ring = Buffer.concat(frames);
    this.#frameBytes = frames[0]!.length;
  }

  get sent(): number {
    return this.#sent;
  }

  get answeredCount(): number {
    return this.#answered;
  }

  /** Publishes as many as the window and `upTo`, the number of messages in all, allow. */
  fill(upTo: number): void {
    const wanted = Math.min(upTo, this.#answered + this.#options.window) - this.#sent;
    if (wanted <= 0) return;
    const from = this.#sent % this.#ringFrames;
    const straight = Math.min(wanted, this.#ringFrames - from);
    this.#write(from, from + straight);
    if (wanted > straight) this.#write(0, wanted - straight);
    this.#sent += wanted;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  text(bytes: Buffer, start: number, end: number): void {
    const answer = bytes.toString('latin1', start, end);
    if (!answer.includes('"result"')) throw new Error(`A publish was refused: ${answer}`);
    this.#answered += 1;
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

function plainFrames({ window, topicName, dataBytes }: PublisherOptions): Buffer[] {
  return Array.from({ length: window * 2 }, (_, index) =>
    textFrame(publishText(firstId + index, topicName, dataBytes)),
  );
}
