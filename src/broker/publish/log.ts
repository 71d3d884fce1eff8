import type { Limits } from '../../protocol/limits.js';
import type { Appended, Priority } from '../../store/store.js';
import type { Clock } from '../clock.js';
import { Message } from '../message.js';
import type { Audience, Listener } from '../subscriptions/audience.js';
import type { Topic } from '../topics/topic.js';
import type { AppendGroup } from './group-commit.js';

/**
 * The newest part of the log, in memory: messages just committed, kept only while someone who listens has not read
 * them, and within a bound. Who falls behind it reads from the store.
 */
export class Log {
  readonly #audience: Audience;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly addressed: (subIds: number[], priority: Priority) => void;
  /** Topics with messages in memory, oldest first. */
  readonly #withTails = new Set<Topic>();
  #tailBytes = 0;

  constructor(
    audience: Audience,
    clock: Clock,
    limits: Limits,
    addressed: (subIds: number[], priority: Priority) => void,
  ) {
    this.addressed = addressed;
    this.#audience = audience;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** A group of publishes is on disk: answers each, keeps what is listened to, and wakes who listens. */
  appended({ operation, topics, waiters }: AppendGroup, { first, refused }: Appended): void {
    const now = this.#clock.nowMicros();
    let position = first;
    let nextRefused = 0;
    let nextNamed = 0;
    let nextAddressed = 0;
    const woken = new Map<Topic, number>();
    for (let index = 0; index < waiters.length; index += 1) {
      const named = operation.named[nextNamed]?.index === index ? operation.named[nextNamed++] : undefined;
      const addressed =
        operation.addressed[nextAddressed]?.index === index ? operation.addressed[nextAddressed++] : undefined;
      if (refused[nextRefused]?.index === index) {
        waiters[index]!.refused(refused[nextRefused++]!.reason);
        continue;
      }
      const topic = topics[index]!;
      const priority = operation.priorities[index]!;
      if (addressed) {
        topic.lastPublishedMicros = now;
        this.addressed(addressed.subIds, priority);
      } else {
        const isKept = woken.has(topic) || this.#audience.of(topic).size > 0;
        if (isKept) {
          const body = operation.bodies[index]!;
          const expiresAt = operation.expiresAt[index]!;
          const msgId = named?.msgId ?? null;
          const row = { position, topicId: topic.id, priority, expiresAt, msgId, isAddressed: false, body };
          topic.append(new Message(row, true));
          this.#tailBytes += body.length;
          woken.set(topic, (woken.get(topic) ?? 0) | (1 << priority));
        } else this.#skip(topic, position, now);
      }
      waiters[index]!.stored(position);
      position += 1;
    }
    this.#wake(woken, now);
  }

  /** Messages entered the log that are not in memory: listeners find them in the store. */
  entered(topic: Topic, position: number, priority: Priority): void {
    this.#drop(topic, false);
    topic.last = Math.max(topic.last, position);
    topic.lastPublishedMicros = this.#clock.nowMicros();
    this.wake(topic, 1 << priority);
  }

  /** Messages of the topic have left the store: nobody is to find them here. */
  forget(topic: Topic): void {
    this.#drop(topic, false);
  }

  wake(topic: Topic, priorities: number): void {
    for (const listener of this.#audience.of(topic)) listener.wake(topic, priorities);
  }

  /** Everyone has read what there is, as far as they could: what no one waits for is let go. */
  trim(): void {
    for (const topic of this.#withTails) {
      if (!isAwaited(topic, this.#audience.of(topic))) this.#drop(topic, true);
    }
    for (const topic of this.#withTails) {
      if (this.#tailBytes <= this.#limits.tail_bytes_max) return;
      this.#drop(topic, true);
    }
  }

  #wake(woken: Map<Topic, number>, now: number): void {
    for (const [topic, priorities] of woken) {
      topic.lastPublishedMicros = now;
      this.#withTails.add(topic);
      this.wake(topic, priorities);
    }
  }

  #skip(topic: Topic, position: number, now: number): void {
    if (topic.hasTails) this.#drop(topic, false);
    topic.last = position;
    topic.lastPublishedMicros = now;
  }

  #drop(topic: Topic, keep: boolean): void {
    this.#tailBytes -= topic.forgetTails(keep);
    this.#withTails.delete(topic);
  }
}

function isAwaited(topic: Topic, listeners: Iterable<Listener>): boolean {
  for (const listener of listeners) if (listener.awaits(topic)) return true;
  return false;
}
