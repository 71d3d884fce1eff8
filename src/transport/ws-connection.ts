import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Connection, EncodedText, Identity, Receiver } from '../api/connection.js';
import { type CloseReason, closeCodes } from '../protocol/errors.js';
import type { Limits } from '../protocol/limits.js';
import type { Beating } from './heartbeat.js';
import type { Outbox, Sender } from './outbox.js';
import type { Slab } from './slab.js';
import type { Congested, Stalls } from './stalls.js';

/** What the connections of one server share, so that each of them is small. */
export interface WsShared {
  readonly outbox: Outbox;
  readonly stalls: Stalls;
  readonly limits: Pick<Limits, 'socket_buffer_bytes' | 'socket_buffer_bytes_max'>;
  /** While true no connection reads. */
  readonly isDraining: boolean;
  /** The socket of this connection is closed. */
  gone(connection: WsConnection): void;
}

/** A ping without payload, as the server sends it: FIN, opcode 9, length 0. */
const pingFrame = Buffer.from([0x89, 0]);
/** A close frame has room for this much text. */
const closeMessageBytesMax = 123;
const notPinged = -1;

/**
 * One WebSocket. Incoming frames are parsed by `ws`; outgoing ones bypass its sender and go to the socket in one write
 * per turn. That is safe because nothing is compressed, so that `ws` writes whole pong and close frames at once and
 * never holds half a frame back.
 *
 * A connection is idle most of its life, so it has no timer, no closure, and no array while there is nothing to send.
 */
export class WsConnection implements Connection, Sender, Beating, Congested {
  readonly identity: Identity;
  readonly #shared: WsShared;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  /** Null once it has been told the end. */
  #receiver: Receiver | null = null;
  #queued: (string | EncodedText)[] | null = null;
  /** Until they are encoded, their UTF-16 units stand for bytes. */
  #queuedBytes = 0;
  #isClosing = false;
  #isPaused = false;
  /** More was sent than may wait, and something of it was dropped. */
  #isOverflown = false;
  /** What `checkPong` compares with. */
  #readAtPing = notPinged;
  #takenAtPing = 0;

  constructor(identity: Identity, ws: WebSocket, socket: Socket, shared: WsShared) {
    this.identity = identity;
    this.#ws = ws;
    this.#socket = socket;
    this.#shared = shared;
  }

  /** Starts to pass on what comes in. */
  attach(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  get remote(): string {
    const { remoteAddress = 'gone', remotePort = 0 } = this.#socket;
    return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
  }

  get bufferedBytes(): number {
    return this.#queuedBytes + this.#socket.writableLength;
  }

  get bytesTaken(): number {
    return bytesTaken(this.#socket);
  }

  send(frame: string | EncodedText): void {
    if (this.#isClosing) return;
    if (this.#queued === null) {
      this.#queued = [];
      this.#shared.outbox.add(this);
    }
    // Looked at before the frame is added, so that a single one of any size can go.
    if (this.bufferedBytes > this.#shared.limits.socket_buffer_bytes_max) this.#isOverflown = true;
    if (this.#isOverflown) return;
    this.#queued.push(frame);
    this.#queuedBytes += typeof frame === 'string' ? frame.length : frame.byteLength;
  }

  pause(): void {
    if (this.#isClosing || this.#isPaused) return;
    this.#isPaused = true;
    this.#ws.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#shared.isDraining) return;
    this.#isPaused = false;
    // A pong that came in the meantime has not been read yet: the next round will tell.
    this.#readAtPing = notPinged;
    this.#ws.resume();
  }

  close(reason: CloseReason, message = closeCodes[reason].meaning): void {
    if (this.#isClosing) return;
    this.#shared.outbox.flushNow(this);
    this.#isClosing = true;
    // The peer's own close frame can only be read by reading; what else comes is not passed on any more.
    this.#ws.resume();
    this.#ws.close(closeCodes[reason].code, truncate(message, closeMessageBytesMax));
  }

  flush(slab: Slab): void {
    const frames = this.#queued;
    if (frames === null) return;
    this.#queued = null;
    this.#queuedBytes = 0;
    // `ws` closes by itself after a broken frame; nothing may follow its close frame.
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (!this.#isOverflown) this.#write(slab.encode(frames), slab);
    else if (!this.#isClosing) this.#giveUp('not_reading');
  }

  /** A frame came in. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#isClosing || this.#receiver === null) return;
    if (isBinary) this.close('unsupported_data');
    else this.#receiver.receive(data.toString());
  }

  /** The socket is gone. */
  closed(): void {
    this.#isClosing = true;
    this.#shared.gone(this);
    this.#end();
  }

  /** Ends it without a word. */
  destroy(): void {
    this.#ws.terminate();
  }

  ping(): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    this.#socket.write(pingFrame);
    this.#readAtPing = this.#socket.bytesRead;
    this.#takenAtPing = this.#socket.writableLength > 0 ? this.bytesTaken : Number.POSITIVE_INFINITY;
  }

  /**
   * Anything that came in since the ping is as good as its pong, which may stand behind a long frame. So is it if the
   * kernel was full and then took some more, because the peer is still reading what stood before the ping. Of a peer
   * that we have stopped reading no pong can be seen.
   */
  checkPong(): void {
    if (this.#readAtPing === notPinged || this.#isPaused || this.#isClosing) return;
    if (this.#socket.bytesRead !== this.#readAtPing || this.bytesTaken > this.#takenAtPing) return;
    this.#giveUp('pong_timeout');
  }

  dropStalled(): void {
    this.#giveUp('not_reading');
  }

  #write(encoded: Buffer, slab: Slab): void {
    if (this.#socket.writableLength + encoded.length < this.#shared.limits.socket_buffer_bytes) {
      this.#socket.write(encoded);
    } else {
      this.#shared.stalls.watch(this);
      this.#socket.write(encoded, () => this.#checkDrained());
    }
    // The kernel took it all at once: no one will look at these bytes again.
    if (this.#socket.writableLength === 0) slab.takeBack(encoded);
  }

  #checkDrained(): void {
    if (this.#isClosing || this.bufferedBytes >= this.#shared.limits.socket_buffer_bytes) return;
    if (this.#shared.stalls.forget(this)) this.#receiver?.drained();
  }

  /** The peer is as good as gone: what it had is free for others now, even while the socket still waits for it. */
  #giveUp(reason: CloseReason): void {
    this.close(reason);
    this.#end();
  }

  #end(): void {
    const receiver = this.#receiver;
    this.#receiver = null;
    receiver?.ended();
  }
}

/** How much the kernel has taken of what was written: node counts all, and libuv knows what still waits. */
function bytesTaken(socket: Socket): number {
  const handle = (socket as unknown as { _handle: { bytesWritten?: number; writeQueueSize?: number } | null })._handle;
  return (handle?.bytesWritten ?? 0) - (handle?.writeQueueSize ?? 0);
}

/** Cuts to so many bytes of UTF-8 without halving a character. */
function truncate(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
