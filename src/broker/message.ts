import type { MessageIds } from '../protocol/ids.js';
import { utf8Bytes } from '../protocol/utf8.js';
import type { MessageRow, Position, Priority } from '../store/store.js';

/** A committed message on its way out. One object serves all subscriptions that it is delivered to. */
export class Message {
  readonly position: Position;
  readonly topicId: number;
  readonly priority: Priority;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  /** Null: derived from the position. */
  readonly msgId: string | null;
  /** It went to the mailboxes of single subscriptions. */
  readonly isAddressed: boolean;
  /** It stands in a tail, from which others may still be sent it. */
  readonly isShared: boolean;
  #body: string;
  #text = '';
  #bytes = 0;

  constructor(row: MessageRow, isShared = false) {
    this.isShared = isShared;
    this.position = row.position;
    this.topicId = row.topicId;
    this.priority = row.priority;
    this.expiresAt = row.expiresAt;
    this.msgId = row.msgId;
    this.isAddressed = row.isAddressed;
    this.#body = row.body;
  }

  get body(): string {
    return this.#body;
  }

  /** Bytes of the message on the wire, less what is added for each subscription. */
  get bytes(): number {
    if (this.#bytes === 0) this.#bytes = utf8Bytes(this.#body) + 48;
    return this.#bytes;
  }

  /** The JSON of the message without its closing brace, `delivery_count` and `sub_key`; encoded once. */
  text(ids: MessageIds): string {
    if (this.#text === '') this.#text = `{"msg_id":"${this.idText(ids)}",${this.#body}`;
    return this.#text;
  }

  /** The same message with other content, for one subscription. */
  withBody(body: string): Message {
    const { position, topicId, priority, expiresAt, msgId, isAddressed } = this;
    return new Message({ position, topicId, priority, expiresAt, msgId, isAddressed, body });
  }

  idText(ids: MessageIds): string {
    return this.msgId ?? ids.encode(this.position);
  }

  /** Lets go of the content, once it is in the frame of its only subscription. */
  forgetContent(): void {
    this.#body = '';
    this.#text = '';
  }
}
