import type { PeerAddress } from '../address.js';
import { plainTopic } from '../wire/wire.js';
import { NatsConnection, type NatsMessage } from './connection.js';

const noSuchStream = 10_059;
const noSuchConsumer = 10_014;
/** Far more than is ever under way, so that the server's bound does not pace the load. */
const ackPendingMax = 100_000;
const nanosecondsPerSecond = 1e9;
const ackWaitSeconds = 120;

interface ApiAnswer {
  error?: { code: number; err_code: number; description: string };
  num_pending?: number;
  num_ack_pending?: number;
}

/** A client of JetStream's own API, one request at a time. */
export class JetStream {
  readonly #inbox = newInbox();
  #connection!: NatsConnection;
  #waiting: { resolve(text: string): void; reject(error: Error): void } | null = null;

  static async open(address: PeerAddress): Promise<JetStream> {
    const api = new JetStream();
    api.#connection = await NatsConnection.open(address, {
      message: message => api.#receive(message),
      failed: error => api.#waiting?.reject(error),
    });
    api.#connection.send(`SUB ${api.#inbox} 1\r\n`);
    return api;
  }

  get version(): string {
    return this.#connection.info.version;
  }

  /** Rejects with what to do if the server has no JetStream. */
  async ensureEnabled(): Promise<void> {
    await this.#call('INFO');
  }

  /** A stream on disk that takes what is published to the topic and keeps it whoever has acknowledged it. */
  async createStream(topicName: string): Promise<void> {
    const name = streamName(topicName);
    const config = { name, subjects: [subjectOf(topicName)], retention: 'limits', storage: 'file', num_replicas: 1 };
    await this.#call(`STREAM.CREATE.${name}`, config);
  }

  /** Removes the stream with its messages and consumers, if it is there. */
  async deleteStream(topicName: string): Promise<void> {
    await this.#call(`STREAM.DELETE.${streamName(topicName)}`, undefined, noSuchStream);
  }

  /** A durable consumer that pushes whatever comes after it was made to whoever listens, and wants it acknowledged. */
  async createConsumer(topicName: string, name: string): Promise<void> {
    const stream = streamName(topicName);
    const config = {
      durable_name: name,
      deliver_subject: deliverSubject(topicName, name),
      deliver_policy: 'new',
      ack_policy: 'all',
      ack_wait: ackWaitSeconds * nanosecondsPerSecond,
      max_ack_pending: ackPendingMax,
    };
    await this.#call(`CONSUMER.DURABLE.CREATE.${stream}.${name}`, { stream_name: stream, config });
  }

  /** Messages that the consumer has not acknowledged, sent or not; null if there is no such consumer. */
  async waiting(topicName: string, name: string): Promise<number | null> {
    const answer = await this.#call(`CONSUMER.INFO.${streamName(topicName)}.${name}`, undefined, noSuchConsumer);
    return answer.error === undefined ? answer.num_pending! + answer.num_ack_pending! : null;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Answers an error only if it is the one that is `accepted`; rejects if it is another. */
  async #call(method: string, parameters?: unknown, accepted?: number): Promise<ApiAnswer> {
    const payload = parameters === undefined ? '' : JSON.stringify(parameters);
    this.#connection.ensureOpen();
    const answered = new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#connection.send(`PUB $JS.API.${method} ${this.#inbox} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
    const answer = JSON.parse(await answered) as ApiAnswer;
    if (answer.error === undefined || answer.error.err_code === accepted) return answer;
    throw new Error(`JetStream refuses ${method}: ${answer.error.description}`);
  }

  #receive({ bytes, payloadStart, payloadEnd, hasHeaders }: NatsMessage): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (hasHeaders) waiting?.reject(new Error(`JetStream is off: start nats-server with -js`));
    else waiting?.resolve(bytes.toString('utf8', payloadStart, payloadEnd));
  }
}

let inboxes = 0;

/** A subject that nobody else listens to. */
export function newInbox(): string {
  inboxes += 1;
  return `_INBOX.holdfast-bench-${process.pid}.${inboxes}`;
}

export function streamName(topicName: string): string {
  return `HOLDFAST_BENCH_${plainTopic(topicName)}`;
}

export function subjectOf(topicName: string): string {
  return `holdfast-bench.${plainTopic(topicName)}`;
}

/** Where the messages for one consumer are sent. */
export function deliverSubject(topicName: string, name: string): string {
  return `holdfast-bench-deliver.${plainTopic(topicName)}.${name}`;
}
