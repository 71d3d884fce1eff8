import type { Broker } from '../broker/broker.js';
import type { Sink } from '../broker/sink.js';
import type { Limits } from '../protocol/limits.js';
import type { Connection, Identity } from './connection.js';
import { DeliverFrames } from './deliver-frames.js';
import type { Dispatcher } from './dispatcher.js';
import { Session } from './session.js';

/** The sessions there are. */
export class Sessions {
  readonly #parts;
  readonly #sessions = new Set<Session>();

  constructor(parts: { broker: Broker; dispatcher: Dispatcher; limits: Limits }) {
    this.#parts = {
      ...parts,
      deliverFrames: new DeliverFrames(),
      ended: (session: Session) => this.#sessions.delete(session),
    };
  }

  open(identity: Identity, connection: Connection): Session {
    const session = new Session(this.#parts, identity, connection);
    this.#sessions.add(session);
    return session;
  }

  /** Ends every session of an endpoint, except that one. */
  revoke(endpointId: number, except: Sink | null = null): void {
    for (const session of [...this.#sessions]) {
      if (session.identity.endpointId === endpointId && session !== except) session.revoke();
    }
  }
}
