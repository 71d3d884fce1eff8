import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Clock } from '../clock.js';
import type { Depth } from '../queue/depth.js';
import type { Gate, Given } from './gate.js';
import type { Topic } from './topic.js';

/** Throws if `data`, a JSON text, is not what a topic asks for. */
export type DataCheck = (data: string) => void;

export interface TopicGateParts {
  depth: Depth;
  clock: Clock;
  limits: Limits;
}

/**
 * What a topic asks of its messages: data by its schema, no longer life than its bound, and room. A topic that asks for
 * nothing has no gate. The depth is counted now and then and never inside a publish, so some more than `max_depth` come
 * in: up to `depth_check_freq`, and what is published while it is counted.
 */
export class TopicGate implements Gate {
  readonly #parts: TopicGateParts;
  readonly #topic: Topic;
  readonly #check: DataCheck | null;
  /** Publications until the next count. */
  #left = 0;
  #isOver = false;
  #isCounting = false;
  #countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: TopicGateParts, topic: Topic, check: DataCheck | null) {
    this.#parts = parts;
    this.#topic = topic;
    this.#check = check;
  }

  admit<G extends Given>(given: G): G {
    const { max_depth } = this.#topic.options;
    if (max_depth !== null) this.#count(max_depth);
    return this.amend(given);
  }

  amend<G extends Given>(given: G): G {
    if (given.data !== undefined) this.#check?.(given.data);
    const { limit_message_expiry: most } = this.#topic.options;
    if (most === null || given.expiration === undefined || given.expiration <= most) return given;
    return { ...given, expiration: most };
  }

  look(): void {
    if (this.#topic.options.max_depth !== null) void this.#look(this.#topic.options.max_depth);
  }

  #count(most: number): void {
    if (this.#isOver) {
      // Who is refused makes it look again, at most so often: where nobody publishes, nobody counts.
      if (this.#parts.clock.nowMs() >= this.#countedAtMs + this.#parts.limits.depth_look_ms) void this.#look(most);
      throw tooDeep(this.#topic.name, most);
    }
    this.#left -= 1;
    if (this.#left <= 0) void this.#look(most);
  }

  async #look(most: number): Promise<void> {
    if (this.#isCounting) return;
    this.#isCounting = true;
    this.#left = this.#topic.options.depth_check_freq;
    try {
      this.#isOver = (await this.#parts.depth.ofTopic(this.#topic)) >= most;
    } catch {
      // The store has failed, and the broker stops.
    } finally {
      this.#isCounting = false;
      this.#countedAtMs = this.#parts.clock.nowMs();
    }
  }
}

function tooDeep(name: string, most: number): HoldfastError {
  return new HoldfastError(
    'depth_exceeded',
    `The topic ${name} has ${most} messages or more that wait (max_depth). Publish again when some have been taken.`,
  );
}
