import { encodeFrames, subKey, withKey } from './batch-frames.js';
import type { BareConnection } from './listen.js';
import { resultText } from './message.js';

const messagesPerFrame = 50;

/** Everyone who has subscribed: all get everything. */
export class Audience {
  readonly #keys = new Map<BareConnection, Buffer>();
  #nextId = 1;

  /** Answers the request `id`; from now on the connection gets what is sent. */
  add(connection: BareConnection, id: number): void {
    const key = this.#keys.get(connection) ?? subKey(this.#keys.size);
    if (!this.#keys.has(connection)) connection.tcp.once('close', () => this.#keys.delete(connection));
    this.#keys.set(connection, key);
    connection.webSocket.send(resultText(id, `{"sub_key":"${key}","queue_depth":0,"is_new":true}`));
  }

  /** Messages are their members as JSON text without braces. They leave in batches, encoded once, one write per socket. */
  send(members: readonly string[]): void {
    const shared = encodeFrames(this.#nextId, members, messagesPerFrame);
    this.#nextId += Math.ceil(members.length / messagesPerFrame);
    for (const [{ tcp }, key] of this.#keys) tcp.write(withKey(shared, key));
  }
}
