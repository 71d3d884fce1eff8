import { type Batch, endOf } from '../broker/delivery/batch.js';
import type { Message } from '../broker/message.js';
import { requestText } from '../protocol/answer.js';
import type { EncodedText } from './connection.js';

/** The messages of a batch as UTF-8, with another subscription's key where each one's own belongs. */
interface Template {
  bytes: Buffer;
  /** Where keys stand in the bytes. */
  keysAt: number[];
}

interface Remembered {
  messages: readonly Message[];
  keyLength: number;
  /** Made when the same messages go to a second subscription. */
  template: Template | null;
}

/** Batches that are remembered at the same time: subscribers that keep up differ in few of them. */
const rememberedMax = 4;

/**
 * Makes the frames of `deliver`. Subscribers of one topic mostly get the same messages in the same batches: those are
 * encoded once, and each frame is a copy with its own keys, which costs a tenth of encoding them again.
 */
export class DeliverFrames {
  readonly #remembered: Remembered[] = [];
  #next = 0;

  frame(id: number, batch: Batch): string | EncodedText {
    const template = batch.timesSent === null && batch.messages.length > 1 ? this.#templateOf(batch) : null;
    if (template) return new DeliverFrame(id, batch.subKey, template);
    return requestText(id, 'deliver', `{"sub_key":"${batch.subKey}","messages":${batch.json()}}`);
  }

  #templateOf(batch: Batch): Template | null {
    for (const remembered of this.#remembered) {
      if (remembered.keyLength !== batch.subKey.length || !isSame(remembered.messages, batch.messages)) continue;
      remembered.template ??= encode(batch);
      return remembered.template;
    }
    // Only what came out of a tail can come again; remembering a page would keep its content in memory.
    if (!batch.messages[0]!.isShared) return null;
    this.#remembered[this.#next] = { messages: batch.messages, keyLength: batch.subKey.length, template: null };
    this.#next = (this.#next + 1) % rememberedMax;
    return null;
  }
}

/** One frame: a template with the id of the request and the key of the subscription. */
class DeliverFrame implements EncodedText {
  readonly byteLength: number;
  readonly #head: string;
  readonly #subKey: string;
  readonly #template: Template;

  constructor(id: number, subKey: string, template: Template) {
    this.#head = `{"jsonrpc":"2.0","id":${id},"method":"deliver","params":{"sub_key":"${subKey}","messages":`;
    this.#subKey = subKey;
    this.#template = template;
    this.byteLength = this.#head.length + template.bytes.length + frameEnd.length;
  }

  writeTo(target: Buffer, offset: number): void {
    const { bytes, keysAt } = this.#template;
    const start = offset + target.write(this.#head, offset, 'latin1');
    target.set(bytes, start);
    const key = Buffer.from(this.#subKey, 'latin1');
    for (const at of keysAt) for (let i = 0; i < key.length; i += 1) target[start + at + i] = key[i]!;
    target.write(frameEnd, start + bytes.length, 'latin1');
  }
}

const frameEnd = '}}';

function encode(batch: Batch): Template {
  const end = Buffer.from(endOf(1, batch.subKey));
  // The key is followed by its quotation mark and the brace that closes the message.
  const keyInEnd = end.length - 2 - batch.subKey.length;
  const parts: Buffer[] = [];
  const keysAt: number[] = [];
  let length = 0;
  for (const message of batch.messages) {
    const text = Buffer.from(`${length === 0 ? '[' : ','}${message.text(batch.ids)}`);
    keysAt.push(length + text.length + keyInEnd);
    parts.push(text, end);
    length += text.length + end.length;
  }
  parts.push(Buffer.from(']'));
  return { bytes: Buffer.concat(parts), keysAt };
}

function isSame(a: readonly Message[], b: readonly Message[]): boolean {
  if (a.length !== b.length) return false;
  // From the end, where batches that begin alike differ.
  for (let index = a.length - 1; index >= 0; index -= 1) if (a[index] !== b[index]) return false;
  return true;
}
