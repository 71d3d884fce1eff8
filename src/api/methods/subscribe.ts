import type { SubscriptionOptions } from '../../broker/options.js';
import type { SubscribeParams } from '../../protocol/api.gen.js';
import { isPattern, pattern, topicName } from '../../protocol/names.js';
import { attachedAnswer } from './attached.js';
import type { Method } from './method.js';

export const subscribe: Method<'subscribe'> = {
  name: 'subscribe',
  async run({ broker }, caller, params) {
    const subscribed = await broker.subscriber.subscribe(caller.endpoint, {
      patterns: readPatterns(params),
      name: params.name,
      options: readOptions(params),
      defaultMethod: caller.sink ? 'notify' : 'pull',
      unsubOnClose: params.unsub_on_close,
      sink: caller.sink,
    });
    const { subscription, queueDepth, isNew } = subscribed;
    const result = { sub_key: subscription.subKey, queue_depth: queueDepth, is_new: isNew };
    return attachedAnswer(broker, caller, subscription, result);
  },
};

function readPatterns({ topic_name, topic_name_list }: SubscribeParams): string[] {
  const given = topic_name_list ?? [topic_name!];
  const paths = (index: number) => (topic_name_list ? `topic_name_list[${index}]` : 'topic_name');
  const patterns = given.map((name, index) =>
    isPattern(name) ? pattern(name, paths(index)) : topicName(name, paths(index)),
  );
  return [...new Set(patterns)];
}

function readOptions(params: SubscribeParams): Partial<SubscriptionOptions> {
  const { topic_name: _name, topic_name_list: _names, name: _own, unsub_on_close: _unsub, ...options } = params;
  return options;
}
