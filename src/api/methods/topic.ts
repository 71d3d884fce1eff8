import type { Broker } from '../../broker/broker.js';
import type { Topic } from '../../broker/topics/topic.js';
import { topicName } from '../../protocol/names.js';
import { isoMicros } from '../../protocol/time.js';
import { answer, empty, type Method } from './method.js';

export const topicCreate: Method<'topic.create'> = {
  name: 'topic.create',
  roles: ['admin'],
  async run({ broker }, _caller, { topic_name, ...options }) {
    const topic = await broker.topicAdmin.create(topicName(topic_name), options);
    return answer(await describe(broker, topic));
  },
};

export const topicGet: Method<'topic.get'> = {
  name: 'topic.get',
  roles: ['admin', 'monitor'],
  async run({ broker }, _caller, { topic_name }) {
    return answer(await describe(broker, broker.topics.get(topicName(topic_name))));
  },
};

export const topicUpdate: Method<'topic.update'> = {
  name: 'topic.update',
  roles: ['admin'],
  async run({ broker }, _caller, { topic_name, ...options }) {
    const topic = await broker.topicAdmin.update(broker.topics.get(topicName(topic_name)), options);
    return answer(await describe(broker, topic));
  },
};

export const topicDelete: Method<'topic.delete'> = {
  name: 'topic.delete',
  roles: ['admin'],
  async run({ broker }, _caller, { topic_name }) {
    await broker.topicRemoval.delete(broker.topics.get(topicName(topic_name)));
    return empty;
  },
};

export const topicBrowse: Method<'topic.browse'> = {
  name: 'topic.browse',
  roles: ['admin', 'monitor'],
  async run({ broker, limits }, _caller, { topic_name, max_messages = limits.browse_messages, ...rest }) {
    const topic = broker.topics.get(topicName(topic_name));
    const { messages, depth, nextCursor } = await broker.topicBrowsing.page(topic, {
      maxMessages: max_messages,
      ...rest,
    });
    return {
      json: `{"messages":[${messages.join(',')}],"depth":${depth},"next_cursor":${JSON.stringify(nextCursor)}}`,
    };
  },
};

export const topicList: Method<'topic.list'> = {
  name: 'topic.list',
  roles: ['admin', 'monitor'],
  async run({ broker, limits }, _caller, { search = '', limit = limits.list_items, cursor = '' }) {
    const found: Topic[] = [];
    for (const topic of broker.topics.sortedAfter(cursor)) {
      if (!topic.name.includes(search)) continue;
      found.push(topic);
      if (found.length > limit) break;
    }
    const items = await Promise.all(found.slice(0, limit).map(topic => describe(broker, topic)));
    return answer({ items, next_cursor: found.length > limit ? found[limit - 1]!.name : null });
  },
};

async function describe(broker: Broker, topic: Topic): Promise<object> {
  const { name, options, lastPublishedMicros } = topic;
  const [depth, subscriptions] = await Promise.all([broker.depth.ofTopic(topic), broker.subscriber.countTo(name)]);
  const lastPub = lastPublishedMicros > 0 ? { last_pub_time_iso: isoMicros(lastPublishedMicros) } : {};
  return { topic_name: name, ...options, depth, subscriptions, ...lastPub };
}
