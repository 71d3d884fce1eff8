import { setMaxListeners } from 'node:events';
import type { Broker } from '../broker/broker.js';
import { errorText } from '../protocol/answer.js';
import { readFrame } from '../protocol/frame.js';
import type { Limits } from '../protocol/limits.js';
import { BatchAnswer } from './batch-answer.js';
import { callerOverHttp } from './caller.js';
import type { Identity } from './connection.js';
import type { AnswerTo, Dispatcher } from './dispatcher.js';

/** Answers the body of one `POST /rpc`: the same frames as over a socket, but nothing is delivered to the caller. */
export class HttpCall {
  readonly #broker: Broker;
  readonly #dispatcher: Dispatcher;
  readonly #limits: Limits;

  constructor(parts: { broker: Broker; dispatcher: Dispatcher; limits: Limits }) {
    this.#broker = parts.broker;
    this.#dispatcher = parts.dispatcher;
    this.#limits = parts.limits;
  }

  /** Null where nothing but notifications (or responses, which are never answered) came in. */
  answer(identity: Identity, text: string, signal: AbortSignal): Promise<string | null> {
    const caller = callerOverHttp(this.#broker, identity, signal);
    const frame = readFrame(text, { depthMax: this.#limits.json_depth_max, batchMax: this.#limits.batch_requests_max });
    // Each request of an array may wait for it; Node warns of more than ten.
    setMaxListeners(0, signal);
    return new Promise(resolve => {
      const answer: AnswerTo = (answerText, after) => {
        resolve(answerText);
        after?.();
      };
      const batch = frame.isBatch ? new BatchAnswer(frame.entries, this.#limits.batch_answer_chars_max, answer) : null;
      for (const entry of frame.entries) {
        const each = batch?.answerOf(entry) ?? answer;
        if (entry.kind === 'request') this.#dispatcher.call(caller, entry, each);
        else if (entry.kind === 'invalid') each(errorText(entry.id, entry.error));
        else if (!batch) answer(null);
      }
    });
  }
}
