import type { Message } from '../../src/protocol/api.gen.js';
import { idsOf } from './attachment.js';
import type { Recorder } from './history.js';
import type { Random } from './random.js';
import { type Login, untilGone, Wire } from './wire.js';

const pullMessages = 20;

/** Asks for its messages, acks most by call, nacks some, and lets some lie until `ack_wait` is over. */
export class Puller {
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #topics: readonly string[];
  readonly #login: Login;
  readonly name = 'pulling';
  #subKey: string | null = null;
  #wire: Wire | null = null;

  constructor(recorder: Recorder, random: Random, topics: readonly string[], login: Login) {
    this.#recorder = recorder;
    this.#random = random;
    this.#topics = topics;
    this.#login = login;
  }

  async enter(url: string): Promise<void> {
    const wire = await Wire.open(url, this.#login);
    this.#wire = wire;
    const askedAt = Date.now();
    const params = { topic_name_list: this.#topics, name: this.name, delivery_method: 'pull', ack_wait: 1 };
    const { sub_key } = await wire.call<{ sub_key: string }>('subscribe', params);
    if (this.#subKey === null)
      this.#recorder.note({ kind: 'subscribed', sub: this.name, topics: [...this.#topics], askedAt });
    this.#subKey = sub_key;
    const attachment = this.#recorder.nextSocket();
    void untilGone(this.#goOn(wire, attachment));
  }

  leave(): void {
    this.#wire?.close();
  }

  /** Acks everything that is left, and resolves once nothing is. */
  async drain(url: string): Promise<void> {
    const wire = await Wire.open(url, this.#login);
    const attachment = this.#recorder.nextSocket();
    for (;;) {
      const messages = await this.#pull(wire, attachment);
      await this.#ack(wire, idsOf(messages));
      const browse = { sub_key: this.#subKey!, max_messages: 1 };
      if (messages.length === 0 && (await wire.call<{ depth: number }>('queue.browse', browse)).depth === 0) break;
    }
    this.#recorder.note({ kind: 'drained', sub: this.name });
    wire.close();
  }

  async #goOn(wire: Wire, attachment: number): Promise<never> {
    for (;;) {
      const messages = await this.#pull(wire, attachment);
      const acked: string[] = [];
      const nacked: string[] = [];
      for (const msgId of idsOf(messages)) {
        if (this.#random.chance(0.1)) nacked.push(msgId);
        else if (this.#random.chance(0.95)) acked.push(msgId);
      }
      if (nacked.length > 0) await wire.call('nack', { sub_key: this.#subKey!, msg_id_list: nacked, delay: 0 });
      await this.#ack(wire, acked);
    }
  }

  async #pull(wire: Wire, attachment: number): Promise<Message[]> {
    const params = { sub_key: this.#subKey!, max_messages: pullMessages, wait: 1 };
    const { messages } = await wire.call<{ messages: Message[] }>('pull', params);
    if (messages.length > 0) this.#recorder.note({ kind: 'delivered', sub: this.name, attachment, messages });
    return messages;
  }

  async #ack(wire: Wire, acked: string[]): Promise<void> {
    if (acked.length === 0) return;
    await wire.call('ack', { sub_key: this.#subKey!, msg_id_list: acked }, () =>
      this.#recorder.note({ kind: 'asked', sub: this.name, acked }),
    );
    this.#recorder.note({ kind: 'confirmed', sub: this.name, acked });
  }
}
