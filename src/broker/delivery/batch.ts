import type { MessageIds } from '../../protocol/ids.js';
import type { Message } from '../message.js';

/** The messages of one delivery, in the order of delivery, as its receiver gets them. */
export class Batch {
  readonly subKey: string;
  readonly ids: MessageIds;
  readonly messages: Message[] = [];
  /** How often each was sent, this time included; null: all of them for the first time. */
  timesSent: number[] | null = null;

  constructor(subKey: string, ids: MessageIds) {
    this.subKey = subKey;
    this.ids = ids;
  }

  add(message: Message, timesSent: number): void {
    if (timesSent > 1) this.timesSent ??= new Array<number>(this.messages.length).fill(1);
    this.timesSent?.push(timesSent);
    this.messages.push(message);
  }

  /** A JSON array of the messages. */
  json(): string {
    let text = '';
    const first = endOf(1, this.subKey);
    for (const [index, message] of this.messages.entries()) {
      const times = this.timesSent?.[index] ?? 1;
      text += `${index === 0 ? '' : ','}${message.text(this.ids)}${times === 1 ? first : endOf(times, this.subKey)}`;
    }
    return `[${text}]`;
  }

  /** The receiver has it: content that nobody else will be sent can go. */
  forgetContent(): void {
    for (const message of this.messages) if (!message.isShared) message.forgetContent();
  }
}

/** What a message ends with for one subscription. */
export function endOf(timesSent: number, subKey: string): string {
  return `,"delivery_count":${timesSent},"sub_key":"${subKey}"}`;
}
