import type { SubscriptionOptions } from '../../broker/subscriptions/options.js';
import type { SubscribeParams } from '../../protocol/api.gen.js';
import { attachedAnswer } from './attached.js';
import type { Method } from './method.js';
import { readBeginning, readPatterns } from './subscription-params.js';

export const subscribe: Method<'subscribe'> = {
  name: 'subscribe',
  async run({ broker }, caller, params) {
    const subscribed = await broker.subscriber.subscribe(caller.endpoint, {
      patterns: readPatterns(params),
      name: params.name,
      options: readOptions(params),
      defaultMethod: caller.sink ? 'notify' : 'pull',
      from: readBeginning(params.from),
      unsubOnClose: params.unsub_on_close,
      sink: caller.sink,
    });
    const { subscription, queueDepth, isNew } = subscribed;
    const result = { sub_key: subscription.subKey, queue_depth: queueDepth, is_new: isNew };
    return attachedAnswer(broker, caller, subscription, result);
  },
};

function readOptions(params: SubscribeParams): Partial<SubscriptionOptions> {
  const {
    topic_name: _name,
    topic_name_list: _names,
    name: _own,
    from: _from,
    unsub_on_close: _unsub,
    ...options
  } = params;
  return options;
}
