import { type ClientRequest, type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock, Timer } from '../../broker/clock.js';
import type { Limits } from '../../protocol/limits.js';
import { checkLiteral } from './guarded-lookup.js';
import type { Networks } from './networks.js';
import { breakOf, failureOf, type Outcome } from './outcome.js';

/** What all exchanges share. */
export interface ExchangeParts {
  agents: { http: HttpAgent; https: HttpsAgent };
  networks: Networks;
  lookup: LookupFunction;
  clock: Clock;
  limits: Limits;
}

export interface ExchangeRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: Buffer;
  /** From the connection to the headers of the response. */
  timeoutMs: number;
}

/** Each is called at most once, and never within the constructor. */
export interface ExchangeEvents {
  /** Not after an `abort`. */
  outcome(outcome: Outcome): void;
  /** The connection is free again, or gone. */
  ended(): void;
}

/**
 * One request and its response. There are three waits, each with a bound: for a connection, for the headers of the
 * response, which decide, and for the rest of it, which nobody reads and which is let through for the sake of the
 * connection.
 */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #on: ExchangeEvents;
  readonly #timeoutMs: number;
  readonly #request: ClientRequest | null;
  #timer: Timer | null = null;
  #response: IncomingMessage | null = null;
  #isDecided = false;
  #isEnded = false;
  /** How the body of a refusal begins, and how much of a body came. */
  #text: Buffer[] = [];
  #bytes = 0;

  constructor(parts: ExchangeParts, request: ExchangeRequest, on: ExchangeEvents) {
    this.#parts = parts;
    this.#on = on;
    this.#timeoutMs = request.timeoutMs;
    this.#request = this.#send(request);
  }

  /** Gives it up. */
  abort(): void {
    this.#isDecided = true;
    this.#request?.destroy();
  }

  #send({ url, method, headers, body }: ExchangeRequest): ClientRequest | null {
    const { agents, networks, lookup, clock, limits } = this.#parts;
    const isSecure = url.protocol === 'https:';
    try {
      checkLiteral(url.hostname, networks);
    } catch (error) {
      clock.endOfTurn(() => {
        this.#decide(breakOf(error as Error, false));
        this.#end();
      });
      return null;
    }
    const options = { method, headers, lookup, maxHeaderSize: limits.webhook_response_header_bytes_max };
    const request = isSecure
      ? httpsRequest(url, { ...options, agent: agents.https })
      : httpRequest(url, { ...options, agent: agents.http });
    const connectMs = limits.webhook_connect_ms_max;
    this.#wait(connectMs, () => unreached(`no connection within ${seconds(connectMs)} s`));
    request.on('socket', socket => {
      if (request.reusedSocket) this.#connected();
      else socket.once(isSecure ? 'secureConnect' : 'connect', () => this.#connected());
    });
    request.on('response', response => this.#answered(request, response));
    request.on('upgrade', (response, socket) => {
      this.#decide(this.#failure(response));
      socket.destroy();
    });
    request.on('error', error => this.#broken(breakOf(error, request.reusedSocket)));
    request.on('close', () => this.#end());
    request.end(body);
    return request;
  }

  #connected(): void {
    if (this.#isDecided) return;
    const error = `no response within ${seconds(this.#timeoutMs)} s`;
    this.#wait(this.#timeoutMs, () => ({ kind: 'failed', error }));
  }

  #answered(request: ClientRequest, response: IncomingMessage): void {
    const { limits } = this.#parts;
    const status = response.statusCode ?? 0;
    this.#response = response;
    if (status >= 200 && status < 300) this.#decide({ kind: 'accepted' });
    this.#wait(limits.webhook_response_ms_max, () => this.#failure(response));
    response.on('data', (chunk: Buffer) => {
      if (!this.#isDecided) this.#text.push(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes >= shownBytes) this.#decide(this.#failure(response));
      if (this.#bytes > limits.webhook_response_bytes_max) request.destroy();
    });
    response.on('end', () => {
      this.#decide(this.#failure(response));
      // It answered without having read all of the request.
      if (!request.writableFinished) request.destroy();
    });
    response.on('error', error => this.#broken(breakOf(error, false)));
  }

  /** Where only the rest of a response is missing, its status holds. */
  #broken(outcome: Outcome): void {
    this.#decide(this.#response ? this.#failure(this.#response) : outcome);
  }

  #failure(response: IncomingMessage): Outcome {
    const text = Buffer.concat(this.#text).subarray(0, shownBytes).toString();
    const { clock, limits } = this.#parts;
    const now = { nowMs: clock.nowMs(), retryAfterSecMax: limits.webhook_retry_after_sec_max };
    return failureOf(response.statusCode ?? 0, response.headers, text, now);
  }

  /** The next wait, in place of the one before. When it is over, so is the exchange. */
  #wait(ms: number, outcome: () => Outcome): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(ms, () => {
      this.#decide(outcome());
      this.#request?.destroy();
    });
  }

  #decide(outcome: Outcome): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#text = [];
    this.#on.outcome(outcome);
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#broken(unreached('the connection was closed before a response'));
    this.#on.ended();
  }
}

/** Enough of a refusal to tell why. */
const shownBytes = 1_000;

function unreached(error: string): Outcome {
  return { kind: 'unreachable', error, again: false };
}

function seconds(ms: number): number {
  return ms / 1000;
}
