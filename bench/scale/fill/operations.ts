import { newSubKey } from '../../../src/protocol/ids.js';
import type { Append, CreateSubscription, CreateTopic } from '../../../src/store/store.js';
import { commonMembers } from '../../bare/message.js';
import { sampleData } from '../../load/request.js';
import { numbered, patternOf } from '../names.js';
import { priorityOf } from '../priority.js';
import type { MessagesOrder, SubscriptionsOrder, TopicsOrder } from './order.js';

/** The first endpoint of a store is `admin`, who runs all loads. */
const adminId = 1;
const dayMs = 86_400_000;
const topicOptions = JSON.stringify({ is_active: true, is_api_sub_allowed: true });

export function topicOperation({ prefix }: TopicsOrder, index: number): CreateTopic {
  return { kind: 'create_topic', name: numbered(prefix, index), options: topicOptions };
}

export function plainTopic(name: string): CreateTopic {
  return { kind: 'create_topic', name, options: topicOptions };
}

export function subscriptionOperation({ to, namePrefix }: SubscriptionsOrder, index: number): CreateSubscription {
  return {
    kind: 'create_subscription',
    subKey: newSubKey(),
    endpointId: adminId,
    name: `${namePrefix}${index}`,
    options: JSON.stringify({ delivery_method: 'notify' }),
    patterns: [to === 'patterns' ? patternOf(index) : to.topicName],
    queueing: true,
  };
}

/** Messages `from` … `from + count - 1` of an order, as one operation. */
export function messagesOperation(order: MessagesOrder, topicId: number, from: number, count: number): Append {
  const common = commonMembers(order.topicName, order.dataBytes);
  const columns: Append = {
    kind: 'append',
    topicIds: [],
    priorities: [],
    expiresAt: [],
    bodies: [],
    named: [],
    addressed: [],
  };
  const expiresAt = Date.now() + dayMs;
  for (let index = from; index < from + count; index += 1) {
    const priority = priorityOf(index, order.priorities);
    columns.topicIds.push(topicId);
    columns.priorities.push(priority);
    columns.expiresAt.push(expiresAt);
    columns.bodies.push(
      `"data":${sampleData(index, order.dataBytes)},${common}`.replace('"priority":5', `"priority":${priority}`),
    );
  }
  return columns;
}
