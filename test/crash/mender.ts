import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './history.js';
import type { Random } from './random.js';
import { redrive } from './subscriber.js';
import { CallRefused, type Login, untilGone, Wire } from './wire.js';

/** What it looks after: subscriptions by name, with their keys, and a topic. */
export interface Mended {
  /** Their messages are held and released. They do not nack, so nothing that is held is on its way. */
  held: () => { sub: string; subKey: string }[];
  /** Their dead letters are put back. */
  redriven: () => { sub: string; subKey: string }[];
  /** It is switched off and on. */
  topic: string;
}

const pauseMsMax = 20;
const looksAt = 20;
/** Of what it looks at. */
const heldShare = 0.2;
/** What may become of an attempt to mend something that others use at the same time. */
const usual = ['conflict', 'not_found', 'storage_full', 'storage_failed'];

/** An operator: holds and releases messages, puts dead letters back, and switches a topic off and on. */
export class Mender {
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #login: Login;
  readonly #mended: Mended;
  #wire: Wire | null = null;
  /** Messages that it has asked to hold, and not yet to release. */
  readonly #held = new Map<string, { sub: string; subKey: string; msgId: string }>();

  constructor(recorder: Recorder, random: Random, login: Login, mended: Mended) {
    this.#recorder = recorder;
    this.#random = random;
    this.#login = login;
    this.#mended = mended;
  }

  async enter(url: string): Promise<void> {
    const wire = await Wire.open(url, this.#login);
    this.#wire = wire;
    await unlessUsual(wire.call('topic.create', { topic_name: this.#mended.topic }));
    void untilGone(this.#goOn(wire));
  }

  leave(): void {
    this.#wire?.close();
  }

  /** Leaves nothing held, and the topic on. */
  async drain(url: string): Promise<void> {
    const wire = await Wire.open(url, this.#login);
    await this.#switch(wire, true);
    for (const key of [...this.#held.keys()]) await this.#look(wire, key);
    for (const key of [...this.#held.keys()]) await this.#release(wire, key);
    wire.close();
  }

  async #goOn(wire: Wire): Promise<never> {
    const acts = [
      () => this.#hold(wire),
      () => this.#hold(wire),
      () => this.#release(wire, this.#random.pick([...this.#held.keys(), ''])),
      () => this.#redrive(wire),
      () => this.#switch(wire, this.#random.chance(0.5)),
    ];
    for (;;) {
      await sleep(this.#random.between(0, pauseMsMax));
      await this.#random.pick(acts)();
    }
  }

  async #hold(wire: Wire): Promise<void> {
    const { sub, subKey } = this.#random.pick(this.#mended.held());
    const browse = { sub_key: subKey, max_messages: looksAt };
    const { messages } = await wire.call<{ messages: { msg_id: string; state: string }[] }>('queue.browse', browse);
    const ready = messages.filter(({ state }) => state === 'ready' && this.#random.chance(heldShare));
    await Promise.all(ready.map(({ msg_id }) => this.#holdOne(wire, sub, subKey, msg_id)));
  }

  async #holdOne(wire: Wire, sub: string, subKey: string, msgId: string): Promise<void> {
    const call = wire.call('queue.hold', { sub_key: subKey, msg_id: msgId }, () =>
      this.#recorder.note({ kind: 'holding', sub, msgId }),
    );
    this.#held.set(`${sub} ${msgId}`, { sub, subKey, msgId });
    if (await unlessUsual(call)) this.#recorder.note({ kind: 'held', sub, msgId });
  }

  /** What has expired is not there any more. */
  async #look(wire: Wire, key: string): Promise<void> {
    const { sub, subKey, msgId } = this.#held.get(key)!;
    try {
      const { state } = await wire.call<{ state: string }>('queue.get', { sub_key: subKey, msg_id: msgId });
      this.#recorder.note({ kind: 'looked', sub, msgId, state });
    } catch (error) {
      if (!(error instanceof CallRefused && error.data.name === 'not_found')) throw error;
    }
  }

  async #release(wire: Wire, key: string): Promise<void> {
    const held = this.#held.get(key);
    if (!held) return;
    const { sub, subKey, msgId } = held;
    this.#recorder.note({ kind: 'releasing', sub, msgId });
    await unlessUsual(wire.call('queue.release', { sub_key: subKey, msg_id: msgId }));
    this.#held.delete(key);
  }

  async #redrive(wire: Wire): Promise<void> {
    for (const { sub, subKey } of this.#mended.redriven())
      await unlessUsual(redrive(wire, sub, subKey, this.#recorder));
  }

  async #switch(wire: Wire, isActive: boolean): Promise<void> {
    const { topic } = this.#mended;
    this.#recorder.note({ kind: 'switching', topic });
    const call = wire.call('topic.update', { topic_name: topic, is_active: isActive });
    if ((await unlessUsual(call)) && !isActive) this.#recorder.note({ kind: 'switched_off', topic });
  }
}

/** True if it was done; false if it was refused for what may well be. */
async function unlessUsual(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof CallRefused && usual.includes(error.data.name)) return false;
    throw error;
  }
}
