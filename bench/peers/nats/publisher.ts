import { sampleData } from '../../load/request.js';
import { Ring } from '../wire/ring.js';
import type { PeerTarget, PublisherOptions, WirePublisher } from '../wire/wire.js';
import { NatsConnection, type NatsMessage, type NatsOwner } from './connection.js';
import { newInbox, subjectOf } from './jetstream.js';

/** How the acknowledgement of a stream begins; that of an error begins in another way. */
const ackStart = Buffer.from('{"stream":');

/** Publishes into a stream; every publish asks for its acknowledgement at one inbox, where they are counted. */
export class NatsPublisher implements WirePublisher, NatsOwner {
  readonly #options: PublisherOptions;
  #connection!: NatsConnection;
  #ring!: Ring;
  #answeredBefore = 0;

  static async open(target: PeerTarget, options: PublisherOptions): Promise<NatsPublisher> {
    const publisher = new NatsPublisher(options);
    const connection = await NatsConnection.open(target.address, publisher);
    const inbox = newInbox();
    connection.send(`SUB ${inbox} 1\r\n`);
    await connection.flush();
    const head = `PUB ${subjectOf(options.topicName)} ${inbox} ${options.dataBytes}\r\n`;
    const packets = Array.from({ length: options.window * 2 }, (_, index) =>
      connection.wrap(Buffer.from(`${head}${sampleData(100_000 + index, options.dataBytes)}\r\n`)),
    );
    publisher.#connection = connection;
    publisher.#ring = new Ring(options.window, packets, bytes => connection.write(bytes));
    return publisher;
  }

  private constructor(options: PublisherOptions) {
    this.#options = options;
  }

  get answeredCount(): number {
    return this.#ring.answered;
  }

  fill(upTo: number): void {
    this.#ring.fill(upTo);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  message({ bytes, payloadStart, payloadEnd }: NatsMessage): void {
    const ackEnd = payloadStart + ackStart.length;
    const isAck = bytes.compare(ackStart, 0, ackStart.length, payloadStart, Math.min(ackEnd, payloadEnd)) === 0;
    if (!isAck) throw new Error(`A publish was refused: ${bytes.toString('utf8', payloadStart, payloadEnd)}`);
    this.#ring.answer();
  }

  turn(): void {
    if (this.#ring === undefined || this.#ring.answered === this.#answeredBefore) return;
    this.#answeredBefore = this.#ring.answered;
    this.#options.answered();
  }

  failed(error: Error): void {
    this.#options.failed(error);
  }
}
