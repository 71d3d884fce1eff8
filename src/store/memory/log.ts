import { priorityMax } from '../../protocol/message.js';
import { expiryStep } from '../expiry.js';
import type { Position, Priority } from '../store.js';
import { PositionList } from './position-list.js';

export interface StoredMessage {
  position: Position;
  topicId: number;
  priority: Priority;
  expiresAt: number;
  msgId: string | null;
  body: string;
  /** Of the body. */
  bytes: number;
  /** It is in mailboxes, not in a lane. */
  isAddressed: boolean;
  /** It is in no lane and no mailbox any more, and stays for an overlay row that refers to it. */
  isKept: boolean;
  /** The step of `expiry_step_ms` in which the sweeper looks at it. */
  expiryStep: number;
}

/** Lists by priority; index 0 is not used. */
export type Lanes = PositionList[];

/** The messages with all ways to find them: position, topic and priority, priority alone, mailbox, expiry. */
export class MemoryLog {
  readonly #messages = new Map<Position, StoredMessage>();
  readonly #topics = new Map<number, Lanes>();
  readonly #walk = newLanes();
  readonly #mailboxes = new Map<number, Lanes>();
  readonly #mailboxesOf = new Map<Position, number[]>();
  /** By steps of `expiry_step_ms`. */
  readonly #expiry = new Map<number, PositionList>();

  #bytes = 0;

  /** Bytes of bodies. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The position of the oldest message, or infinity. Positions rise, so a Map keeps them in order. */
  get oldest(): Position {
    for (const position of this.#messages.keys()) return position;
    return Number.POSITIVE_INFINITY;
  }

  get(position: Position): StoredMessage | undefined {
    return this.#messages.get(position);
  }

  topic(topicId: number): Lanes | undefined {
    return this.#topics.get(topicId);
  }

  mailbox(subId: number): Lanes | undefined {
    return this.#mailboxes.get(subId);
  }

  /** All messages that are in lanes, whatever their topic. */
  get walk(): Lanes {
    return this.#walk;
  }

  add(message: StoredMessage, subIds: number[]): void {
    const { position, priority } = message;
    this.#messages.set(position, message);
    this.#bytes += message.bytes;
    this.#expire(message);
    if (!message.isAddressed) {
      lanesOf(this.#topics, message.topicId)[priority]!.push(position);
      this.#walk[priority]!.push(position);
      return;
    }
    this.#mailboxesOf.set(position, subIds);
    for (const subId of subIds) lanesOf(this.#mailboxes, subId)[priority]!.push(position);
  }

  /** Takes messages out of the lanes and mailboxes; by their positions they can still be read. */
  keep(messages: StoredMessage[]): void {
    this.#leave(messages);
    for (const message of messages) message.isKept = true;
  }

  /** Lets the sweeper look at a message again in a later step. */
  postpone(message: StoredMessage, until: number): void {
    this.#unexpire([message]);
    message.expiryStep = expiryStep(until);
    this.#expire(message);
  }

  remove(messages: StoredMessage[]): void {
    this.#leave(messages);
    this.#unexpire(messages);
    for (const { position, bytes } of messages) {
      this.#messages.delete(position);
      this.#bytes -= bytes;
    }
  }

  /** Takes messages out of one mailbox; returns those that are in no other one. */
  leaveMailbox(subId: number, messages: StoredMessage[]): StoredMessage[] {
    const lanes = this.#mailboxes.get(subId);
    if (lanes !== undefined) takeOut(messages, ({ priority }) => [lanes[priority]!]);
    this.#forgetIfEmpty(subId);
    return messages.filter(message => {
      const others = this.mailboxesOf(message.position).filter(id => id !== subId);
      this.#mailboxesOf.set(message.position, others);
      return others.length === 0;
    });
  }

  /** The subscriptions in whose mailboxes an addressed message is. */
  mailboxesOf(position: Position): readonly number[] {
    return this.#mailboxesOf.get(position) ?? [];
  }

  get hasMailboxes(): boolean {
    return this.#mailboxes.size > 0;
  }

  /** The subscriptions with a mailbox. */
  addressees(): number[] {
    return [...this.#mailboxes.keys()];
  }

  /** All of them, oldest first. */
  all(): Iterable<StoredMessage> {
    return this.#messages.values();
  }

  get size(): number {
    return this.#messages.size;
  }

  /** The first `limit` messages between two positions, the second one included. */
  range(after: Position, upto: Position, limit: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (const message of this.#messages.values()) {
      if (message.position > upto || found.length === limit) break;
      if (message.position > after) found.push(message);
    }
    return found;
  }

  /** The first `limit` messages of the steps up to that of `now`, by step and position. */
  expiring(now: number, limit: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    const steps = [...this.#expiry.keys()].filter(step => step <= expiryStep(now)).sort((a, b) => a - b);
    for (const step of steps) {
      const positions = this.#expiry.get(step)!.head(Number.POSITIVE_INFINITY, limit - found.length);
      for (const position of positions) found.push(this.#messages.get(position)!);
      if (found.length === limit) return found;
    }
    return found;
  }

  /** True if no message has expired at `now`, as far as that can be told at a glance. */
  isAlive(now: number): boolean {
    for (const step of this.#expiry.keys()) if (step <= expiryStep(now)) return false;
    return true;
  }

  #expire({ position, expiryStep }: StoredMessage): void {
    const positions = this.#expiry.get(expiryStep) ?? new PositionList();
    this.#expiry.set(expiryStep, positions);
    positions.insert(position);
  }

  #unexpire(messages: StoredMessage[]): void {
    takeOut(messages, ({ expiryStep }) => [this.#expiry.get(expiryStep)!]);
    for (const { expiryStep } of messages) {
      if (this.#expiry.get(expiryStep)?.length === 0) this.#expiry.delete(expiryStep);
    }
  }

  #leave(messages: StoredMessage[]): void {
    const leaving = messages.filter(message => !message.isKept);
    if (leaving.length === 0) return;
    takeOut(leaving, message => this.#listsOf(message));
    for (const { position, isAddressed } of leaving) {
      if (!isAddressed) continue;
      for (const subId of this.mailboxesOf(position)) this.#forgetIfEmpty(subId);
      this.#mailboxesOf.delete(position);
    }
  }

  #forgetIfEmpty(subId: number): void {
    if (this.#mailboxes.get(subId)?.every(list => list.length === 0)) this.#mailboxes.delete(subId);
  }

  #listsOf({ position, topicId, priority, isAddressed }: StoredMessage): PositionList[] {
    if (!isAddressed) return [this.#topics.get(topicId)![priority]!, this.#walk[priority]!];
    return this.mailboxesOf(position).map(subId => lanesOf(this.#mailboxes, subId)[priority]!);
  }
}

/** Takes messages out of lists, all of one list at once. */
function takeOut(messages: StoredMessage[], listsOf: (message: StoredMessage) => PositionList[]): void {
  const leaving = new Map<PositionList, Position[]>();
  for (const message of messages) {
    for (const list of listsOf(message)) {
      const positions = leaving.get(list);
      if (positions === undefined) leaving.set(list, [message.position]);
      else positions.push(message.position);
    }
  }
  for (const [list, positions] of leaving) list.removeAll(positions.sort((a, b) => a - b));
}

function newLanes(): Lanes {
  return Array.from({ length: priorityMax + 1 }, () => new PositionList());
}

function lanesOf(map: Map<number, Lanes>, id: number): Lanes {
  const known = map.get(id);
  if (known !== undefined) return known;
  const lanes = newLanes();
  map.set(id, lanes);
  return lanes;
}
