import { incomplete, StreamReader } from '../../load/stream-reader.js';
import type { PeerAddress } from '../address.js';
import { ByteSocket, type BytesOwner } from '../wire/byte-socket.js';

/** A message: its parts lie in `bytes`, until the call returns. */
export interface NatsMessage {
  bytes: Buffer;
  /** The line `MSG subject sid [reply] size`, without its end. */
  lineStart: number;
  lineEnd: number;
  payloadStart: number;
  payloadEnd: number;
  /** The payload begins with headers: among the answers that a load gets, only refusals do. */
  hasHeaders: boolean;
}

export interface NatsOwner {
  message(message: NatsMessage): void;
  /** All messages of one read have been handed over. */
  turn?(): void;
  failed(error: Error): void;
}

const carriageReturn = 13;
const space = 32;
const letterM = 77;
const letterH = 72;
const lineEndBytes = 2;

/** What a server says of itself when somebody connects. */
export interface NatsInfo {
  version: string;
  jetstream?: boolean;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** One connection in the protocol of NATS clients. */
export class NatsConnection implements BytesOwner {
  readonly #owner: NatsOwner;
  readonly #packets = new StreamReader((bytes, at, length) => this.#readPacket(bytes, at, length));
  #socket!: ByteSocket;
  #info: NatsInfo = { version: '' };
  #flushing: Waiting | null = null;
  #failure: Error | null = null;
  /** Reused for every message, since none outlives its call. */
  readonly #message: NatsMessage;

  /** Connects and waits until the server has let us in; rejects with its reason if it does not. */
  static async open(address: PeerAddress, owner: NatsOwner): Promise<NatsConnection> {
    const connection = new NatsConnection(owner);
    connection.#socket = await ByteSocket.open(address, connection);
    const { username, password } = address;
    const credentials = username === '' ? {} : { user: username, pass: password };
    // Without `headers` a request that nobody answers would be met with silence.
    const options = { verbose: false, pedantic: false, headers: true, no_responders: true, ...credentials };
    connection.send(`CONNECT ${JSON.stringify({ lang: 'bench', version: '0', protocol: 1, ...options })}\r\n`);
    await connection.flush();
    return connection;
  }

  private constructor(owner: NatsOwner) {
    this.#owner = owner;
    const nothing = { lineStart: 0, lineEnd: 0, payloadStart: 0, payloadEnd: 0 };
    this.#message = { bytes: Buffer.alloc(0), ...nothing, hasHeaders: false };
  }

  get info(): NatsInfo {
    return this.#info;
  }

  /** Resolves when the server has read everything that was written before. */
  flush(): Promise<void> {
    this.ensureOpen();
    return new Promise((resolve, reject) => {
      this.#flushing = { resolve, reject };
      this.send('PING\r\n');
    });
  }

  ensureOpen(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  send(text: string): void {
    this.#socket.write(this.#socket.wrap(Buffer.from(text)));
  }

  wrap(packet: Buffer): Buffer {
    return this.#socket.wrap(packet);
  }

  /** Writes what `wrap` made. */
  write(wrapped: Buffer): void {
    this.#socket.write(wrapped);
  }

  close(): Promise<void> {
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
    this.#flushing?.reject(error);
    this.#owner.failed(error);
  }

  #readPacket(bytes: Buffer, at: number, length: number): number {
    let lineEnd = at;
    while (lineEnd < length && bytes[lineEnd] !== carriageReturn) lineEnd += 1;
    const start = lineEnd + lineEndBytes;
    if (start > length) return incomplete;
    const isMessage = bytes[at] === letterM || bytes[at] === letterH;
    if (!isMessage) {
      this.#receiveLine(bytes.toString('latin1', at, lineEnd));
      return start;
    }
    const payloadEnd = start + lastNumber(bytes, lineEnd);
    if (payloadEnd + lineEndBytes > length) return incomplete;
    const message = this.#message;
    message.bytes = bytes;
    message.lineStart = at;
    message.lineEnd = lineEnd;
    message.payloadStart = start;
    message.payloadEnd = payloadEnd;
    message.hasHeaders = bytes[at] === letterH;
    this.#owner.message(message);
    return payloadEnd + lineEndBytes;
  }

  #receiveLine(line: string): void {
    if (line.startsWith('INFO ')) {
      this.#info = JSON.parse(line.slice('INFO '.length)) as NatsInfo;
    } else if (line === 'PING') {
      this.send('PONG\r\n');
    } else if (line === 'PONG') {
      this.#flushing?.resolve();
      this.#flushing = null;
    } else if (line.startsWith('-ERR')) {
      throw new Error(`The server says ${line.slice('-ERR '.length)}${hintFor(line)}`);
    } else if (line !== '+OK') {
      throw new Error(`This is no NATS server, it says "${line.slice(0, 80)}"`);
    }
  }
}

function hintFor(line: string): string {
  return /authori[sz]ation|authentication/i.test(line)
    ? '; tell a name and a password in the URL: nats://user:password@host'
    : '';
}

/** The number that ends before `end`: the size of a message, the last word of its line. */
function lastNumber(bytes: Buffer, end: number): number {
  let number = 0;
  let place = 1;
  for (let at = end - 1; bytes[at] !== space; at -= 1) {
    number += (bytes[at]! - 48) * place;
    place *= 10;
  }
  return number;
}
