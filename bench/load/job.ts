import type { Round } from '../result.js';
import type { Target } from './socket.js';

/** Publishes `messages`, with at most `window` without an answer. */
export interface PublishJob {
  kind: 'publish';
  topicName: string;
  messages: number;
  dataBytes: number;
  window: number;
  /** Sockets that share the messages and the window; 1 by default. */
  connections?: number;
  /** Publishes in a frame, as a JSON-RPC array if there are several; 1 by default. */
  perFrame?: number;
}

/** Publishes as fast as JSON-RPC arrays allow: for making a backlog, not for measuring. */
export interface FillJob {
  kind: 'fill';
  topicName: string;
  messages: number;
  dataBytes: number;
}

/** Makes named subscriptions to one topic and goes away. */
export interface LeaveJob {
  kind: 'leave';
  topicName: string;
  subscriptions: number;
  namePrefix: string;
}

/** Publishes to subscribers that acknowledge, with at most `window` messages that some of them has not got yet. */
export interface FanOutJob {
  kind: 'fan_out';
  topicName: string;
  messages: number;
  dataBytes: number;
  window: number;
  subscribers: number;
}

/** Publishes at even distances to subscribers that acknowledge, and measures how long after its time each message comes. */
export interface PacedJob {
  kind: 'paced';
  topicName: string;
  messages: number;
  perSecond: number;
  dataBytes: number;
  subscribers: number;
  /** So many of the subscribers read slowly; their latencies are not counted. */
  slowSubscribers: number;
  slowBytesPerSecond: number;
  /** Publishes to another topic at the same time, as fast as answers come. */
  beside: { topicName: string; window: number } | null;
}

/** Attaches to a subscription with exactly `messages` waiting and acknowledges them all. */
export interface DrainJob {
  kind: 'drain';
  topicName: string;
  name: string;
  messages: number;
  dataBytes: number;
}

/** Opens sockets with a named subscription each, and keeps them until the next job. */
export interface IdleJob {
  kind: 'idle';
  topicName: string;
  sockets: number;
  namePrefix: string;
}

export type Job = PublishJob | FillJob | LeaveJob | FanOutJob | PacedJob | DrainJob | IdleJob;

/** What only the load can measure, such as latencies: it becomes part of the round. */
export type LoadFigures = Round;

/** A job whose sockets are open and whose subscriptions are made, waiting for the word. */
export interface PreparedLoad {
  /** The part that is measured. */
  run(): Promise<void>;
  /** What `run` measured beside its own time and cost. */
  figures?(): LoadFigures;
  /** Makes sure that the server agrees that all was done. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What the bench tells the load process, in this order for each job. `end` checks and closes. */
export type Command<J = Job> = { command: 'prepare'; target: Target; job: J } | { command: 'go' } | { command: 'end' };

/** What the load process answers to each of them in turn, or `failed` to any of them. */
export type Report =
  | { report: 'prepared' }
  | ({ report: 'done' } & LoadCost)
  | { report: 'ended' }
  | { report: 'failed'; message: string };

/** What the measured part took, and what the load generator itself used meanwhile. */
export interface LoadCost {
  seconds: number;
  cpuSeconds: number;
  figures: LoadFigures;
}
