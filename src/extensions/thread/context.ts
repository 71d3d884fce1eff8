import type { PublishResult } from '../../protocol/api.gen.js';
import { HoldfastError } from '../../protocol/errors.js';
import type { ServiceContext } from '../../services.js';
import type { Calls } from './calls.js';
import type { Logs } from './logs.js';
import type { Requests } from './requests.js';

export interface ContextParts {
  calls: Calls;
  requests: Requests;
  logs: Logs;
}

/** What a service is given along with messages. */
export function contextOf(
  service: string,
  signal: AbortSignal,
  { calls, requests, logs }: ContextParts,
): ServiceContext {
  return Object.freeze<ServiceContext>({
    service,
    signal,
    log: logs.of({ service }),
    publish: (topicOrService, data, options) =>
      calls.make(service, 'publish', { ...options, topic_name: topicOrService, data }) as Promise<PublishResult>,
    request: (topicOrService, data, options) => requests.make(service, topicOrService, data, options),
    reply: async (message, data, options) => {
      const { msg_id: in_reply_to, correl_id, reply_to_sk } = message;
      if (!reply_to_sk?.length) {
        throw new HoldfastError('conflict', `The message ${in_reply_to} asks for no reply: it has no reply_to_sk.`, {
          reason: 'there is no reply_to_sk',
        });
      }
      const params = { correl_id, ...options, data, in_reply_to, deliver_to_sk: reply_to_sk };
      return (await calls.make(service, 'reply', params)) as PublishResult;
    },
  });
}
