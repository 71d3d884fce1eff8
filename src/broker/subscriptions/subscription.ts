import type { LoadedSubscription, Position, Priority } from '../../store/store.js';
import type { Timer } from '../clock.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Lane, Part } from '../lanes/lane.js';
import { allLanes, Lanes } from '../lanes/lanes.js';
import { Overlay, type OverlayEntry } from '../lanes/overlay.js';
import type { DropReason, Handover, Sink } from '../sink.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';
import type { Addressable, Listener } from './audience.js';
import { Interests } from './interests.js';
import { decodeOptions, type SubscriptionOptions } from './options.js';

/** Who receives what is in the queue: the owner, of whom there is one at a time (invariant 7). */
export interface Attachment {
  readonly sink: Sink;
  unsubOnClose: boolean;
  /** False until the answer that gave the sub_key is on its way; nothing is delivered before it. */
  isStarted: boolean;
  /** True once something was delivered, or what was due for another attempt has been loaded; false while a new top is. */
  isUnderWay: boolean;
}

/** Someone who asked for messages and waits for the first. */
export interface PullWaiter {
  readonly maxMessages: number;
  /** False: it wants an empty answer at once if there is nothing. */
  isPatient: boolean;
  /** Messages that were taken for it wait for hooks: it does not give up now. */
  isHeld: boolean;
  /** A JSON array, and how it is settled; null: there is nothing in it. */
  give(messages: string, handover: Handover | null): void;
}

/** What is owed: a durable queue of one endpoint, as it is in memory while someone has to do with it. */
export class Subscription implements Listener {
  readonly id: number;
  readonly subKey: string;
  readonly endpoint: Endpoint;
  readonly name: string | null;
  readonly lanes: Lanes;
  readonly overlay: Overlay;
  readonly interests: Interests;
  optionsJson: string;
  options: Readonly<SubscriptionOptions>;
  /** Rises with every attach and detach; what was delivered under an older one is not settled any more. */
  epoch: number;
  attachment: Attachment | null = null;
  waiters: PullWaiter[] | null = null;
  /** Messages that are out. */
  inFlight = 0;
  /** True while it listens to new messages. */
  isActive = false;
  isDeleted = false;
  /** Lanes, a bit each, of which there may be more in the store than was fetched. */
  behind = 0;
  /** Lanes, a bit each, that fell behind since the last page was asked for: it does not tell that they were read. */
  fellBehind = 0;
  /** A page is on its way from the store. */
  isPaging = false;
  /** A higher mark is on its way to the store. */
  isReserving = false;
  /** Due overlay entries are being loaded. */
  isReadying = false;
  /** Rings when the next overlay entry is due. */
  retryTimer: Timer | null = null;
  /** Reasons to stay in memory: work under way that ends with `release`. */
  holds = 0;
  lastError: string | null = null;
  /** Topics with new messages in memory, and in which priorities. */
  #hot: Map<Topic, number> | null = null;
  #hotLanes = 0;
  readonly #onWake: (subscription: Subscription) => void;

  constructor(
    { row, overlay }: LoadedSubscription,
    endpoint: Endpoint,
    sentMax: Position,
    topicsMax: number,
    onWake: (s: Subscription) => void,
  ) {
    this.id = row.id;
    this.subKey = row.subKey;
    this.endpoint = endpoint;
    this.name = row.name;
    this.lanes = Lanes.decode(row.lanes, row.createdAt, sentMax);
    this.overlay = new Overlay(overlay);
    this.interests = new Interests(endpoint, row.interests, topicsMax);
    this.optionsJson = row.options;
    this.options = decodeOptions(row.options);
    this.epoch = row.epoch;
    this.#onWake = onWake;
  }

  get username(): string {
    return this.endpoint.username;
  }

  /** True if the message is for this queue: addressed to it, or wanted and permitted at the time of its publication. */
  sees(message: { isAddressed: boolean; topicId: number; position: Position }, topics: Topics): boolean {
    const topic = topics.byId(message.topicId);
    return message.isAddressed ? !topic.isDeleted : this.interests.sees(topic, message.position);
  }

  wake(topic: Topic, priorities: number): void {
    this.#hot ??= new Map();
    this.#hot.set(topic, (this.#hot.get(topic) ?? 0) | priorities);
    this.#hotLanes |= priorities;
    this.#onWake(this);
  }

  /** There is more in the store of these lanes, a bit each. */
  fallBehind(lanes: number): void {
    this.behind |= lanes;
    this.fellBehind |= lanes;
  }

  /** A message was addressed to it: it is found in the store. */
  expectMail(priority: Priority): void {
    this.fallBehind(1 << priority);
    this.#onWake(this);
  }

  awaits(topic: Topic): boolean {
    return this.#hot?.has(topic) ?? false;
  }

  isToCome(topic: Topic, { position, priority, subIds }: Addressable): boolean {
    if (position <= this.lanes.readOf(priority) || this.lanes.peek(priority)?.ahead.has(position)) return false;
    return !this.overlay.get(position) && (subIds !== null || this.interests.sees(topic, position));
  }

  /** What was fetched may hold what is lost, and is fetched again. */
  lost(count: number, reason: DropReason): void {
    this.dropPages();
    this.attachment?.sink.dropped(this.subKey, count, reason);
  }

  /** True if everything of a lane was read and settled: it listens, and heard of nothing since. */
  isAtRest(priority: Priority): boolean {
    if (!this.isActive || (this.behind | this.#hotLanes) & (1 << priority)) return false;
    const lane = this.lanes.peek(priority);
    return !lane || (lane.parts.length === 0 && lane.pageLeft === 0);
  }

  get hotLanes(): number {
    return this.#hotLanes;
  }

  /** Topics with new messages of a priority in memory. */
  hotTopics(priority: Priority): Topic[] {
    const topics: Topic[] = [];
    if (this.#hot) for (const [topic, priorities] of this.#hot) if (priorities & (1 << priority)) topics.push(topic);
    return topics;
  }

  /** Everything in memory of a lane was read, or is to be read from the store instead. */
  cool(priority: Priority): void {
    const bit = 1 << priority;
    if (!(this.#hotLanes & bit) || !this.#hot) return;
    this.#hotLanes &= ~bit;
    if (this.#hotLanes === 0) {
      this.#hot.clear();
      return;
    }
    for (const [topic, priorities] of this.#hot) {
      if (priorities === bit) this.#hot.delete(topic);
      else this.#hot.set(topic, priorities & ~bit);
    }
  }

  /** No one takes anything now: what is new will be read from the store, so that memory need not keep it. */
  ignoreNews(): void {
    this.fallBehind(this.#hotLanes);
    this.#hot = null;
    this.#hotLanes = 0;
  }

  /** Gives back what was fetched and not sent; it will be fetched again. */
  dropPages(): void {
    this.fallBehind(this.lanes.dropPages());
  }

  /** The receiver is gone. What was out goes back to the queue, and its count rises; no retry is used up. */
  retreat(): void {
    this.lanes.retreat();
    this.overlay.retreat();
    this.inFlight = 0;
    this.fallBehind(allLanes);
    this.#hot = null;
    this.#hotLanes = 0;
  }

  /** True while something is on its way from the store that may be delivered next. */
  get isSupplied(): boolean {
    return this.isPaging || this.isReserving || this.isReadying;
  }

  /** The message of an overlay entry is settled, for whatever reason. */
  removeEntry(entry: OverlayEntry): void {
    if (this.overlay.get(entry.position) !== entry) return;
    this.overlay.delete(entry.position);
    if (!entry.isInPlace) return;
    const lane = this.lanes.get(entry.home);
    const found = lane.find(entry.position);
    if (found) lane.settleOne(found.part, found.index);
  }

  /** Where a message is in flight in its lane. */
  findInFlight(position: Position): { lane: Lane; part: Part; index: number } | null {
    for (let priority = 1; priority <= 9; priority += 1) {
      const lane = this.lanes.peek(priority);
      const found = lane?.find(position);
      if (lane && found) return { lane, ...found };
    }
    return null;
  }
}
