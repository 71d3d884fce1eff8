import { randomUUID } from 'node:crypto';
import type { Message, PublishResult } from '../../protocol/api.gen.js';
import { limits } from '../../protocol/limits.js';
import type { RequestOptions } from '../../services.js';
import type { Calls } from './calls.js';

/** Requests of services that wait for a reply. They end with the thread. */
export class Requests {
  readonly #calls: Calls;
  /** What hears the reply, by the id of the message that asked, and by a correlation id that was made here. */
  readonly #waiting = new Map<string, (reply: Message) => void>();

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async make(service: string, topicName: string, data: unknown, options: RequestOptions = {}): Promise<Message> {
    const { timeout_ms: timeoutMs = limits.request_timeout_ms, ...attributes } = options;
    const ids: string[] = [];
    let timer: NodeJS.Timeout | undefined;
    const replied = new Promise<Message>((resolve, reject) => {
      const wait = (id: string) => {
        ids.push(id);
        this.#waiting.set(id, resolve);
      };
      const params = { correl_id: randomUUID(), ...attributes, topic_name: topicName, data };
      // One that the service chose need not be its own alone: then the reply is known by the message that it answers.
      if (attributes.correl_id === undefined) wait(params.correl_id);
      timer = setTimeout(() => reject(late(topicName, timeoutMs)), Math.min(timeoutMs, limits.request_timeout_ms_max));
      this.#calls.make(service, 'request', params).then(result => wait((result as PublishResult).msg_id), reject);
    });
    try {
      return await replied;
    } finally {
      clearTimeout(timer);
      for (const id of ids) this.#waiting.delete(id);
    }
  }

  /** Messages that came in reply. Those that nobody waits for any more are passed over. */
  replied(messages: readonly Message[]): void {
    for (const message of messages) {
      const hear = this.#waiting.get(message.in_reply_to ?? '') ?? this.#waiting.get(message.correl_id ?? '');
      hear?.(message);
    }
  }
}

function late(topicName: string, timeoutMs: number): Error {
  const error = new Error(`No reply to the request to ${topicName} came within ${timeoutMs} ms.`);
  error.name = 'TimeoutError';
  return error;
}
