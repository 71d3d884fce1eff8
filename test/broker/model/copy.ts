/** A message as it was accepted; its place in the model's list is its place in the order of positions. */
export interface ModelMessage {
  readonly index: number;
  /** The number of the command in which it was accepted. */
  readonly round: number;
  readonly msgId: string;
  readonly topic: string;
  readonly priority: number;
  /** Unix milliseconds. */
  readonly receivedMs: number;
  readonly expiresAt: number;
  /** A number of its own for each message. */
  readonly data: number;
  /** It is in memory only, and ends with the process. */
  readonly isInRam: boolean;
}

/** One message in the queue of one subscription. */
export class Copy {
  readonly message: ModelMessage;
  /** Interests through which it is seen; null: it was addressed to the subscription. */
  readonly patterns: Set<string> | null;
  priority: number;
  expiresAt: number;
  data: number;
  version = 1;
  /** `dropped`: its interest has gone; it may still be out. */
  state: 'open' | 'settled' | 'dropped' = 'open';
  place: 'line' | 'retry' | 'edited' = 'line';
  /** Somebody has taken it out of line; it has a row of its own even when no attempt has failed. */
  isTouched = false;
  isHeld = false;
  /** Which of those at the top it is: the higher, the earlier. 0: none of them. */
  top = 0;
  /** Unix milliseconds; it waits until then. */
  dueAt = 0;
  /** How often it was sent. */
  sent = 0;
  /** False after a crash: then it may count as sent more often than it was. */
  isExact = true;
  /** What became of it last need not be on disk yet. */
  isSoft = false;
  out: ModelDelivery | null = null;
  /** The overlay may have been full when it was given back: then it waits in its lane. */
  mayBeInPlace = false;
  /** Its receiver has gone since: what waited in its lane comes at once. */
  isVague = false;

  constructor(message: ModelMessage, patterns: Set<string> | null) {
    this.message = message;
    this.patterns = patterns;
    this.priority = message.priority;
    this.expiresAt = message.expiresAt;
    this.data = message.data;
  }

  isQueued(now: number): boolean {
    return this.state === 'open' && this.expiresAt > now;
  }

  /** True if it may be sent now, and must be as soon as there is room. */
  isDeliverable(now: number): boolean {
    return this.isQueued(now) && !this.out && !this.isHeld && this.dueAt <= now;
  }

  /** Its content or place was changed by name. */
  touch(): void {
    this.isTouched = true;
    if (this.place === 'line') this.place = 'edited';
  }

  settle(isSoft: boolean): void {
    this.state = 'settled';
    this.isSoft = isSoft;
    this.out = null;
  }

  /** It was settled, or had expired by an edit, and comes again as it was published. However often it was sent, that counts as once. */
  reopen(): void {
    const sent = Math.min(this.sent, 1);
    Object.assign(this, new Copy(this.message, this.patterns), { sent });
  }

  /** The process ended: what was in memory only is nowhere any more. */
  endWithProcess(): void {
    if (!this.message.isInRam) return;
    this.settle(false);
    this.place = 'line';
  }

  /** It was given back. What is wanted no more just goes. */
  giveBack(dueAt: number, isSoft: boolean, mayBeInPlace: boolean): void {
    this.out = null;
    this.mayBeInPlace = mayBeInPlace;
    this.isVague = false;
    if (this.state !== 'open') return;
    this.place = 'retry';
    this.dueAt = dueAt;
    this.isSoft = isSoft;
  }
}

/** Messages that went out together. */
export interface ModelDelivery {
  readonly copies: Copy[];
  /** When what was pulled comes back by itself, or null. */
  readonly returnsAt: number | null;
}

/** The order of delivery. */
export function inOrder(a: Copy, b: Copy): number {
  return b.priority - a.priority || b.top - a.top || a.message.index - b.message.index;
}
