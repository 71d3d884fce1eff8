import { incomplete, StreamReader } from '../../load/stream-reader.js';
import type { PeerAddress } from '../address.js';
import { ByteSocket, type BytesOwner } from '../wire/byte-socket.js';
import {
  connectPacket,
  disconnectPacket,
  packetTypes,
  pingreqPacket,
  qosOf,
  refusalOf,
  subscribePacket,
} from './packet.js';

/** What comes without having been asked for. */
export interface MqttOwner {
  /** A publish was acknowledged. */
  puback?(): void;
  /** A message came: until the call returns, its packet id is in `bytes` at `idAt`, and its payload from there to `end`. */
  publish?(bytes: Buffer, idAt: number, end: number): void;
  /** All packets of one read have been handed over. */
  turn?(): void;
  failed(error: Error): void;
}

interface Asked {
  type: number;
  resolve(value: number): void;
  reject(error: Error): void;
}

const subscribeFailure = 0x80;

/** One connection by MQTT 3.1.1. Questions are asked one at a time. */
export class MqttConnection implements BytesOwner {
  readonly #address: PeerAddress;
  readonly #owner: MqttOwner;
  readonly #packets = new StreamReader((bytes, at, length) => this.#readPacket(bytes, at, length));
  #socket!: ByteSocket;
  #asked: Asked | null = null;
  #failure: Error | null = null;

  /** The socket only: nothing is written before `connect`. */
  static async open(address: PeerAddress, owner: MqttOwner): Promise<MqttConnection> {
    const connection = new MqttConnection(address, owner);
    connection.#socket = await ByteSocket.open(address, connection);
    return connection;
  }

  private constructor(address: PeerAddress, owner: MqttOwner) {
    this.#address = address;
    this.#owner = owner;
  }

  /** Answers whether the broker had kept a session under this id; rejects with the reason if it refuses. */
  async connect(clientId: string, isClean: boolean): Promise<boolean> {
    const { username, password } = this.#address;
    const answer = await this.#ask(packetTypes.connack, connectPacket({ clientId, isClean, username, password }));
    const returnCode = answer & 0xff;
    if (returnCode !== 0) throw new Error(refusalOf(returnCode));
    return answer >> 8 === 1;
  }

  /** Subscribes with QoS 1. */
  async subscribe(topic: string): Promise<void> {
    const granted = await this.#ask(packetTypes.suback, subscribePacket(1, topic));
    if (granted === subscribeFailure) throw new Error(`The broker refuses the subscription to ${topic}`);
  }

  /** Resolves when the broker has read everything that was written before. */
  async ping(): Promise<void> {
    await this.#ask(packetTypes.pingresp, pingreqPacket);
  }

  /** Throws what ended the connection, if anything did. */
  ensureOpen(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  wrap(packet: Buffer): Buffer {
    return this.#socket.wrap(packet);
  }

  /** Writes what `wrap` made. */
  write(wrapped: Buffer): void {
    this.#socket.write(wrapped);
  }

  close(): Promise<void> {
    this.#socket.write(this.#socket.wrap(disconnectPacket));
    return this.#socket.close();
  }

  bytes(chunk: Buffer): void {
    this.#packets.push(chunk);
  }

  turn(): void {
    this.#owner.turn?.();
  }

  failed(error: Error): void {
    this.#failure = error;
    this.#asked?.reject(error);
    this.#owner.failed(error);
  }

  #ask(type: number, packet: Buffer): Promise<number> {
    this.ensureOpen();
    return new Promise((resolve, reject) => {
      this.#asked = { type, resolve, reject };
      this.#socket.write(this.#socket.wrap(packet));
    });
  }

  #readPacket(bytes: Buffer, at: number, length: number): number {
    let start = at + 1;
    let remaining = 0;
    for (let shift = 0; ; shift += 7, start += 1) {
      if (start >= length) return incomplete;
      const byte = bytes[start]!;
      remaining |= (byte & 127) << shift;
      if (byte < 128) break;
      if (shift === 21) throw new Error('A packet with a length that MQTT does not have');
    }
    start += 1;
    const end = start + remaining;
    if (end > length) return incomplete;
    this.#receive(bytes, at, start, end);
    return end;
  }

  #receive(bytes: Buffer, at: number, start: number, end: number): void {
    const type = bytes[at]! >> 4;
    if (type === packetTypes.publish) {
      if (qosOf(bytes[at]!) !== 1) throw new Error('A message came with another QoS than 1');
      this.#owner.publish?.(bytes, start + 2 + bytes.readUInt16BE(start), end);
    } else if (type === packetTypes.puback) {
      this.#owner.puback?.();
    } else if (type === this.#asked?.type) {
      const { resolve } = this.#asked;
      this.#asked = null;
      // CONNACK: the session flag and the return code. SUBACK: the packet id, then what was granted.
      if (type === packetTypes.connack) resolve(bytes.readUInt16BE(start));
      else resolve(end > start ? bytes[end - 1]! : 0);
    } else {
      throw new Error(`A packet of type ${type} was not asked for: is this MQTT 3.1.1?`);
    }
  }
}
