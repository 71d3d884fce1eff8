import { HoldfastError } from '../protocol/errors.js';
import type { MessageIds } from '../protocol/ids.js';
import { newMessageId } from '../protocol/ids.js';
import type { Limits } from '../protocol/limits.js';
import { isServiceName, serviceTopic, topicName } from '../protocol/names.js';
import type { Position } from '../store/store.js';
import type { Clock } from './clock.js';
import { compose, type Publication } from './compose.js';
import type { Counters } from './counters.js';
import type { Delays } from './delays.js';
import type { Endpoint } from './endpoint.js';
import type { GroupCommit, NewMessage, PublishWaiter } from './group-commit.js';
import type { Subscriptions } from './subscriptions.js';
import type { Topic } from './topic.js';
import type { TopicAdmin } from './topic-admin.js';
import type { Topics } from './topics.js';

/** Who hears what became of a publish. Exactly one of the two is called, once. */
export interface PublishReply {
  published(msgId: string, isDuplicate: boolean): void;
  failed(error: HoldfastError): void;
}

/**
 * The path of a message in: permission, composition, group commit. A publish that has to wait (its topic is being made,
 * a mailbox looked up) answers a promise; whoever sends in order lets later ones wait behind it.
 */
export class Publisher {
  readonly #topics: Topics;
  readonly #topicAdmin: TopicAdmin;
  readonly #subscriptions: Subscriptions;
  readonly #commit: GroupCommit;
  readonly #delays: Delays;
  readonly #ids: MessageIds;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #counters: Counters;
  /** Set while the disk is nearly full. */
  isStoreFull = false;

  constructor(parts: {
    topics: Topics;
    topicAdmin: TopicAdmin;
    subscriptions: Subscriptions;
    commit: GroupCommit;
    delays: Delays;
    ids: MessageIds;
    clock: Clock;
    limits: Limits;
    counters: Counters;
  }) {
    this.#topics = parts.topics;
    this.#topicAdmin = parts.topicAdmin;
    this.#subscriptions = parts.subscriptions;
    this.#commit = parts.commit;
    this.#delays = parts.delays;
    this.#ids = parts.ids;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#counters = parts.counters;
  }

  publish(endpoint: Endpoint, publication: Publication, reply: PublishReply): Promise<void> | null {
    if (this.isStoreFull) throw storeFull();
    if (publication.msgId && this.#ids.decode(publication.msgId) !== null) throw ownId();
    const topic = this.#topics.find(publication.topicName) ?? this.#topics.find(this.#nameOf(publication.topicName));
    if (!topic || publication.deliverToSk || publication.delay > 0)
      return this.#publishLater(endpoint, publication, reply, topic);
    this.#check(endpoint, topic);
    this.#commit.publish(this.#newMessage(endpoint, publication, topic), this.#waiter(publication, reply));
    return null;
  }

  async #publishLater(
    endpoint: Endpoint,
    publication: Publication,
    reply: PublishReply,
    known: Topic | undefined,
  ): Promise<void> {
    const topic = known ?? (await this.#make(endpoint, this.#nameOf(publication.topicName)));
    this.#check(endpoint, topic);
    const subIds = publication.deliverToSk ? await this.#mailboxes(topic, publication.deliverToSk) : undefined;
    if (publication.delay > 0) return this.#delay(endpoint, publication, topic, subIds ?? [], reply);
    const message = { ...this.#newMessage(endpoint, publication, topic), subIds };
    this.#commit.publish(message, this.#waiter(publication, reply));
  }

  /** A name without `/` may be a service's; everything else is a topic's. */
  #nameOf(name: string): string {
    if (!name.includes('/') && isServiceName(name)) {
      const topic = serviceTopic(name);
      if (this.#topics.find(topic)) return topic;
    }
    return topicName(name);
  }

  #check(endpoint: Endpoint, topic: Topic): void {
    if (!endpoint.mayPublish(topic)) throw mayNotPublish(endpoint, topic.name);
    if (!topic.options.is_active) throw new HoldfastError('topic_inactive', `The topic ${topic.name} is switched off.`);
  }

  #make(endpoint: Endpoint, name: string): Promise<Topic> {
    if (!endpoint.mayPublishTo(name)) throw mayNotPublish(endpoint, name);
    return this.#topicAdmin.ensure(name);
  }

  /** The subscriptions with these keys. Whether each may receive from the topic is decided here, at the publication. */
  async #mailboxes(topic: Topic, subKeys: string[]): Promise<number[]> {
    const subIds: number[] = [];
    for (const subKey of new Set(subKeys)) {
      await this.#subscriptions.use({ subKey }, async subscription => {
        if (!subscription.endpoint.mayReceiveFrom(topic.name)) {
          throw new HoldfastError('forbidden', `A subscription in deliver_to_sk may not receive from ${topic.name}.`);
        }
        subIds.push(subscription.id);
      });
    }
    return subIds;
  }

  #newMessage(endpoint: Endpoint, publication: Publication, topic: Topic): NewMessage {
    const { body, expiresAt } = compose(publication, topic, this.#clock.nowMicros());
    const { priority, msgId } = publication;
    return { topic, priority, expiresAt, body, named: msgId ? this.#named(endpoint, msgId, expiresAt) : undefined };
  }

  /** An id is remembered for a day, and for as long as its message can be in a queue. */
  #named(endpoint: Endpoint, msgId: string, expiresAt: number) {
    const rememberUntil = Math.max(this.#clock.nowMs() + this.#limits.dedupe_ms, expiresAt);
    return { msgId, endpointId: endpoint.id, rememberUntil };
  }

  #waiter(publication: Publication, reply: PublishReply): PublishWaiter {
    return {
      stored: position => this.#stored(publication.msgId ?? this.#ids.encode(position), position, reply),
      refused: reason => this.#refused(publication.msgId!, reason, reply),
      failed: error => reply.failed(error),
    };
  }

  #stored(msgId: string, _position: Position, reply: PublishReply): void {
    this.#counters.published += 1;
    reply.published(msgId, false);
  }

  #refused(msgId: string, reason: 'duplicate' | 'conflict', reply: PublishReply): void {
    if (reason === 'conflict') reply.failed(idTaken());
    else {
      this.#counters.duplicates += 1;
      reply.published(msgId, true);
    }
  }

  async #delay(
    endpoint: Endpoint,
    publication: Publication,
    topic: Topic,
    subIds: number[],
    reply: PublishReply,
  ): Promise<void> {
    const nowMicros = this.#clock.nowMicros();
    const { body, expiresAt } = compose(publication, topic, nowMicros);
    const msgId = publication.msgId ?? newMessageId();
    const dueAt = Math.ceil(nowMicros / 1000 + publication.delay * 1000);
    const named = this.#named(endpoint, msgId, expiresAt);
    const outcome = await this.#delays.add({
      kind: 'delay',
      dueAt,
      topicId: topic.id,
      priority: publication.priority,
      expiresAt,
      body,
      subIds,
      ...named,
    });
    if (outcome === 'stored') {
      this.#counters.published += 1;
      reply.published(msgId, false);
    } else this.#refused(msgId, outcome, reply);
  }
}

function mayNotPublish(endpoint: Endpoint, name: string): HoldfastError {
  const patterns = endpoint.patterns.join(', ') || 'none';
  return new HoldfastError(
    'forbidden',
    `Endpoint "${endpoint.username}" may not publish to ${name} (its patterns: ${patterns}). Grant it: endpoint.update with pub=${name}.`,
  );
}

function storeFull(): HoldfastError {
  return new HoldfastError(
    'storage_full',
    'The disk is nearly full: nothing is accepted until there is space. Consumers go on.',
  );
}

function idTaken(): HoldfastError {
  return new HoldfastError('conflict', 'This msg_id was used by someone else. Publish with another one.', {
    reason: 'msg_id is taken',
  });
}

function ownId(): HoldfastError {
  const reason = 'it is an id that the broker gave out';
  return new HoldfastError('conflict', `The msg_id cannot be used: ${reason}. Leave it out, or make your own.`, {
    reason,
  });
}
