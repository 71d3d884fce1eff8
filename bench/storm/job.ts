import type { Secrets } from './fleet.js';

/** Which devices a load generator plays: those from `first` to before `end`. */
interface Share {
  first: number;
  end: number;
  secrets: Secrets;
  /** Own address of the connections. */
  source: string;
}

/** All devices come at once to a server that knows none of them, and drain what waits. Their sockets stay. */
export interface ArriveJob extends Share {
  kind: 'arrive';
  /** Waiting for each device. */
  messages: number;
  dataBytes: number;
}

/** Those that are there get messages, answer none, lose their sockets all at once, and come back at once to drain. */
export interface ReturnJob extends Omit<ArriveJob, 'kind'> {
  kind: 'return';
}

/** All devices are there, and each publishes once in every `everyMs`, evenly spread. */
export interface PublishersJob extends Share {
  kind: 'publishers';
  topicName: string;
  dataBytes: number;
  everyMs: number;
  /** How long it is looked at. */
  forMs: number;
}

/** Publishes to itself at a constant rate until it is told to end: what do others notice of a storm? */
export interface BystanderJob {
  kind: 'bystander';
  topicName: string;
  dataBytes: number;
  everyMs: number;
}

export type StormJob = ArriveJob | ReturnJob | PublishersJob | BystanderJob;
