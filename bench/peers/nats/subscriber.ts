import { setTimeout as delay } from 'node:timers/promises';
import type { PeerAddress } from '../address.js';
import type { PeerTarget, SubscriberOptions, WireSubscriber } from '../wire/wire.js';
import { NatsConnection, type NatsMessage, type NatsOwner } from './connection.js';
import { deliverSubject, JetStream } from './jetstream.js';

const emptyPollMs = 20;
const emptyPollsMax = 250;
/** More than the subjects of a load take. */
const lineBytesMax = 1_024;
/** In `MSG subject sid reply size`. */
const replyWord = 3;

/**
 * Listens to what a durable consumer pushes. An acknowledgement holds for all messages before it too, so there is one
 * for each read: the least that JetStream can be asked for.
 */
export class NatsSubscriber implements WireSubscriber, NatsOwner {
  readonly #address: PeerAddress;
  readonly #options: SubscriberOptions;
  readonly #lastLine = Buffer.allocUnsafe(lineBytesMax);
  #lastLineBytes = 0;
  #connection!: NatsConnection;
  #received = 0;
  #receivedBefore = 0;

  static async open(target: PeerTarget, options: SubscriberOptions): Promise<NatsSubscriber> {
    const subscriber = new NatsSubscriber(target.address, options);
    subscriber.#connection = await NatsConnection.open(target.address, subscriber);
    return subscriber;
  }

  private constructor(address: PeerAddress, options: SubscriberOptions) {
    this.#address = address;
    this.#options = options;
  }

  get received(): number {
    return this.#received;
  }

  async subscribe(): Promise<void> {
    const { topicName, name } = this.#options;
    this.#connection.send(`SUB ${deliverSubject(topicName, name)} 1\r\n`);
    await this.#connection.flush();
  }

  async empty(): Promise<void> {
    const { topicName, name } = this.#options;
    await this.#connection.flush();
    const api = await JetStream.open(this.#address);
    try {
      for (let poll = 0; poll < emptyPollsMax; poll += 1) {
        if ((await api.waiting(topicName, name)) === 0) return;
        await delay(emptyPollMs);
      }
    } finally {
      await api.close();
    }
    throw new Error(`Messages still wait in "${name}", though all were acknowledged`);
  }

  ensureOpen(): void {
    this.#connection.ensureOpen();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  message({ bytes, lineStart, lineEnd, hasHeaders }: NatsMessage): void {
    this.#received += 1;
    if (hasHeaders || this.#received > this.#options.expected) {
      throw new Error(`"${this.#options.name}" got more than ${this.#options.expected} messages`);
    }
    // Only where the read ends is it known which message is its last, and the bytes of this one are gone by then.
    this.#lastLineBytes = bytes.copy(this.#lastLine, 0, lineStart, lineEnd);
  }

  turn(): void {
    if (this.#lastLineBytes === 0) return;
    this.#options.delivered?.(this.#received - this.#receivedBefore);
    this.#receivedBefore = this.#received;
    const reply = this.#lastLine.toString('latin1', 0, this.#lastLineBytes).split(' ')[replyWord];
    this.#lastLineBytes = 0;
    this.#connection.send(`PUB ${reply} 0\r\n\r\n`);
    this.#options.progressed();
  }

  failed(error: Error): void {
    this.#options.failed(error);
  }
}
