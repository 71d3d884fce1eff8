import { admin, BrokerProcess, realServer } from './broker-process.js';
import { Cast } from './cast.js';
import { type Happening, Recorder } from './history.js';
import { Place } from './place.js';
import { Random } from './random.js';
import { witness } from './witness.js';

/** One store, everyone who uses it, and what they saw. */
export class Trial {
  readonly place: Place;
  readonly random: Random;
  readonly cast: Cast;
  readonly #recorder = new Recorder();

  /** `limits`, `folder`: as a `Place` takes them. */
  constructor(seed: number, limits: object = {}, folder?: string) {
    this.place = new Place(limits, folder);
    this.random = new Random(seed);
    this.cast = new Cast(this.#recorder, this.random);
  }

  get history(): readonly Happening[] {
    return this.#recorder.history;
  }

  /** A server on the store; it may not be ready yet. */
  spawn(entry: string, env: Record<string, string> = {}): BrokerProcess {
    return new BrokerProcess(entry, { ...this.place.env, ...env });
  }

  /** A server on the store, and everyone connected to it. */
  async use(entry: string, env: Record<string, string> = {}, round = 0): Promise<BrokerProcess> {
    const broker = this.spawn(entry, env);
    await broker.ready;
    await witness(broker.url, admin, this.#recorder);
    await this.cast.enter(broker.url, round);
    return broker;
  }

  async kill(broker: BrokerProcess): Promise<void> {
    this.#recorder.noteKilled();
    broker.kill('SIGKILL');
    await broker.ended;
  }

  /** Empties every queue of the store, with a server that has no fault. */
  async drain(): Promise<void> {
    const broker = this.spawn(realServer);
    await broker.ready;
    try {
      await this.cast.drain(broker.url);
    } finally {
      await this.kill(broker);
    }
  }

  /** To be called when a server has ended by itself. */
  noteEnded(): void {
    this.#recorder.noteKilled();
  }

  remove(): void {
    this.place.remove();
  }
}
