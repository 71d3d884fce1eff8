import { Attachment, type Manner, prompt } from './attachment.js';
import type { Recorder } from './history.js';
import type { Random } from './random.js';
import { type Login, untilGone, Wire } from './wire.js';

/** What sort of subscriber it is. */
export interface Role {
  name: string;
  login: Login;
  /** What it subscribes to. */
  patterns: readonly string[];
  /** The topics of the test that this gives it. */
  topics: readonly string[];
  manner: Manner;
  /** Rounds in which it is there; in the last one everybody is. */
  attends(round: number): boolean;
  /** How long it keeps a socket at most; null = as long as it lasts. */
  flapMsMax: number | null;
  options?: object;
  /** Its dead letters are put back. */
  isRedriven?: boolean;
}

const emptyLookMs = 20;

/** A subscriber that is pushed to: comes, goes, comes back by name or key, and takes itself over. */
export class Subscriber {
  readonly role: Role;
  readonly #recorder: Recorder;
  readonly #random: Random;
  #subKey: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #current: Attachment | null = null;

  constructor(role: Role, recorder: Recorder, random: Random) {
    this.role = role;
    this.#recorder = recorder;
    this.#random = random;
  }

  /** Null: it has not subscribed yet. */
  get subKey(): string | null {
    return this.#subKey;
  }

  /** Makes the subscription the first time, and comes back to it where it is its turn. */
  async enter(url: string, round: number): Promise<void> {
    if (this.#subKey !== null && !this.role.attends(round)) return;
    const attachment = await this.#attach(url, this.role.manner);
    if (!this.role.attends(round)) return attachment.drop();
    this.#current = attachment;
    this.#flapLater(url, attachment);
  }

  leave(): void {
    this.#current?.drop();
    this.#current = null;
  }

  /** Takes what is left, and resolves once nothing is. */
  async drain(url: string): Promise<void> {
    const { wire } = await this.#attach(url, prompt);
    await emptied(wire, this.#subKey!);
    while (this.role.isRedriven && (await redrive(wire, this.role.name, this.#subKey!, this.#recorder)) > 0)
      await emptied(wire, this.#subKey!);
    this.#recorder.note({ kind: 'drained', sub: this.role.name });
    wire.close();
  }

  async #attach(url: string, manner: Manner): Promise<Attachment> {
    const { name, login } = this.role;
    const wire = await Wire.open(url, login);
    const attachment = new Attachment(wire, name, manner, this.#recorder, this.#random);
    if (this.#subKey !== null && this.#random.chance(0.5)) await wire.call('resume', { sub_key: this.#subKey });
    else await this.#subscribe(wire);
    return attachment;
  }

  async #subscribe(wire: Wire): Promise<void> {
    const { name, patterns, topics, options } = this.role;
    const askedAt = Date.now();
    const params = { topic_name_list: patterns, name, ...options };
    const { sub_key } = await wire.call<{ sub_key: string }>('subscribe', params);
    if (this.#subKey !== null && sub_key !== this.#subKey) throw new Error(`${name} came back and got another queue`);
    if (this.#subKey === null) this.#recorder.note({ kind: 'subscribed', sub: name, topics: [...topics], askedAt });
    this.#subKey = sub_key;
  }

  #flapLater(url: string, attachment: Attachment): void {
    const { flapMsMax } = this.role;
    if (flapMsMax === null) return;
    const waitMs = this.#random.between(0, flapMsMax);
    this.#timer = setTimeout(() => void untilGone(this.#flap(url, attachment)), waitMs);
    void attachment.wire.closed.then(() => clearTimeout(this.#timer));
  }

  async #flap(url: string, old: Attachment): Promise<void> {
    if (!old.wire.isOpen) return;
    if (this.#random.chance(0.5)) old.drop();
    else old.leaving();
    const next = await this.#attach(url, this.role.manner);
    if (old.wire.isOpen) old.superseded();
    // Somebody has sent it away meanwhile.
    if (this.#current !== old) return next.drop();
    this.#current = next;
    this.#flapLater(url, next);
  }
}

/** Puts all dead letters of the subscription back. Answers how many. */
export async function redrive(wire: Wire, sub: string, subKey: string, recorder: Recorder): Promise<number> {
  recorder.note({ kind: 'redriving', sub });
  return (await wire.call<{ redriven: number }>('queue.redrive', { sub_key: subKey })).redriven;
}

/** Resolves once the queue is empty. Its owner has to settle what comes in the meantime. */
export async function emptied(wire: Wire, subKey: string): Promise<void> {
  for (;;) {
    const { depth } = await wire.call<{ depth: number }>('queue.browse', { sub_key: subKey, max_messages: 1 });
    if (depth === 0) return;
    await new Promise(resolve => setTimeout(resolve, emptyLookMs));
  }
}
