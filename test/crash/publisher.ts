import { newMessageId } from '../../src/protocol/ids.js';
import type { Recorder, Sent } from './history.js';
import type { Random } from './random.js';
import { CallRefused, type Login, Wire } from './wire.js';

type Message = Pick<
  Sent,
  'n' | 'topic' | 'priority' | 'expirationSec' | 'delaySec' | 'to' | 'isInRam' | 'msgId' | 'data'
>;

/** A subscription that messages may be addressed to. */
export interface Addressee {
  name: string;
  subKey: string;
  /** What it has a right to. */
  topics: readonly string[];
}

const pauseMs = 10;
const burstMax = 12;
/** Publishes without an answer, before it waits. */
const windowMax = 200;

/** Publishes in bursts until its socket ends, and sends again what had an id of its own and no answer. */
export class Publisher {
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #topics: readonly string[];
  readonly #login: Login;
  readonly #addressees: () => Addressee[];
  /** Sent, and not answered. */
  readonly #open = new Set<Message>();
  #lastNamed: Message | null = null;
  #timer: NodeJS.Timeout | undefined;
  #wire: Wire | null = null;
  /** What publishes were refused for, by name. */
  readonly refusals = new Map<string, number>();

  constructor(
    recorder: Recorder,
    random: Random,
    topics: readonly string[],
    login: Login,
    addressees: () => Addressee[] = () => [],
  ) {
    this.#addressees = addressees;
    this.#recorder = recorder;
    this.#random = random;
    this.#topics = topics;
    this.#login = login;
  }

  /** `isLast`: only what has to be sent again. Resolves once that is answered, or the socket ended. */
  async enter(url: string, isLast: boolean): Promise<void> {
    const wire = await Wire.open(url, this.#login);
    const socket = this.#recorder.nextSocket();
    const again = [...this.#open].filter(message => message.msgId !== null);
    this.#open.clear();
    const answers = again.map(message => this.#send(wire, socket, message));
    if (isLast) {
      await Promise.all(answers);
      return wire.close();
    }
    this.#wire = wire;
    void wire.closed.then(() => clearTimeout(this.#timer));
    this.#goOn(wire, socket);
  }

  /** Resolves with the close code of its socket. */
  get closed(): Promise<number> {
    return this.#wire?.closed ?? Promise.reject(new Error('It never had a socket.'));
  }

  leave(): void {
    this.#wire?.close();
  }

  #goOn(wire: Wire, socket: number): void {
    this.#timer = setTimeout(
      () => {
        if (!wire.isOpen) return;
        for (let left = this.#random.between(1, burstMax); left > 0 && this.#open.size < windowMax; left -= 1)
          void this.#send(wire, socket, this.#next());
        this.#goOn(wire, socket);
      },
      this.#random.between(0, 2 * pauseMs),
    );
  }

  /** Once in a while the last message that has an id of its own is sent again, although it was answered. */
  #next(): Message {
    if (this.#lastNamed && this.#random.chance(0.01)) return this.#lastNamed;
    const n = this.#recorder.nextNumber();
    const isDelayed = this.#random.chance(0.005);
    const isInRam = !isDelayed && this.#random.chance(0.03);
    const topic = this.#random.pick(this.#topics);
    const addressees = this.#random.chance(0.03) ? this.#addressees().filter(one => one.topics.includes(topic)) : [];
    const text = `é"\\\u2028${'x'.repeat(this.#random.between(0, 300))}`;
    return {
      n,
      topic,
      priority: this.#random.chance(0.6) ? 5 : this.#random.between(1, 9),
      expirationSec: this.#random.chance(0.15) ? this.#random.between(1, 3) : 3_600,
      delaySec: isDelayed ? this.#random.between(1, 20) / 10 : 0,
      to: addressees.length > 0 ? [this.#random.pick(addressees).name] : null,
      isInRam,
      // What may be gone with its server is not sent again.
      msgId: isDelayed || (!isInRam && this.#random.chance(0.3)) ? newMessageId() : null,
      data: JSON.stringify({ n, text }),
    };
  }

  /** Never rejects. */
  async #send(wire: Wire, socket: number, message: Message): Promise<void> {
    const { n, topic, priority, expirationSec, delaySec, to, isInRam, msgId, data } = message;
    const params = {
      topic_name: topic,
      data: JSON.parse(data),
      priority,
      expiration: expirationSec,
      delay: delaySec,
      ...(isInRam ? { has_gd: false } : {}),
      ...(to ? { deliver_to_sk: this.#keysOf(to) } : {}),
    };
    this.#open.add(message);
    try {
      const answer = await wire.call<{ msg_id: string; duplicate?: true }>(
        'publish',
        msgId === null ? params : { ...params, msg_id: msgId },
        () => this.#recorder.note({ kind: 'sent', socket, ...message }),
      );
      this.#recorder.note({ kind: 'answered', n, msgId: answer.msg_id, isDuplicate: answer.duplicate === true });
      this.#open.delete(message);
      if (msgId !== null) this.#lastNamed = message;
    } catch (error) {
      if (error instanceof CallRefused) this.#refused(message, error);
    }
  }

  #keysOf(names: readonly string[]): string[] {
    return this.#addressees().flatMap(({ name, subKey }) => (names.includes(name) ? [subKey] : []));
  }

  #refused(message: Message, { data: { name, outcome } }: CallRefused): void {
    this.#recorder.note({ kind: 'refused', n: message.n, name, outcome });
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
    if (outcome === 'definite') this.#open.delete(message);
  }
}
