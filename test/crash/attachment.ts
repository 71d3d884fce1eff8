import type { Message } from '../../src/protocol/api.gen.js';
import type { Recorder } from './history.js';
import type { Random } from './random.js';
import type { Deliver, Wire } from './wire.js';

/** How a subscriber answers. */
export interface Manner {
  /** A response is written within this time, so that acks come in any order; 0 = at once. */
  respondWithinMs: number;
  /** Share of the messages that are nacked, with no delay. */
  nackShare: number;
}

export const prompt: Manner = { respondWithinMs: 0, nackShare: 0 };

/** One subscription on one socket: notes what is delivered there, and responds in its manner. */
export class Attachment {
  readonly id: number;
  readonly wire: Wire;
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #sub: string;
  readonly #manner: Manner;
  readonly #waiting = new Map<Deliver, NodeJS.Timeout>();
  #isStale = false;

  constructor(wire: Wire, sub: string, manner: Manner, recorder: Recorder, random: Random) {
    this.id = recorder.nextSocket();
    this.wire = wire;
    this.#sub = sub;
    this.#manner = manner;
    this.#recorder = recorder;
    this.#random = random;
    wire.onDeliver = deliver => this.#deliver(deliver);
    void wire.closed.then(() => {
      for (const timer of this.#waiting.values()) clearTimeout(timer);
    });
  }

  /** Ends the socket as if the network were gone. */
  drop(): void {
    this.leaving();
    this.wire.drop();
  }

  /** To be called before another socket asks for the subscription. */
  leaving(): void {
    this.#recorder.note({ kind: 'leaving', attachment: this.id });
  }

  /** Another socket has the subscription: what is responded from now on must count for nothing. */
  superseded(): void {
    this.#isStale = true;
    for (const [deliver, timer] of this.#waiting) {
      clearTimeout(timer);
      this.#respond(deliver);
    }
    this.wire.close();
  }

  #deliver(deliver: Deliver): void {
    this.#recorder.note({ kind: 'delivered', sub: this.#sub, attachment: this.id, messages: deliver.messages });
    const { respondWithinMs } = this.#manner;
    if (respondWithinMs === 0) {
      this.#respond(deliver);
      return;
    }
    const timer = setTimeout(() => this.#respond(deliver), this.#random.between(0, respondWithinMs));
    this.#waiting.set(deliver, timer);
  }

  #respond(deliver: Deliver): void {
    this.#waiting.delete(deliver);
    if (!this.wire.isOpen) return;
    const isNacked = new Map(
      deliver.messages.map(({ msg_id }) => [msg_id, this.#random.chance(this.#manner.nackShare)]),
    );
    const ids = (nacked: boolean) => [...isNacked.keys()].filter(msgId => isNacked.get(msgId) === nacked);
    const nacked = ids(true);
    this.wire.respond(deliver.id, nacked.length > 0 ? { nack: nacked.map(msg_id => ({ msg_id, delay: 0 })) } : {});
    const said = { sub: this.#sub, attachment: this.id, acked: ids(false), nacked, isStale: this.#isStale };
    this.#recorder.note({ kind: 'responded', ...said });
  }
}

export function idsOf(messages: readonly Message[]): string[] {
  return messages.map(message => message.msg_id);
}
