import type { Broker } from '../../broker/broker.js';
import type { Subscription } from '../../broker/subscriptions/subscription.js';
import { HoldfastError } from '../../protocol/errors.js';
import { topicName } from '../../protocol/names.js';
import type { Caller } from '../caller.js';
import { answer, empty, type Method } from './method.js';
import { readBeginning } from './subscription-params.js';

export const queueBrowse: Method<'queue.browse'> = {
  name: 'queue.browse',
  async run({ broker, limits }, caller, { sub_key, max_messages = limits.browse_messages, topic_name, ...rest }) {
    return withQueue(broker, caller, sub_key, true, async subscription => {
      const request = { maxMessages: max_messages, topicName: topic_name && topicName(topic_name), ...rest };
      const { messages, depth, nextCursor } = await broker.queue.browse(subscription, request);
      return {
        json: `{"messages":[${messages.join(',')}],"depth":${depth},"next_cursor":${JSON.stringify(nextCursor)}}`,
      };
    });
  },
};

export const queueGet: Method<'queue.get'> = {
  name: 'queue.get',
  async run({ broker }, caller, { sub_key, msg_id }) {
    return withQueue(broker, caller, sub_key, true, async subscription => ({
      json: await broker.queue.get(subscription, msg_id),
    }));
  },
};

export const queueUpdate: Method<'queue.update'> = {
  name: 'queue.update',
  async run({ broker }, caller, params, raw) {
    return withQueue(broker, caller, params.sub_key, false, async subscription => {
      const changes = {
        data: params.data === undefined ? undefined : raw('data'),
        priority: params.priority,
        expiration: params.expiration,
        mimeType: params.mime_type,
        correlId: params.correl_id,
        inReplyTo: params.in_reply_to,
      };
      return { json: await broker.queue.update(subscription, params.msg_id, changes, params.version) };
    });
  },
};

export const queueHold: Method<'queue.hold'> = {
  name: 'queue.hold',
  async run({ broker }, caller, { sub_key, msg_id }) {
    return withQueue(broker, caller, sub_key, false, async subscription => ({
      json: await broker.queue.hold(subscription, msg_id),
    }));
  },
};

export const queueRelease: Method<'queue.release'> = {
  name: 'queue.release',
  async run({ broker }, caller, { sub_key, msg_id }) {
    return withQueue(broker, caller, sub_key, false, async subscription => ({
      json: await broker.queue.release(subscription, msg_id),
    }));
  },
};

export const queueMoveToTop: Method<'queue.move_to_top'> = {
  name: 'queue.move_to_top',
  async run({ broker }, caller, { sub_key, msg_id }) {
    return withQueue(broker, caller, sub_key, false, async subscription => ({
      json: await broker.queue.moveToTop(subscription, msg_id),
    }));
  },
};

export const queueRedrive: Method<'queue.redrive'> = {
  name: 'queue.redrive',
  async run({ broker }, caller, { sub_key, msg_id }) {
    return withQueue(broker, caller, sub_key, false, async subscription => {
      if (msg_id === undefined) return answer(await broker.redrives.all(subscription));
      await broker.redrives.one(subscription, msg_id);
      return answer({ redriven: 1, skipped: 0 });
    });
  },
};

export const queueDelete: Method<'queue.delete'> = {
  name: 'queue.delete',
  async run({ broker }, caller, { sub_key, msg_id }) {
    return withQueue(broker, caller, sub_key, false, async subscription => {
      await broker.queue.delete(subscription, msg_id);
      return empty;
    });
  },
};

export const queueClear: Method<'queue.clear'> = {
  name: 'queue.clear',
  async run({ broker }, caller, { sub_key }) {
    return withQueue(broker, caller, sub_key, false, async subscription => {
      const count = await broker.queue.clear(subscription);
      const { attachment } = subscription;
      if (count > 0 && attachment && attachment.sink !== caller.sink)
        attachment.sink.dropped(sub_key, count, 'cleared');
      return empty;
    });
  },
};

export const queueRewind: Method<'queue.rewind'> = {
  name: 'queue.rewind',
  async run({ broker }, caller, { sub_key, to, dry_run = false }) {
    return withQueue(broker, caller, sub_key, dry_run, async subscription => {
      const position = await readPlace(broker, subscription, to);
      const { rewinder } = broker;
      const message_count = await (dry_run
        ? rewinder.preview(subscription, position)
        : rewinder.rewind(subscription, position));
      return answer({ message_count });
    });
  },
};

/** The position after which a queue begins again. Throws `not_found` for a `msg_id` that names nothing. */
async function readPlace(broker: Broker, subscription: Subscription, to: string): Promise<number> {
  if (to === 'earliest' || isTime.test(to))
    return broker.beginnings.of(subscription, readBeginning(to, 'to') ?? 'earliest');
  const [position] = await broker.puller.positions([to]);
  if (position === undefined) throw new HoldfastError('not_found', `There is no message ${to}; it may have expired.`);
  return position - 1;
}

const isTime = /^\d{4}-\d\d-\d\dT/i;

/** One's own queue, or any for an administrator; a monitor may read. */
export function withQueue<T>(
  broker: Broker,
  { endpoint }: Caller,
  subKey: string,
  isReading: boolean,
  work: (subscription: Subscription) => Promise<T>,
): Promise<T> {
  return broker.subscriptions.use({ subKey }, subscription => {
    const { role } = endpoint;
    const may = subscription.endpoint === endpoint || role === 'admin' || (role === 'monitor' && isReading);
    if (!may) throw new HoldfastError('forbidden', 'This sub_key belongs to another endpoint.');
    return work(subscription);
  });
}
