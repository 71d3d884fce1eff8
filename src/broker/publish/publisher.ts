import { HoldfastError } from '../../protocol/errors.js';
import type { MessageIds } from '../../protocol/ids.js';
import { newMessageId } from '../../protocol/ids.js';
import type { Limits } from '../../protocol/limits.js';
import { isServiceName, serviceTopic, topicName } from '../../protocol/names.js';
import { utf8Bytes } from '../../protocol/utf8.js';
import type { Position, Store } from '../../store/store.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { BeforePublish } from '../hooks/before-publish.js';
import { mayNotPublish } from '../subscriptions/forbidden.js';
import { isQueueing } from '../subscriptions/options.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Topic } from '../topics/topic.js';
import type { TopicAdmin } from '../topics/topic-admin.js';
import type { Topics } from '../topics/topics.js';
import type { NewMessage } from './append.js';
import { compose, type Publication } from './compose.js';
import type { Delays } from './delays.js';
import type { GroupCommit, PublishWaiter } from './group-commit.js';
import type { RamRoom } from './ram-room.js';

/** Who hears what became of a publish. Exactly one of the two is called, once. */
export interface PublishReply {
  /** `isInRam`: it is in memory only. */
  published(msgId: string, isDuplicate: boolean, isInRam?: boolean): void;
  /** A `HoldfastError`, or what a fault of our own threw. */
  failed(error: unknown): void;
}

export interface PublisherParts {
  store: Store;
  topics: Topics;
  topicAdmin: TopicAdmin;
  subscriptions: Subscriptions;
  commit: GroupCommit;
  delays: Delays;
  ids: MessageIds;
  clock: Clock;
  limits: Limits;
  counters: Counters;
  /** Null: every message is guaranteed. */
  ramRoom: RamRoom | null;
}

/**
 * The path of a message in: permission, hooks, composition, group commit. A publish that has to wait (its topic is being
 * made, a hook asked, a mailbox looked up) answers a promise; whoever sends in order lets later ones wait behind it.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  /** Set while the disk is nearly full. */
  isStoreFull = false;
  /** Null: there are no hooks at all. */
  beforePublish: BeforePublish | null = null;
  /** Publishes that wait for more than their commit. */
  readonly #later = new Set<Promise<void>>();
  /** The time of this turn of the event loop; 0 until someone publishes in it. */
  #turnMicros = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /**
   * A publish that waits behind others of its sender: the topic that it needs is made meanwhile, in one transaction with
   * the topics of those that wait beside it. What is wrong with it is told at its turn, or thrown at once.
   */
  expect(endpoint: Endpoint, publication: Publication): void {
    this.#admit(publication);
    const { topicName: name } = publication;
    const known = this.#parts.topics.find(name) ?? this.#parts.topics.find(topicName(name));
    if (known) this.#expectHook(endpoint, publication, known);
    // Without a `/` it may be the name of a service whose topic is on its way: that is known when its turn comes.
    if (known || !name.includes('/')) return;
    this.#make(endpoint, topicName(name), name).catch(() => {});
  }

  /** One with an id of its own may turn out to be a duplicate, which no hook is to hear of. */
  #expectHook(endpoint: Endpoint, publication: Publication, topic: Topic): void {
    const { beforePublish } = this;
    if (!beforePublish?.isHooked(topic) || publication.msgId || !topic.options.is_active) return;
    if (endpoint.mayPublish(topic)) beforePublish.begin(endpoint, publication, topic);
  }

  publish(endpoint: Endpoint, publication: Publication, reply: PublishReply): Promise<void> | null {
    this.#admit(publication);
    const topic =
      this.#parts.topics.find(publication.topicName) ?? this.#parts.topics.find(this.#nameOf(publication.topicName));
    if (!topic || publication.deliverToSk || publication.delay > 0 || this.beforePublish?.isHooked(topic))
      return this.#noteLater(this.#publishLater(endpoint, publication, reply, topic));
    this.#check(endpoint, topic, publication.topicName);
    this.#send(this.#newMessage(endpoint, publication, topic), publication, reply);
    return null;
  }

  /**
   * Resolves when all publishes that came are on their way to the disk, or refused. Hooks have `extension_stop_ms_max`
   * to answer; then those that wait for them are refused.
   */
  async settled(): Promise<void> {
    const { clock, limits } = this.#parts;
    const timer = clock.after(limits.extension_stop_ms_max, () => this.beforePublish?.stop());
    while (this.#later.size > 0) {
      await Promise.allSettled(this.#later);
      // Those that waited behind them in turn have begun by then.
      await new Promise<void>(resolve => clock.endOfTurn(resolve));
    }
    timer.cancel();
  }

  #noteLater(publishing: Promise<void>): Promise<void> {
    this.#later.add(publishing);
    const done = () => this.#later.delete(publishing);
    publishing.then(done, done);
    return publishing;
  }

  async #publishLater(
    endpoint: Endpoint,
    asked: Publication,
    reply: PublishReply,
    known: Topic | undefined,
  ): Promise<void> {
    const topic = known ?? (await this.#make(endpoint, this.#nameOf(asked.topicName), asked.topicName));
    this.#check(endpoint, topic, asked.topicName);
    const publication = await this.#hooked(endpoint, asked, topic, reply);
    if (!publication) return;
    const subIds = publication.deliverToSk ? await this.#mailboxes(topic, publication.deliverToSk) : undefined;
    // It may have been deleted while this waited.
    if (topic.isDeleted) throw goneTopic(topic.name);
    // Addressed to no one who queues, there is nothing to wait for: it is kept for nobody, and its id is remembered.
    const isForNobody = subIds?.length === 0;
    if (publication.delay > 0 && !isForNobody) return this.#delay(endpoint, publication, topic, subIds ?? [], reply);
    this.#send({ ...this.#newMessage(endpoint, publication, topic), subIds }, publication, reply);
  }

  #send(message: NewMessage, publication: Publication, reply: PublishReply): void {
    const isGuaranteed = (publication.hasGd ?? message.topic.options.has_gd) || this.#parts.ramRoom === null;
    if (isGuaranteed) this.#parts.commit.publish(message, this.#waiter(publication, reply));
    else this.#keepInRam(this.#parts.ramRoom!, message, publication, reply);
  }

  /** Its position is drawn in the same commits as all others are stored in, so it keeps its place among them. */
  #keepInRam(room: RamRoom, message: NewMessage, publication: Publication, reply: PublishReply): void {
    const bytes = utf8Bytes(message.body);
    room.take(bytes, message.priority);
    message.ramBytes = bytes;
    this.#parts.commit.publish(message, this.#waiter(publication, new ReplyInRam(room, bytes, reply)));
  }

  /** The message as the hooks of its topic want it; null: it is a duplicate, which has been told. */
  async #hooked(endpoint: Endpoint, publication: Publication, topic: Topic, reply: PublishReply) {
    const { beforePublish } = this;
    if (!beforePublish?.isHooked(topic)) return publication;
    // A hook might refuse now what it let pass before: who only repeats itself would think that nothing was published.
    const named = publication.msgId ? await this.#parts.store.findNamed(publication.msgId) : null;
    if (named) {
      this.#waiter(publication, reply).refused(named.endpointId === endpoint.id ? 'duplicate' : 'conflict');
      return null;
    }
    const changed = await beforePublish.pass(endpoint, publication, topic);
    // What was true before the hook was asked need not be true any more.
    this.#admit(publication);
    this.#check(endpoint, topic, publication.topicName);
    return changed;
  }

  /** A name without `/` may be a service's; everything else is a topic's. */
  #nameOf(name: string): string {
    if (!name.includes('/') && isServiceName(name)) {
      const topic = serviceTopic(name);
      if (this.#parts.topics.find(topic) || this.#parts.topicAdmin.isOfService(topic)) return topic;
    }
    return topicName(name);
  }

  #admit({ msgId }: Publication): void {
    if (this.isStoreFull) throw storeFull();
    if (msgId && this.#parts.ids.decode(msgId) !== null) throw ownId();
  }

  #check(endpoint: Endpoint, topic: Topic, asked: string): void {
    if (!endpoint.mayPublish(topic)) throw mayNotPublish(endpoint, asked);
    if (!topic.options.is_active) throw new HoldfastError('topic_inactive', `The topic ${topic.name} is switched off.`);
  }

  /** `asked`: the name as it was given. */
  #make(endpoint: Endpoint, name: string, asked: string): Promise<Topic> {
    if (!endpoint.mayPublishTo(name)) throw mayNotPublish(endpoint, asked);
    // The name may be a part of the frame that it came in, all of which it would keep in memory.
    return this.#parts.topicAdmin.ensure(JSON.parse(JSON.stringify(name)) as string);
  }

  /** The subscriptions with these keys that queue. Whether each may receive from the topic is decided here, at the publication. */
  async #mailboxes(topic: Topic, subKeys: string[]): Promise<number[]> {
    const subIds: number[] = [];
    for (const subKey of new Set(subKeys)) {
      await this.#parts.subscriptions.use({ subKey }, async subscription => {
        if (!subscription.endpoint.mayReceiveFrom(topic.name)) {
          throw new HoldfastError('forbidden', `A subscription in deliver_to_sk may not receive from ${topic.name}.`);
        }
        if (isQueueing(subscription.options)) subIds.push(subscription.id);
      });
    }
    return subIds;
  }

  #newMessage(endpoint: Endpoint, publication: Publication, topic: Topic): NewMessage {
    const admitted = topic.gate === null ? publication : topic.gate.admit(publication);
    const { body, expiresAt } = compose(admitted, topic, this.#nowMicros());
    const { priority, msgId } = publication;
    return { topic, priority, expiresAt, body, named: msgId ? this.#named(endpoint, msgId, expiresAt) : undefined };
  }

  /** All that comes in in one turn is published at the same time: then what they have in common is encoded once. */
  #nowMicros(): number {
    if (this.#turnMicros === 0) {
      const { clock } = this.#parts;
      this.#turnMicros = clock.nowMicros();
      clock.endOfTurn(this.#endTurn);
    }
    return this.#turnMicros;
  }

  readonly #endTurn = () => {
    this.#turnMicros = 0;
  };

  /** An id is remembered for a day, and for as long as its message can be in a queue. */
  #named(endpoint: Endpoint, msgId: string, expiresAt: number) {
    const rememberUntil = Math.max(this.#parts.clock.nowMs() + this.#parts.limits.dedupe_ms, expiresAt);
    return { msgId, endpointId: endpoint.id, rememberUntil };
  }

  #waiter(publication: Publication, reply: PublishReply): PublishWaiter {
    return new Waiting(this.#parts, publication.msgId, reply);
  }

  async #delay(
    endpoint: Endpoint,
    publication: Publication,
    topic: Topic,
    subIds: number[],
    reply: PublishReply,
  ): Promise<void> {
    const nowMicros = this.#parts.clock.nowMicros();
    const admitted = topic.gate === null ? publication : topic.gate.admit(publication);
    const { body, expiresAt } = compose(admitted, topic, nowMicros);
    const msgId = publication.msgId ?? newMessageId();
    const dueAt = Math.ceil(nowMicros / 1000 + publication.delay * 1000);
    const named = this.#named(endpoint, msgId, expiresAt);
    const outcome = await this.#parts.delays.add({
      kind: 'delay',
      dueAt,
      topicId: topic.id,
      priority: publication.priority,
      expiresAt,
      body,
      subIds,
      ...named,
    });
    const waiting = new Waiting(this.#parts, msgId, reply);
    if (outcome === 'stored') waiting.stored(0);
    else waiting.refused(outcome);
  }
}

/** One publish on its way to its place in memory. */
class ReplyInRam implements PublishReply {
  readonly #room: RamRoom;
  readonly #bytes: number;
  readonly #reply: PublishReply;

  constructor(room: RamRoom, bytes: number, reply: PublishReply) {
    this.#room = room;
    this.#bytes = bytes;
    this.#reply = reply;
  }

  published(msgId: string, isDuplicate: boolean): void {
    this.#room.committed(this.#bytes);
    this.#reply.published(msgId, isDuplicate, !isDuplicate);
  }

  failed(error: unknown): void {
    this.#room.committed(this.#bytes);
    this.#reply.failed(error);
  }
}

/** One publish on its way to the disk. */
class Waiting implements PublishWaiter {
  readonly #parts: PublisherParts;
  /** Undefined: derived from its position. */
  readonly #msgId: string | undefined;
  readonly #reply: PublishReply;

  constructor(parts: PublisherParts, msgId: string | undefined, reply: PublishReply) {
    this.#parts = parts;
    this.#msgId = msgId;
    this.#reply = reply;
  }

  stored(position: Position): void {
    this.#parts.counters.published += 1;
    this.#reply.published(this.#msgId ?? this.#parts.ids.encode(position), false);
  }

  refused(reason: 'duplicate' | 'conflict'): void {
    if (reason === 'conflict') this.failed(idTaken());
    else {
      this.#parts.counters.duplicates += 1;
      this.#reply.published(this.#msgId!, true);
    }
  }

  failed(error: HoldfastError): void {
    this.#reply.failed(error);
  }
}

function goneTopic(name: string): HoldfastError {
  return new HoldfastError('not_found', `The topic ${name} has been deleted meanwhile. Nothing was published.`);
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
