import { isPattern, pattern, topicName } from '../../protocol/names.js';
import { empty, type Method } from './method.js';

export const unsubscribe: Method<'unsubscribe'> = {
  name: 'unsubscribe',
  async run({ broker }, caller, { sub_key, topic_name }) {
    if (topic_name === undefined) await broker.subscriber.delete(caller.endpoint, sub_key, caller.sink);
    else {
      const name = isPattern(topic_name) ? pattern(topic_name) : topicName(topic_name);
      await broker.subscriber.unsubscribe(caller.endpoint, sub_key, name);
    }
    return empty;
  },
};
