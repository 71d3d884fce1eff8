import { connect, type Socket } from 'node:net';
import type { PeerAddress } from '../address.js';
import { type Framing, plainFraming, webSocketFraming } from './framing.js';

/** What a protocol wants to know of its socket. */
export interface BytesOwner {
  /** The next bytes of the protocol, until the call returns. */
  bytes(chunk: Buffer): void;
  /** All bytes of one read have been handed over: the moment to write. */
  turn(): void;
  /** The socket ended or broke, or one of the calls above threw. */
  failed(error: Error): void;
}

/** Every socket of the process reads into this one buffer, because reads never overlap within one thread. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);
const endOfHead = '\r\n\r\n';

interface Opening {
  resolve(socket: ByteSocket): void;
  reject(error: Error): void;
}

/** A connection to a peer over TCP, or over WebSocket if its address says so. */
export class ByteSocket {
  readonly #address: PeerAddress;
  readonly #owner: BytesOwner;
  readonly #socket: Socket;
  readonly #framing: Framing;
  #opening: Opening | null;
  #head = '';
  #closing = false;

  /** Rejects if nobody listens there, or if the upgrade is refused. */
  static open(address: PeerAddress, owner: BytesOwner): Promise<ByteSocket> {
    return new Promise((resolve, reject) => {
      new ByteSocket(address, owner, { resolve, reject });
    });
  }

  private constructor(address: PeerAddress, owner: BytesOwner, opening: Opening) {
    this.#address = address;
    this.#owner = owner;
    this.#opening = opening;
    const framingOwner = {
      bytes: (chunk: Buffer) => owner.bytes(chunk),
      reply: (bytes: Buffer) => this.#socket.write(bytes),
    };
    this.#framing = address.isWebSocket ? webSocketFraming(framingOwner) : plainFraming(framingOwner);
    this.#socket = connect({
      host: address.host,
      port: address.port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: bytesRead => this.#read(bytesRead) },
    });
    this.#socket.on('error', error => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The broker ended the connection')));
    this.#socket.once('connect', () => this.#connected());
  }

  /** What is to be written for a packet: for what is sent often, made once and in advance. */
  wrap(packet: Buffer): Buffer {
    return this.#framing.wrap(packet);
  }

  /** Writes what `wrap` made, one or several behind one another; nothing once the connection is closed. */
  write(wrapped: Buffer): void {
    if (!this.#closing) this.#socket.write(wrapped);
  }

  /** Resolves when the connection is gone, with what was written before on its way. */
  close(): Promise<void> {
    this.#closing = true;
    return new Promise(resolve => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.once('close', () => resolve());
      this.#socket.end();
    });
  }

  #connected(): void {
    if (!this.#address.isWebSocket) {
      this.#opened();
      return;
    }
    const { host, port, path, protocol } = this.#address;
    // NATS knows no subprotocol, and refuses none that it was not asked for.
    const subprotocol = protocol === 'mqtt' ? 'Sec-WebSocket-Protocol: mqtt\r\n' : '';
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: aG9sZGZhc3QtYmVuY2gtMQ==\r\n${subprotocol}\r\n`,
    );
  }

  #read(bytesRead: number): boolean {
    if (this.#closing) return true;
    try {
      const chunk = readBuffer.subarray(0, bytesRead);
      const rest = this.#address.isWebSocket && this.#opening !== null ? this.#upgrade(chunk) : chunk;
      if (rest === null) return true;
      this.#framing.push(rest);
      this.#owner.turn();
    } catch (error) {
      this.#fail(error as Error);
    }
    return true;
  }

  /** What came behind the answer to the upgrade, or null if that is not whole yet. */
  #upgrade(chunk: Buffer): Buffer | null {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(endOfHead);
    if (end === -1) return null;
    if (!this.#head.startsWith('HTTP/1.1 101 ')) throw new Error(`The upgrade was refused: ${this.#head}`);
    const rest = Buffer.from(this.#head.slice(end + endOfHead.length), 'latin1');
    this.#head = '';
    this.#opened();
    return rest;
  }

  #opened(): void {
    this.#opening?.resolve(this);
    this.#opening = null;
  }

  #fail(error: Error): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.destroy();
    if (this.#opening !== null) this.#opening.reject(error);
    else this.#owner.failed(error);
  }
}
