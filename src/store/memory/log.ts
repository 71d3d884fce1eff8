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
  readonly #expiry = new Map<number, Set<Position>>();

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
    this.#bytes += Buffer.byteLength(message.body);
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
    this.#expiry.get(message.expiryStep)?.delete(message.position);
    message.expiryStep = expiryStep(until);
    this.#expire(message);
  }

  remove(messages: StoredMessage[]): void {
    this.#leave(messages);
    for (const { position, expiryStep, body } of messages) {
      this.#messages.delete(position);
      this.#bytes -= Buffer.byteLength(body);
      this.#expiry.get(expiryStep)?.delete(position);
      if (this.#expiry.get(expiryStep)?.size === 0) this.#expiry.delete(expiryStep);
    }
  }

  /** Takes messages out of one mailbox; returns those that are in no other one. */
  leaveMailbox(subId: number, messages: StoredMessage[]): StoredMessage[] {
    const gone = new Set(messages.map(message => message.position));
    for (const list of this.#mailboxes.get(subId) ?? []) list.removeAll(gone);
    if (this.#mailboxes.get(subId)?.every(list => list.length === 0)) this.#mailboxes.delete(subId);
    return messages.filter(message => {
      const others = (this.#mailboxesOf.get(message.position) ?? []).filter(id => id !== subId);
      this.#mailboxesOf.set(message.position, others);
      return others.length === 0;
    });
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
      for (const position of [...this.#expiry.get(step)!].sort((a, b) => a - b)) {
        if (found.length === limit) return found;
        found.push(this.#messages.get(position)!);
      }
    }
    return found;
  }

  #expire({ position, expiryStep }: StoredMessage): void {
    const positions = this.#expiry.get(expiryStep);
    if (positions === undefined) this.#expiry.set(expiryStep, new Set([position]));
    else positions.add(position);
  }

  #leave(messages: StoredMessage[]): void {
    const leaving = messages.filter(message => !message.isKept);
    if (leaving.length === 0) return;
    const gone = new Set(leaving.map(message => message.position));
    const touched = new Set<Lanes>([this.#walk]);
    for (const { position, topicId } of leaving) {
      touched.add(lanesOf(this.#topics, topicId));
      for (const subId of this.#mailboxesOf.get(position) ?? []) touched.add(lanesOf(this.#mailboxes, subId));
      this.#mailboxesOf.delete(position);
    }
    for (const lanes of touched) for (const list of lanes) list.removeAll(gone);
  }
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
