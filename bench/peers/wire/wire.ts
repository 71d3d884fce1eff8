import type { Target } from '../../load/socket.js';
import type { PeerAddress } from '../address.js';

/** What the load generator has to know of a peer. Holdfast itself is a target without an address. */
export interface PeerTarget extends Target {
  address: PeerAddress;
}

export interface PublisherOptions {
  topicName: string;
  dataBytes: number;
  /** Publishes without an answer, at most. */
  window: number;
  /** Called once for every read that brought answers. */
  answered(): void;
  failed(error: Error): void;
}

/** A connection that publishes what was encoded in advance, and counts the broker's acknowledgements. */
export interface WirePublisher {
  readonly answeredCount: number;
  /** Publishes as many as the window and `upTo`, the number of messages in all, allow. */
  fill(upTo: number): void;
  close(): Promise<void>;
}

export interface SubscriberOptions {
  topicName: string;
  name: string;
  dataBytes: number;
  /** Messages that may come; one more is a failure. */
  expected: number;
  /** Called with what came, before it is acknowledged. */
  delivered?(messages: number): void;
  /** Called once for every read that brought messages, after their acknowledgements were written. */
  progressed(): void;
  failed(error: Error): void;
}

/** A connection with one durable subscription, which acknowledges everything and counts it without parsing it. */
export interface WireSubscriber {
  readonly received: number;
  /** Attaches the subscription that the stage has made. What waited in it begins to come. */
  subscribe(): Promise<unknown>;
  /** Resolves when the broker agrees that nothing waits any more. */
  empty(): Promise<void>;
  /** Throws what ended the connection, if anything did. */
  ensureOpen(): void;
  close(): Promise<void>;
}

/** A topic and the durable subscriptions `<prefix>0`, `<prefix>1` … to it. */
export interface Stage {
  topicName: string;
  namePrefix: string;
  subscriptions: number;
}

/** What the loads need of a broker's protocol. */
export interface Wire<T extends Target = PeerTarget> {
  openPublisher(target: T, options: PublisherOptions): Promise<WirePublisher>;
  openSubscriber(target: T, options: SubscriberOptions): Promise<WireSubscriber>;
  /** Empties the topic and makes its subscriptions anew; nobody is attached to them, nothing waits in them. */
  stage(target: T, stage: Stage): Promise<void>;
  /** Removes the topic, its subscriptions and what waits in them. */
  clear(target: T, stage: Stage): Promise<void>;
}

/** The last part of a topic's name, without what protocols give a meaning to. */
export function plainTopic(topicName: string): string {
  return topicName.slice(topicName.lastIndexOf('/') + 1);
}
