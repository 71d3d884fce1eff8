import { connect, type Socket } from 'node:net';
import { clientFrame, type FrameKind } from './frame.js';
import { FrameReader } from './frame-reader.js';

/** What a load wants to know of its socket. */
export interface SocketOwner {
  /** One text frame; its payload is in `bytes` from `start` to before `end`, until the call returns. */
  text(bytes: Buffer, start: number, end: number): void;
  /** All whole frames of one read have been handed over: the moment to write. */
  turn(): void;
  /** The socket ended or broke, or one of the calls above threw. */
  failed(error: Error): void;
}

export interface Target {
  port: number;
  /** The base64 text of Basic authentication. */
  basic: string;
  /** The own address to connect from: each has some 28,000 ports. */
  source?: string;
}

/** Every socket of the process reads into this one buffer, because reads never overlap within one thread. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);
/** A slow reader takes so little at a time that its pauses are short, as those of a slow network are. */
const slowReadBytes = 8 * 1024;
const msPerSecond = 1_000;

interface Opening {
  resolve(socket: LoadSocket): void;
  reject(error: Error): void;
}

/** A WebSocket connection made by hand, so that a frame costs the generator a scan and a slice and no objects. */
export class LoadSocket {
  readonly #socket: Socket;
  readonly #owner: SocketOwner;
  readonly #readBuffer: Buffer;
  #bytesPerSecond: number;
  #pause: NodeJS.Timeout | undefined;
  readonly #frames = new FrameReader((kind, bytes, start, end) => this.#receive(kind, bytes, start, end));
  #opening: Opening | null;
  #head = '';
  #closing = false;

  /** Connects to `/ws` of the target; rejects if the upgrade is refused. Reads no more than `bytesPerSecond`. */
  static open(target: Target, owner: SocketOwner, bytesPerSecond = Number.POSITIVE_INFINITY): Promise<LoadSocket> {
    return new Promise((resolve, reject) => {
      new LoadSocket(target, owner, { resolve, reject }, bytesPerSecond);
    });
  }

  private constructor(target: Target, owner: SocketOwner, opening: Opening, bytesPerSecond: number) {
    this.#owner = owner;
    this.#opening = opening;
    this.#bytesPerSecond = bytesPerSecond;
    this.#readBuffer = Number.isFinite(bytesPerSecond) ? Buffer.allocUnsafe(slowReadBytes) : readBuffer;
    this.#socket = connect({
      host: '127.0.0.1',
      port: target.port,
      localAddress: target.source,
      noDelay: true,
      onread: { buffer: this.#readBuffer, callback: bytesRead => this.#read(bytesRead) },
    });
    this.#socket.on('error', error => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The server ended the connection')));
    this.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: aG9sZGZhc3QtYmVuY2gtMQ==\r\n' +
        `Sec-WebSocket-Protocol: holdfast.v1\r\nAuthorization: Basic ${target.basic}\r\n\r\n`,
    );
  }

  /** Writes bytes that are whole client frames already. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Resolves when the connection is gone, with what was written before on its way. */
  close(): Promise<void> {
    this.#closing = true;
    // The end of the connection is read like anything else.
    this.hurry();
    return new Promise(resolve => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.once('close', () => resolve());
      this.#socket.end(clientFrame('close', Buffer.from([0x03, 0xe8])));
    });
  }

  /** Ends the connection without a word, as a broken network would. */
  drop(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  /** From now on it reads as fast as it can, if it was slow. */
  hurry(): void {
    this.#bytesPerSecond = Number.POSITIVE_INFINITY;
    clearTimeout(this.#pause);
    this.#socket.resume();
  }

  /** Answers whether to go on reading at once. */
  #read(bytesRead: number): boolean {
    if (this.#closing) return true;
    this.#take(bytesRead);
    if (!Number.isFinite(this.#bytesPerSecond)) return true;
    this.#pause = setTimeout(() => this.#socket.resume(), (bytesRead / this.#bytesPerSecond) * msPerSecond);
    return false;
  }

  #take(bytesRead: number): void {
    try {
      const chunk = this.#readBuffer.subarray(0, bytesRead);
      if (this.#opening !== null) {
        this.#upgrade(this.#opening, chunk);
      } else {
        this.#frames.push(chunk);
        this.#owner.turn();
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #upgrade(opening: Opening, chunk: Buffer): void {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end === -1) return;
    if (!this.#head.startsWith('HTTP/1.1 101 ')) throw new Error(`The upgrade was refused: ${this.#head}`);
    this.#opening = null;
    opening.resolve(this);
    this.#frames.push(Buffer.from(this.#head.slice(end + 4), 'latin1'));
    this.#head = '';
  }

  #receive(kind: FrameKind, bytes: Buffer, start: number, end: number): void {
    if (this.#closing) return;
    if (kind === 'text') this.#owner.text(bytes, start, end);
    else if (kind === 'ping') this.#socket.write(clientFrame('pong', bytes.subarray(start, end)));
    else if (kind === 'close') throw new Error(`The server closed: ${describeClose(bytes.subarray(start, end))}`);
  }

  #fail(error: Error): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.destroy();
    if (this.#opening !== null) this.#opening.reject(error);
    else this.#owner.failed(error);
  }
}

function describeClose(payload: Buffer): string {
  return payload.length < 2 ? 'no code' : `${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`;
}
