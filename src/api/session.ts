import { setMaxListeners } from 'node:events';
import type { Broker } from '../broker/broker.js';
import type { Batch } from '../broker/delivery/batch.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import type { Attempt, DetachReason, DropReason, Sink } from '../broker/sink.js';
import type { Subscription } from '../broker/subscriptions/subscription.js';
import { errorText, notificationText } from '../protocol/answer.js';
import { type Entry, type ResponseEntry, readFrame } from '../protocol/frame.js';
import type { Limits } from '../protocol/limits.js';
import { BatchAnswer } from './batch-answer.js';
import type { Caller } from './caller.js';
import type { Connection, Identity, Receiver } from './connection.js';
import type { DeliverFrames } from './deliver-frames.js';
import type { AnswerTo, Dispatcher } from './dispatcher.js';
import { leave } from './leave.js';
import { readResponse } from './response.js';

/** What all sessions share. */
export interface SessionParts {
  broker: Broker;
  dispatcher: Dispatcher;
  deliverFrames: DeliverFrames;
  limits: Limits;
  ended(session: Session): void;
}

/** One authenticated connection: reads its frames, answers them, and is where its subscriptions are delivered to. */
export class Session implements Receiver, Caller, Sink {
  readonly endpoint: Endpoint;
  readonly identity: Identity;
  publishing: Promise<void> | null = null;
  readonly #parts: SessionParts;
  readonly #connection: Connection;
  #subscriptions: Set<Subscription> | null = null;
  /** Attempts without a response, by the id of their request. */
  #attempts: Map<number, Attempt> | null = null;
  #lastId = 0;
  #unanswered = 0;
  #unansweredBytes = 0;
  #isPaused = false;
  #isEnded = false;
  #gone: AbortController | null = null;

  constructor(parts: SessionParts, identity: Identity, connection: Connection) {
    this.#parts = parts;
    this.#connection = connection;
    this.identity = identity;
    this.endpoint = parts.broker.endpoints.byId(identity.endpointId);
  }

  get sink(): Sink {
    return this;
  }

  /** Made only for who asks: few sessions ever wait for something. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    // How many wait for it is bounded by `socket_unanswered_max`; Node warns of more than ten.
    setMaxListeners(0, this.#gone.signal);
    if (this.#isEnded) this.#gone.abort();
    return this.#gone.signal;
  }

  receive(text: string): void {
    const { limits } = this.#parts;
    const frame = readFrame(text, { depthMax: limits.json_depth_max, batchMax: limits.batch_requests_max });
    if (frame.isBatch) this.#takeBatch(frame.entries, text.length);
    else {
      const entry = frame.entries[0]!;
      if (entry.kind !== 'response') this.#ask(1, text.length);
      this.#take(entry, this.#answer);
    }
    this.#flow();
  }

  drained(): void {
    for (const subscription of this.#subscriptions ?? []) this.#parts.broker.subscriptions.wake(subscription);
    this.#flow();
  }

  ended(): void {
    this.#isEnded = true;
    this.#gone?.abort();
    for (const subscription of this.#subscriptions ?? []) leave(this.#parts.broker, subscription, this);
    this.#subscriptions = null;
    this.#attempts = null;
    this.#parts.ended(this);
  }

  /** The endpoint's credentials are no longer what they were. */
  revoke(): void {
    for (const subscription of [...(this.#subscriptions ?? [])]) {
      this.#parts.broker.attachments.revoke(subscription, 'endpoint_revoked');
    }
    this.#connection.close('credentials_revoked', 'The credentials of this endpoint were changed');
  }

  attached(subscription: Subscription): boolean {
    if (this.#isEnded) return false;
    this.#subscriptions ??= new Set();
    this.#subscriptions.add(subscription);
    return true;
  }

  get isReady(): boolean {
    return !this.#isEnded && this.#connection.bufferedBytes < this.#parts.limits.socket_buffer_bytes;
  }

  deliver(attempt: Attempt, batch: Batch): void {
    const id = ++this.#lastId;
    this.#attempts ??= new Map();
    this.#attempts.set(id, attempt);
    this.#connection.send(this.#parts.deliverFrames.frame(id, batch));
  }

  detached(subKey: string, reason: DetachReason): void {
    this.released(subKey);
    this.#connection.send(notificationText('detached', JSON.stringify({ sub_key: subKey, reason })));
  }

  released(subKey: string): void {
    for (const subscription of this.#subscriptions ?? []) {
      if (subscription.subKey === subKey) this.#subscriptions?.delete(subscription);
    }
    for (const [id, attempt] of this.#attempts ?? []) if (attempt.subKey === subKey) this.#attempts?.delete(id);
  }

  dropped(subKey: string, count: number, reason: DropReason): void {
    this.#connection.send(notificationText('dropped', JSON.stringify({ sub_key: subKey, count, reason })));
  }

  #takeBatch(entries: Entry[], bytes: number): void {
    const asked = entries.filter(entry => entry.kind !== 'response').length;
    this.#ask(asked, bytes);
    const batch = new BatchAnswer(entries, this.#parts.limits.batch_answer_chars_max, (text, after) =>
      this.#answered(asked, text, after),
    );
    for (const entry of entries) this.#take(entry, batch.answerOf(entry));
  }

  #take(entry: Entry, answer: AnswerTo): void {
    if (entry.kind === 'response') this.#settle(entry);
    else if (entry.kind === 'invalid') answer(errorText(entry.id, entry.error));
    else this.#parts.dispatcher.call(this, entry, answer);
  }

  readonly #answer: AnswerTo = (text, after) => this.#answered(1, text, after);

  #answered(requests: number, text: string | null, after?: () => void): void {
    // Requests do not carry their size along: each answer takes an average one off.
    if (requests > 0) this.#unansweredBytes -= (this.#unansweredBytes / this.#unanswered) * requests;
    this.#unanswered -= requests;
    if (text !== null) this.#connection.send(text);
    after?.();
    if (this.#isPaused) this.#flow();
  }

  #settle({ id, result, error }: ResponseEntry): void {
    const attempt = typeof id === 'number' ? this.#attempts?.get(id) : undefined;
    if (!attempt) {
      this.#parts.broker.counters.strayResponses += 1;
      return;
    }
    this.#attempts!.delete(id as number);
    const response = readResponse(result, error);
    if (response.kind === 'acked') attempt.acked();
    else if (response.kind === 'nacked') attempt.ackedExcept(response.nacks);
    else attempt.failed(response.error);
  }

  #ask(requests: number, bytes: number): void {
    this.#unanswered += requests;
    if (requests > 0) this.#unansweredBytes += bytes;
  }

  /** A client that asks faster than it is answered, or does not read the answers, waits in its own kernel. */
  #flow(): void {
    const { limits } = this.#parts;
    const isOver =
      this.#unanswered >= limits.socket_unanswered_max ||
      this.#unansweredBytes >= limits.socket_unanswered_bytes_max ||
      this.#connection.bufferedBytes >= limits.socket_buffer_bytes;
    if (isOver === this.#isPaused) return;
    this.#isPaused = isOver;
    if (isOver) this.#connection.pause();
    else this.#connection.resume();
  }
}
