import type { Message } from '../../src/protocol/api.gen.js';

/** All times are Unix milliseconds, by the one clock that clients and server of the test share. */
export interface Subscribed {
  kind: 'subscribed';
  sub: string;
  /** The topics that it has asked for and has a right to. */
  topics: string[];
  askedAt: number;
  at: number;
}

/** A publish was written to a socket. The same `n` again: it was sent again, with the same `msgId`. */
export interface Sent {
  kind: 'sent';
  n: number;
  socket: number;
  topic: string;
  priority: number;
  expirationSec: number;
  /** Seconds until it is due; 0: it is at once. */
  delaySec: number;
  /** Subscriptions that it is addressed to; null: it is for whoever is subscribed. */
  to: readonly string[] | null;
  /** Asked for in memory only. */
  isInRam: boolean;
  /** The publisher's own id, or null. */
  msgId: string | null;
  /** JSON text. */
  data: string;
  at: number;
}

export interface Answered {
  kind: 'answered';
  n: number;
  msgId: string;
  isDuplicate: boolean;
  at: number;
}

export interface Refused {
  kind: 'refused';
  n: number;
  name: string;
  outcome: 'definite' | 'unknown';
  at: number;
}

export interface Delivered {
  kind: 'delivered';
  sub: string;
  /** One socket, or one puller, that the subscription was delivered to. */
  attachment: number;
  messages: Message[];
  at: number;
}

/** A response to `deliver` was written to a socket that was open. */
export interface Responded {
  kind: 'responded';
  sub: string;
  attachment: number;
  acked: string[];
  nacked: string[];
  /** Another socket had been told that the subscription is its own now. */
  isStale: boolean;
  at: number;
}

/** A call of `ack` was written to a socket. */
export interface Asked {
  kind: 'asked';
  sub: string;
  acked: string[];
  at: number;
}

/** A call of `ack` was answered. */
export interface Confirmed {
  kind: 'confirmed';
  sub: string;
  acked: string[];
  at: number;
}

/** The client is about to drop this socket, or to take the subscription away from it. */
export interface Leaving {
  kind: 'leaving';
  attachment: number;
  at: number;
}

/** Responses written up to `upTo` were read 20 ms ago or earlier, so they are on disk by now. */
export interface Witnessed {
  kind: 'witnessed';
  upTo: number;
  at: number;
}

/** What is noted after this, and comes from attachments up to `lastSocket`, was read from the kernel or goes nowhere. */
export interface Killed {
  kind: 'killed';
  lastSocket: number;
  at: number;
}

/** A hold of a message was written to a socket. */
export interface Holding {
  kind: 'holding';
  sub: string;
  msgId: string;
  at: number;
}

/** A hold was answered. */
export interface Held {
  kind: 'held';
  sub: string;
  msgId: string;
  at: number;
}

/** A release of a message is about to be written to a socket. */
export interface Releasing {
  kind: 'releasing';
  sub: string;
  msgId: string;
  at: number;
}

/** A look at one message of a queue showed its state. */
export interface Looked {
  kind: 'looked';
  sub: string;
  msgId: string;
  state: string;
  at: number;
}

/** Dead letters of the subscription are about to be put back. */
export interface Redriving {
  kind: 'redriving';
  sub: string;
  at: number;
}

/** The topic is about to be switched on or off. */
export interface Switching {
  kind: 'switching';
  topic: string;
  at: number;
}

/** It was answered that the topic is off. */
export interface SwitchedOff {
  kind: 'switched_off';
  topic: string;
  at: number;
}

/** The subscription's queue was seen empty, with nothing published any more. */
export interface Drained {
  kind: 'drained';
  sub: string;
  at: number;
}

export type Happening =
  | Subscribed
  | Sent
  | Answered
  | Refused
  | Delivered
  | Responded
  | Asked
  | Confirmed
  | Leaving
  | Witnessed
  | Killed
  | Holding
  | Held
  | Releasing
  | Looked
  | Redriving
  | Switching
  | SwitchedOff
  | Drained;

/** What the clients saw, in the order in which they saw it. */
export type History = readonly Happening[];

type Untimed<H> = H extends Happening ? Omit<H, 'at'> : never;

/** Writes the history down while it happens. */
export class Recorder {
  readonly history: Happening[] = [];
  #numbers = 0;
  #sockets = 0;

  /** Answers the time that it was noted with. */
  note(happening: Untimed<Happening>): number {
    const at = Date.now();
    this.history.push({ ...happening, at } as Happening);
    return at;
  }

  /** For the next publish: no two have the same. */
  nextNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  /** To be called in the turn in which the signal is sent. */
  noteKilled(): void {
    this.note({ kind: 'killed', lastSocket: this.#sockets });
  }

  /** For the next socket or puller. */
  nextSocket(): number {
    this.#sockets += 1;
    return this.#sockets;
  }
}
