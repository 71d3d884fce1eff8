import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from '../api/connection.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Admission } from './admission.js';
import type { Bodies } from './body.js';
import { goneSignal } from './gone.js';
import { Refused } from './refused.js';
import { attributesOf } from './rest/attributes.js';
import { notUtf8, textType } from './rest/media-type.js';
import { decoded, queryOf, refuseQuery } from './rest/path.js';
import type { Answer, RouteTable } from './routes.js';

/** The calls themselves, which know nothing of HTTP. Their answers are JSON, and they throw `HoldfastError`. */
export interface RestCalls {
  publish(identity: Identity, publication: Publication): Promise<string>;
  /** `options`: a JSON object, or empty. */
  subscribe(identity: Identity, topicName: string, options: string): Promise<string>;
  take(identity: Identity, topicName: string, signal: AbortSignal): Promise<Taken>;
  unsubscribe(identity: Identity, topicName: string): Promise<string>;
  delete(identity: Identity, msgId: string, signal: AbortSignal): Promise<string>;
}

interface Publication {
  topicName: string;
  text: string;
  /** Null: the text is JSON. */
  mimeType: string | null;
  /** Of the query. */
  attributes: Record<string, unknown>;
}

interface Taken {
  readonly messages: string;
  /** All of them have left for the client. */
  received(): void;
  /** They have not, and wait again. */
  lost(): void;
}

/** One request that has been let in. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly identity: Identity;
  /** What the path ends in, decoded. */
  readonly name: string;
  /** Aborts when the client has gone, or has its answer. */
  readonly gone: AbortSignal;
}

/** Each call is there twice. */
const bases = ['', '/zato'];

/** The calls of REST over HTTP: their paths, bodies and statuses. */
export class RestRoutes {
  readonly #admission: Admission;
  readonly #calls: RestCalls;
  readonly #bodies: Bodies;

  constructor(admission: Admission, calls: RestCalls, bodies: Bodies) {
    this.#admission = admission;
    this.#calls = calls;
    this.#bodies = bodies;
  }

  get table(): RouteTable {
    const table: RouteTable = {
      '/pubsub/topic/{topic_name}': {
        POST: this.#answered(call => this.#publish(call), true),
        PATCH: this.#admitted(call => this.#take(call)),
      },
      '/pubsub/subscribe/topic/{topic_name}': {
        POST: this.#answered(call => this.#subscribe(call)),
        DELETE: this.#answered(({ identity, name }) => this.#calls.unsubscribe(identity, name)),
      },
      '/pubsub/msg/{msg_id}': {
        DELETE: this.#answered(({ identity, name, gone }) => this.#calls.delete(identity, name, gone)),
      },
    };
    const routes = bases.flatMap(base => Object.entries(table).map(([path, methods]) => [base + path, methods]));
    return Object.fromEntries(routes);
  }

  #answered(carryOut: (call: Call) => Promise<string>, takesQuery = false): Answer {
    return this.#admitted(async call => answerJson(call.response, await carryOut(call)), takesQuery);
  }

  /** Who asks is found out before anything else is looked at. */
  #admitted(carryOut: (call: Call) => Promise<void>, takesQuery = false): Answer {
    return async (request, response, below) => {
      const identity = await this.#admission.authenticate(request);
      try {
        if (!takesQuery) refuseQuery(queryOf(request.url!));
        await carryOut({ request, response, identity, name: decoded(below), gone: goneSignal(response) });
      } catch (error) {
        throw error instanceof HoldfastError ? Refused.from(error) : error;
      }
    };
  }

  async #publish({ request, identity, name: topicName }: Call): Promise<string> {
    const mimeType = textType(request.headers['content-type']);
    const attributes = attributesOf(queryOf(request.url!));
    const text = await this.#read(request);
    return this.#calls.publish(identity, { topicName, text, mimeType, attributes });
  }

  async #subscribe({ request, identity, name }: Call): Promise<string> {
    return this.#calls.subscribe(identity, name, await this.#read(request));
  }

  async #take({ request: { socket }, response, identity, name, gone }: Call): Promise<void> {
    const taken = await this.#calls.take(identity, name, gone);
    // An answer counts as finished also when its socket was destroyed while parts of it waited to be written.
    const settle = () => (socket.destroyed ? taken.lost() : taken.received());
    if (gone.aborted) taken.lost();
    else {
      response.once('finish', settle).once('close', () => response.writableFinished || taken.lost());
      answerJson(response, taken.messages);
    }
  }

  async #read(request: IncomingMessage): Promise<string> {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw new Refused(400, `Bodies are taken as they are, not encoded as ${encoding}.`);
    const text = await this.#bodies.read(request);
    if (text === null) throw notUtf8();
    return text;
  }
}

function answerJson(response: ServerResponse, text: string): void {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  // A terminal shows what follows on a line of its own.
  response.writeHead(200, headers).end(`${text}\n`);
}
