import type { Broker } from '../../broker/broker.js';
import type { DelayedRow } from '../../broker/publish/delayed.js';
import { HoldfastError } from '../../protocol/errors.js';
import { topicName } from '../../protocol/names.js';
import { microsOf } from '../../protocol/time.js';
import type { Caller } from '../caller.js';
import { empty, type Method } from './method.js';

export const delayedList: Method<'delayed.list'> = {
  name: 'delayed.list',
  async run({ broker, limits }, { endpoint }, { topic_name, limit = limits.list_items, ...rest }) {
    const endpointId = endpoint.role === 'user' ? endpoint.id : null;
    const request = { endpointId, topicName: topic_name && topicName(topic_name), limit, ...rest };
    const { items, nextCursor } = await broker.delayed.list(request);
    return { json: `{"items":[${items.join(',')}],"next_cursor":${JSON.stringify(nextCursor)}}` };
  },
};

export const delayedGet: Method<'delayed.get'> = {
  name: 'delayed.get',
  async run({ broker }, caller, { msg_id }) {
    return { json: broker.delayed.textOf(await find(broker, caller, msg_id, true)) };
  },
};

export const delayedUpdate: Method<'delayed.update'> = {
  name: 'delayed.update',
  async run({ broker }, caller, params, raw) {
    const row = await find(broker, caller, params.msg_id, false);
    checkRight(broker, caller, row);
    const { delay, due_time_iso: dueTimeIso } = params;
    const changes = {
      data: params.data === undefined ? undefined : raw('data'),
      priority: params.priority,
      expiration: params.expiration,
      mimeType: params.mime_type,
      correlId: params.correl_id,
      inReplyTo: params.in_reply_to,
      receivedMicros:
        delay !== undefined
          ? broker.delayed.dueIn(delay)
          : dueTimeIso === undefined
            ? undefined
            : broker.delayed.dueAt(microsOf(dueTimeIso)),
    };
    return { json: await broker.delayed.update(row, changes, params.version) };
  },
};

export const delayedCancel: Method<'delayed.cancel'> = {
  name: 'delayed.cancel',
  async run({ broker }, caller, { msg_id }) {
    await broker.delayed.cancel(await find(broker, caller, msg_id, false));
    return empty;
  },
};

/** One's own message, or any for an administrator; a monitor may read. */
async function find(broker: Broker, { endpoint }: Caller, msgId: string, isReading: boolean): Promise<DelayedRow> {
  const row = await broker.delayed.find(msgId);
  const { role } = endpoint;
  const may = row.endpointId === endpoint.id || role === 'admin' || (role === 'monitor' && isReading);
  if (!may) throw new HoldfastError('forbidden', 'This message was published by another endpoint.');
  return row;
}

/** What is changed is published anew, in a way: who has lost the right to publish there may only take it back. */
function checkRight(broker: Broker, { endpoint }: Caller, { topicId }: DelayedRow): void {
  const topic = broker.topics.byId(topicId);
  if (endpoint.role === 'admin' || endpoint.mayPublish(topic)) return;
  throw new HoldfastError('forbidden', `Endpoint "${endpoint.username}" may not publish to ${topic.name} any more.`);
}
