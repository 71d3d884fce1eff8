import { attachedAnswer } from './attached.js';
import type { Method } from './method.js';

export const resume: Method<'resume'> = {
  name: 'resume',
  async run({ broker }, caller, { sub_key }) {
    const { subscription, queueDepth } = await broker.subscriber.resume(caller.endpoint, sub_key, caller.sink);
    const result = { sub_key, queue_depth: queueDepth, topic_name_list: subscription.interests.patterns };
    return attachedAnswer(broker, caller, subscription, result);
  },
};
