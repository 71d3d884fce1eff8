import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import { deadLetterTopic } from '../delivery/dead-letters.js';
import type { Pump } from '../delivery/pump.js';
import type { Settler } from '../delivery/settler.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Log } from '../publish/log.js';
import type { Subscription } from '../subscriptions/subscription.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Sweeper } from '../sweep/sweeper.js';
import type { Topic } from './topic.js';
import type { Topics } from './topics.js';

export interface TopicRemovalParts {
  topics: Topics;
  subscriptions: Subscriptions;
  sweeper: Sweeper;
  commit: GroupCommit;
  log: Log;
  pump: Pump;
  settler: Settler;
  limits: Limits;
}

/**
 * Deletes topics. The name is free at once, and nobody sees a message of the topic any more, whatever is made of that
 * name; what it had is removed step by step, also after a restart. Subscriptions keep the name that they asked for.
 */
export class TopicRemoval {
  readonly #parts: TopicRemovalParts;

  constructor(parts: TopicRemovalParts) {
    this.#parts = parts;
  }

  /** Resolves when the deletion is on disk. */
  async delete(topic: Topic): Promise<void> {
    const { topics, commit, log } = this.#parts;
    if (topic.name === deadLetterTopic) {
      throw new HoldfastError('conflict', `${topic.name} is the broker's own and cannot be deleted.`, {
        reason: 'it is the topic of dead letters',
      });
    }
    // Now and not after the commit: what is published to that name from here on goes to a new topic, made behind it.
    topics.remove(topic);
    log.forget(topic);
    for (const subscription of this.#parts.subscriptions.loaded()) this.#leave(subscription, topic);
    await commit.submit({ kind: 'delete_topic', id: topic.id });
    this.#sweep(topic.id);
  }

  /** Goes on with those that were deleted before a restart. */
  start(): void {
    for (const id of this.#parts.topics.deletedIds) this.#sweep(id);
  }

  #sweep(topicId: number): void {
    this.#parts.sweeper.add({ kind: 'sweep_topic', topicId, limit: this.#parts.limits.sweep_messages });
  }

  /** What is in flight stays so until it is answered, and is nothing to anybody then. */
  #leave(subscription: Subscription, topic: Topic): void {
    const { interests, overlay } = subscription;
    if (interests.covers(topic.name)) {
      interests.forget();
      subscription.dropPages();
    }
    const entries = [...overlay.entries()].filter(({ topicId }) => topicId === topic.id);
    for (const entry of entries) {
      if (entry.isInFlight) subscription.inFlight -= 1;
      entry.isInFlight = false;
      subscription.removeEntry(entry);
    }
    // The broker stops if the store has failed.
    if (entries.length > 0) this.#parts.settler.save(subscription).catch(() => {});
    this.#parts.pump.wake(subscription);
  }
}
