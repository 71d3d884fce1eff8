import { promises as dns } from 'node:dns';
import type { Logger } from 'pino';
import type { Clock } from '../../broker/clock.js';
import type { Sink } from '../../broker/sink.js';
import type { Receiver, WebhookRoute } from '../../broker/subscriptions/receiver.js';
import type { Receivers, Served } from '../../broker/subscriptions/receivers.js';
import type { Limits } from '../../protocol/limits.js';
import { createAgents } from './agents.js';
import type { ExchangeParts } from './exchange.js';
import { guardedLookup, type Resolve } from './guarded-lookup.js';
import { type Network, Networks } from './networks.js';
import { checkRoute } from './route-check.js';
import { Slots } from './slots.js';
import { type WebhookCounters, WebhookSink } from './webhook-sink.js';

export interface WebhooksOptions {
  /** What routes may reach besides public addresses. */
  allowedNetworks: readonly Network[];
  limits: Limits;
  clock: Clock;
  counters: WebhookCounters;
  log: Logger;
  /** For tests, that ask no resolver. */
  resolve?: Resolve;
}

/** Makes the sinks of subscriptions that have a route, and bounds what they do together. */
export class Webhooks implements Receivers {
  readonly #options: WebhooksOptions;
  readonly #parts: ExchangeParts;
  readonly #slots: Slots;
  readonly #hosts = new Map<string, { slots: Slots; sinks: number }>();
  readonly #sinks = new Set<WebhookSink>();
  #onIdle: (() => void) | null = null;
  #stopped: Promise<void> | undefined;

  constructor(options: WebhooksOptions) {
    const { limits, clock, allowedNetworks, resolve = resolveAll } = options;
    const networks = new Networks(allowedNetworks);
    const lookup = guardedLookup(networks, resolve);
    this.#options = options;
    this.#parts = { agents: createAgents(limits), networks, lookup, clock, limits };
    this.#slots = new Slots(clock, limits.webhook_requests_max, limits.webhook_bodies_bytes_max);
  }

  check(receiver: Receiver): void {
    checkRoute(routeOf(receiver), this.#parts.networks);
  }

  sinkFor(receiver: Receiver, served: Served, wake: () => void): Sink {
    const { counters, log } = this.#options;
    const route = routeOf(receiver);
    const { host } = new URL(route.url);
    const hostSlots = this.#enter(host);
    const ended = () => {
      this.#sinks.delete(sink);
      this.#leave(host);
      if (this.#sinks.size === 0) this.#onIdle?.();
    };
    const parts = { ...this.#parts, slots: this.#slots, hostSlots, counters, log, ended };
    const sink = new WebhookSink(parts, route, served, wake);
    this.#sinks.add(sink);
    return sink;
  }

  /** Waits for the requests under way, and breaks off what takes too long. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { clock, limits } = this.#options;
    for (const sink of this.#sinks) sink.close();
    if (this.#sinks.size > 0) {
      // The other half of the time is for what comes after: the last commits.
      const deadline = clock.after(limits.stop_ms_max / 2, () => {
        for (const sink of this.#sinks) sink.abort();
      });
      await new Promise<void>(resolve => {
        this.#onIdle = resolve;
      });
      deadline.cancel();
    }
    this.#parts.agents.http.destroy();
    this.#parts.agents.https.destroy();
  }

  /** Requests to one host have a bound of their own, so that a slow one leaves room for the others. */
  #enter(host: string): Slots {
    const { clock, limits } = this.#options;
    const known = this.#hosts.get(host) ?? { slots: new Slots(clock, limits.webhook_host_requests_max), sinks: 0 };
    known.sinks += 1;
    this.#hosts.set(host, known);
    return known.slots;
  }

  #leave(host: string): void {
    const known = this.#hosts.get(host)!;
    known.sinks -= 1;
    if (known.sinks === 0) this.#hosts.delete(host);
  }
}

function routeOf(receiver: Receiver): WebhookRoute {
  if ('route' in receiver && 'url' in receiver.route) return receiver.route;
  throw new TypeError('no route to a URL');
}

function resolveAll(hostname: string) {
  return dns.lookup(hostname, { all: true });
}
