import { setTimeout as delay } from 'node:timers/promises';
import type { PeerAddress } from '../address.js';
import type { PeerTarget, SubscriberOptions, WireSubscriber } from '../wire/wire.js';
import { MqttConnection, type MqttOwner } from './connection.js';
import { mqttTopic, sessionId } from './names.js';
import { pubackBytes, pubackHead } from './packet.js';

const emptyPollMs = 20;
const emptyPollsMax = 250;

/** A persistent session with one subscription; it acknowledges each message, all of a read in one write. */
export class MqttSubscriber implements WireSubscriber, MqttOwner {
  readonly #address: PeerAddress;
  readonly #options: SubscriberOptions;
  readonly #clientId: string;
  #connection!: MqttConnection;
  #acks = Buffer.allocUnsafe(pubackBytes * 1_024);
  #acksBytes = 0;
  #received = 0;

  static async open(target: PeerTarget, options: SubscriberOptions): Promise<MqttSubscriber> {
    const subscriber = new MqttSubscriber(target.address, options);
    subscriber.#connection = await MqttConnection.open(target.address, subscriber);
    return subscriber;
  }

  private constructor(address: PeerAddress, options: SubscriberOptions) {
    this.#address = address;
    this.#options = options;
    this.#clientId = sessionId(options.topicName, options.name);
  }

  get received(): number {
    return this.#received;
  }

  async subscribe(): Promise<void> {
    const isKept = await this.#connection.connect(this.#clientId, false);
    if (!isKept) await this.#connection.subscribe(mqttTopic(this.#options.topicName));
  }

  /** MQTT tells no depth. What is not settled comes again to the next connection, before the answer to its ping. */
  async empty(): Promise<void> {
    await this.#connection.ping();
    await this.#connection.close();
    for (let poll = 0; poll < emptyPollsMax; poll += 1) {
      if ((await this.#redelivered()) === 0) return;
      await delay(emptyPollMs);
    }
    throw new Error(`Messages still wait in "${this.#options.name}", though all were acknowledged`);
  }

  ensureOpen(): void {
    this.#connection.ensureOpen();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  publish(bytes: Buffer, idAt: number): void {
    this.#received += 1;
    if (this.#received > this.#options.expected) {
      throw new Error(`"${this.#options.name}" got more than ${this.#options.expected} messages`);
    }
    if (this.#acksBytes === this.#acks.length) {
      this.#acks = Buffer.concat([this.#acks, Buffer.allocUnsafe(this.#acks.length)]);
    }
    this.#acks.writeUInt16BE(pubackHead, this.#acksBytes);
    this.#acks[this.#acksBytes + 2] = bytes[idAt]!;
    this.#acks[this.#acksBytes + 3] = bytes[idAt + 1]!;
    this.#acksBytes += pubackBytes;
  }

  turn(): void {
    if (this.#acksBytes === 0) return;
    this.#options.delivered?.(this.#acksBytes / pubackBytes);
    // The socket may keep what it is given until it can write it.
    this.#connection.write(this.#connection.wrap(Buffer.from(this.#acks.subarray(0, this.#acksBytes))));
    this.#acksBytes = 0;
    this.#options.progressed();
  }

  failed(error: Error): void {
    this.#options.failed(error);
  }

  async #redelivered(): Promise<number> {
    let count = 0;
    const connection = await MqttConnection.open(this.#address, {
      publish: () => {
        count += 1;
      },
      failed: this.#options.failed,
    });
    await connection.connect(this.#clientId, false);
    await connection.ping();
    await connection.close();
    return count;
  }
}
