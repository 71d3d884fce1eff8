import { sampleData } from '../../load/request.js';
import { Ring } from '../wire/ring.js';
import type { PeerTarget, PublisherOptions, WirePublisher } from '../wire/wire.js';
import { MqttConnection, type MqttOwner } from './connection.js';
import { mqttTopic, sessionId } from './names.js';
import { publishPacket } from './packet.js';

/** Publishes with QoS 1. The packet ids are those of the ring, twice as many as are under way. */
export class MqttPublisher implements WirePublisher, MqttOwner {
  readonly #options: PublisherOptions;
  #connection!: MqttConnection;
  #ring!: Ring;
  #answeredBefore = 0;

  static async open(target: PeerTarget, options: PublisherOptions): Promise<MqttPublisher> {
    const publisher = new MqttPublisher(options);
    const connection = await MqttConnection.open(target.address, publisher);
    await connection.connect(sessionId(options.topicName, 'pub'), true);
    const packets = Array.from({ length: options.window * 2 }, (_, index) => {
      const payload = Buffer.from(sampleData(100_000 + index, options.dataBytes));
      return connection.wrap(publishPacket(index + 1, mqttTopic(options.topicName), payload));
    });
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

  puback(): void {
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
