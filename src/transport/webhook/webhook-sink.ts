import type { Logger } from 'pino';
import type { Timer } from '../../broker/clock.js';
import type { Batch } from '../../broker/delivery/batch.js';
import type { Attempt, Sink } from '../../broker/sink.js';
import type { WebhookRoute } from '../../broker/subscriptions/receiver.js';
import type { Served } from '../../broker/subscriptions/receivers.js';
import { Exchange, type ExchangeParts } from './exchange.js';
import type { Outcome } from './outcome.js';
import { bodyOf, idOf } from './request-body.js';
import { shownUrl } from './route-check.js';
import { keysOf, webhookHeaders } from './signature.js';
import type { Slots } from './slots.js';

/** Requests so far, by what became of them. */
export interface WebhookCounters {
  accepted: number;
  failed: number;
  unreachable: number;
}

export interface WebhookSinkParts extends ExchangeParts {
  slots: Slots;
  /** Of the host that the route leads to. */
  hostSlots: Slots;
  counters: WebhookCounters;
  log: Logger;
  /** It gets nothing more, and nothing of it is under way. */
  ended(): void;
}

/** Invokes the route of one subscription: each batch is a request, and the status of the response settles it. */
export class WebhookSink implements Sink {
  readonly #parts: WebhookSinkParts;
  readonly #route: WebhookRoute;
  readonly #url: URL;
  readonly #keys: Buffer[];
  readonly #served: Served;
  readonly #wake: () => void;
  readonly #underWay = new Set<Exchange>();
  /** Until when the receiver asked not to be called. */
  #rest: Timer | null = null;
  #isClosed = false;
  #isWell = true;

  constructor(parts: WebhookSinkParts, route: WebhookRoute, served: Served, wake: () => void) {
    this.#parts = parts;
    this.#route = route;
    this.#url = new URL(route.url);
    this.#keys = keysOf(route.secret);
    this.#served = served;
    this.#wake = wake;
  }

  /** One after the other keeps the order of messages; more at once only where a failure is not to hold up the rest. */
  get isReady(): boolean {
    if (this.#isClosed || this.#rest) return false;
    const most = this.#served.options.delivery_err_should_block ? 1 : (this.#route.max_requests ?? 1);
    const { slots, hostSlots } = this.#parts;
    return this.#underWay.size < most && hostSlots.admits(this.#wake) && slots.admits(this.#wake);
  }

  deliver(attempt: Attempt, batch: Batch): void {
    const { slots, hostSlots, clock, limits } = this.#parts;
    const { method = 'POST', timeout_sec = limits.route_timeout_sec } = this.#route;
    const body = bodyOf(batch, this.#served.options.wrap_one_msg_in_list);
    const headers = this.#headers(
      webhookHeaders(idOf(batch), Math.floor(clock.nowMs() / 1000), body, this.#keys),
      body,
    );
    const request = { url: this.#url, method, headers, body, timeoutMs: timeout_sec * 1000 };
    hostSlots.take(body.length);
    slots.take(body.length);
    const exchange = new Exchange(this.#parts, request, {
      outcome: outcome => this.#settle(attempt, outcome),
      ended: () => {
        this.#underWay.delete(exchange);
        hostSlots.leave(body.length);
        slots.leave(body.length);
        if (!this.#isClosed) this.#wake();
        else if (this.#underWay.size === 0) this.#parts.ended();
      },
    });
    this.#underWay.add(exchange);
  }

  detached(): void {
    this.released();
  }

  /** What is under way counts no more: to break it off tells the receiver so, as far as one can. */
  released(): void {
    this.close();
    this.abort();
  }

  dropped(): void {}

  /** Nothing more is sent; what is under way goes on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rest?.cancel();
    this.#parts.slots.forget(this.#wake);
    this.#parts.hostSlots.forget(this.#wake);
    if (this.#underWay.size === 0) this.#parts.ended();
  }

  abort(): void {
    for (const exchange of this.#underWay) exchange.abort();
  }

  #headers(signed: Record<string, string>, body: Buffer): Record<string, string> {
    return {
      'user-agent': 'Holdfast',
      ...lowerCased(this.#route.headers ?? {}),
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...signed,
    };
  }

  #settle(attempt: Attempt, outcome: Outcome): void {
    this.#parts.counters[outcome.kind] += 1;
    this.#tell(outcome);
    if (outcome.kind === 'accepted') attempt.acked();
    else if (outcome.kind === 'unreachable') attempt.unreachable(outcome.error, outcome.again ? 0 : undefined);
    else {
      const { retryAfterSec } = outcome;
      if (retryAfterSec !== undefined) this.#restFor(retryAfterSec);
      attempt.failed(outcome.error, retryAfterSec);
    }
  }

  /** Who asks for a pause means all requests, not those for the messages that it has seen. */
  #restFor(sec: number): void {
    if (this.#isClosed) return;
    this.#rest?.cancel();
    this.#rest = this.#parts.clock.after(sec * 1000, () => {
      this.#rest = null;
      this.#wake();
    });
  }

  /** A line when a route begins to fail and one when it is well again: not for each request. */
  #tell(outcome: Outcome): void {
    const isWell = outcome.kind === 'accepted';
    if (isWell === this.#isWell) return;
    this.#isWell = isWell;
    const { name, username } = this.#served;
    const about = { url: shownUrl(this.#route.url), username, name };
    if (outcome.kind === 'accepted') this.#parts.log.info(about, 'a route accepts messages again');
    else this.#parts.log.warn({ ...about, error: outcome.error }, 'a route does not accept its messages');
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
