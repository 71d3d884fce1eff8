import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from '../api/connection.js';
import { errorText } from '../protocol/answer.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Admission } from './admission.js';
import type { Bodies } from './body.js';
import { goneSignal } from './gone.js';

/** Answers a JSON-RPC text; null: nothing but notifications came in. `signal` aborts when the client has gone. */
export type Rpc = (identity: Identity, text: string, signal: AbortSignal) => Promise<string | null>;

/** `POST /rpc`: one frame in, one frame out. */
export class RpcRoute {
  readonly #admission: Admission;
  readonly #rpc: Rpc;
  readonly #bodies: Bodies;

  constructor(admission: Admission, rpc: Rpc, bodies: Bodies) {
    this.#admission = admission;
    this.#rpc = rpc;
    this.#bodies = bodies;
  }

  /** Throws `Refused`. The credentials are checked before the first byte of the body is taken. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const identity = await this.#admission.authenticate(request);
    const text = await this.#bodies.read(request);
    const answer = text === null ? notUtf8 : await this.#rpc(identity, text, goneSignal(response));
    if (answer === null) response.writeHead(204).end();
    else response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(answer);
  }
}

const notUtf8 = errorText('null', new HoldfastError('parse_error', 'The body is not UTF-8.'));
