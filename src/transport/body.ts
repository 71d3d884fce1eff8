import { constants, isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Limits } from '../protocol/limits.js';
import { Refused } from './refused.js';

/** Reads bodies, each and all together within their bounds. */
export class Bodies {
  readonly #bytesMax: number;
  readonly #allBytesMax: number;
  #allBytes = 0;

  constructor(limits: Pick<Limits, 'frame_bytes_max' | 'http_bodies_bytes_max'>) {
    this.#bytesMax = Math.min(limits.frame_bytes_max || Number.POSITIVE_INFINITY, constants.MAX_STRING_LENGTH);
    this.#allBytesMax = limits.http_bodies_bytes_max;
  }

  /** The body as text; null if it is not UTF-8. Throws `Refused` (413, 503), and whatever breaks the connection. */
  async read(request: IncomingMessage): Promise<string | null> {
    if (Number(request.headers['content-length'] ?? 0) > this.#bytesMax) throw this.#tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      // A refusal must still find its way to the client, so leaving the loop must not destroy the connection.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        this.#allBytes += chunk.length;
        if (bytes > this.#bytesMax) throw this.#tooLarge();
        if (this.#allBytes > this.#allBytesMax) throw Refused.unavailable('Too many bodies are on their way.');
        chunks.push(chunk);
      }
    } finally {
      this.#allBytes -= bytes;
    }
    const body = Buffer.concat(chunks, bytes);
    return isUtf8(body) ? body.toString() : null;
  }

  #tooLarge(): Refused {
    return new Refused(413, `The body is larger than frame_bytes_max, ${this.#bytesMax} bytes.`);
  }
}
