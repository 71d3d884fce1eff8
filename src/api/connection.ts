import type { CloseReason } from '../protocol/errors.js';

/** The text of a frame that is encoded already, in part: it is put together where it is written. */
export interface EncodedText {
  /** Of UTF-8. */
  readonly byteLength: number;
  writeTo(target: Buffer, offset: number): void;
}

/** What a session needs of whatever carries its frames; implemented by `transport/`. */
export interface Connection {
  /** Address of the peer, for lists and logs. */
  readonly remote: string;
  /** Bytes handed to `send` that the peer's kernel has not taken yet. */
  readonly bufferedBytes: number;
  /** Queues one text frame; all frames of a turn leave in one write. After the end it does nothing. */
  send(frame: string | EncodedText): void;
  /** Stops and starts reading, so that a peer that asks too much waits in its own kernel. */
  pause(): void;
  resume(): void;
  /** Sends what is queued and closes. */
  close(reason: CloseReason, message?: string): void;
}

/** The other side: what a transport tells about its connection. */
export interface Receiver {
  /** One text frame, valid UTF-8. */
  receive(text: string): void;
  /** `bufferedBytes` fell below `limits.socket_buffer_bytes` again. */
  drained(): void;
  /** The connection has ended, for whatever reason; called exactly once. */
  ended(): void;
}

/** Who stands behind a connection or a request, once the credentials are checked. */
export interface Identity {
  endpointId: number;
  username: string;
}
