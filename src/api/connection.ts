import type { CloseReason } from '../protocol/errors.js';

/** What a session needs of whatever carries its frames; implemented by `transport/`. */
export interface Connection {
  /** Address of the peer, for lists and logs. */
  readonly remote: string;
  /** Bytes handed to `send` that the peer's kernel has not taken yet. */
  readonly bufferedBytes: number;
  /** Queues one text frame; all frames of a turn leave in one write. After the end it does nothing. */
  send(text: string): void;
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
