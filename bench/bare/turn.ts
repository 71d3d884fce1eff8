import type { BareConnection } from './listen.js';
import { commonMembers, messageId, resultText } from './message.js';

export interface Request {
  id: number;
  method: string;
  params: { topic_name: string; data: unknown };
}

/** One frame that came in: who sent it, the ids of its requests, and whether they came in an array. */
interface Asked {
  connection: BareConnection;
  ids: number[];
  isArray: boolean;
}

/** The publishes of one turn of the event loop: their bodies, as they would be stored, and who is to be answered. */
export class Turn {
  readonly bodies: string[] = [];
  readonly #asked: Asked[] = [];
  #common = '';

  /** Adds the publishes of a frame: one, or an array of them. */
  add(connection: BareConnection, frame: Request | Request[]): void {
    const isArray = Array.isArray(frame);
    const requests = isArray ? frame : [frame];
    for (const { params } of requests) {
      const data = JSON.stringify(params.data);
      if (this.#common === '') this.#common = commonMembers(params.topic_name, data.length);
      this.bodies.push(`"data":${data},${this.#common}`);
    }
    this.#asked.push({ connection, ids: requests.map(({ id }) => id), isArray });
  }

  /** Answers all of them, knowing the position of the last. Corked, they leave in one system call per socket. */
  answer(lastPosition: number): void {
    let position = lastPosition - this.bodies.length;
    const sockets = new Set(this.#asked.map(({ connection }) => connection.tcp));
    for (const tcp of sockets) tcp.cork();
    for (const { connection, ids, isArray } of this.#asked) {
      const results = ids.map(id => {
        position += 1;
        return resultText(id, `{"msg_id":"${messageId(position)}"}`);
      });
      connection.webSocket.send(isArray ? `[${results.join(',')}]` : results[0]!);
    }
    for (const tcp of sockets) tcp.uncork();
  }
}
