import type { Broker } from '../../broker/broker.js';
import type { Endpoint } from '../../broker/endpoints/endpoint.js';
import type { Subscription } from '../../broker/subscriptions/subscription.js';
import { HoldfastError } from '../../protocol/errors.js';
import { answer, empty, type Method } from './method.js';
import { withQueue } from './queue.js';
import { readBeginning, readPatterns, readReceiver, shownRoute } from './subscription-params.js';

export const subscriptionCreate: Method<'subscription.create'> = {
  name: 'subscription.create',
  roles: ['admin'],
  async run({ broker }, { endpoint }, params) {
    const { username, name, topic_name, topic_name_list, from, route, service_name, ...options } = params;
    const wanted = {
      username,
      name,
      patterns: readPatterns({ topic_name, topic_name_list }),
      from: readBeginning(from),
      options: { ...options, ...readReceiver({ route, service_name }, null) },
    };
    return broker.subscriptionAdmin.create(wanted, async made => answer(await describe(broker, made, endpoint)));
  },
};

export const subscriptionGet: Method<'subscription.get'> = {
  name: 'subscription.get',
  async run({ broker }, caller, { sub_key, username = caller.endpoint.username, name }) {
    const show = async (found: Subscription) => answer(await describe(broker, found, caller.endpoint));
    if (sub_key !== undefined) return withQueue(broker, caller, sub_key, true, show);
    if (username !== caller.endpoint.username && caller.endpoint.role === 'user') throw notYours();
    const { id: endpointId } = broker.endpoints.get(username);
    const found = await broker.subscriptions.useIfThere({ endpointId, name: name! }, show);
    if (!found) throw new HoldfastError('not_found', `Endpoint "${username}" has no subscription "${name}".`);
    return found;
  },
};

export const subscriptionList: Method<'subscription.list'> = {
  name: 'subscription.list',
  async run({ broker, limits }, { endpoint }, { search = '', limit = limits.list_items, cursor }) {
    const owner = endpoint.role === 'user' ? endpoint : null;
    const { ids, next } = await broker.subscriptionAdmin.list(owner, search, readCursor(cursor), limit);
    const items = await Promise.all(
      ids.map(id => broker.subscriptions.useIfThere({ id }, found => describe(broker, found, endpoint))),
    );
    // What was deleted meanwhile is left out.
    return answer({ items: items.filter(item => item !== null), next_cursor: next === null ? null : String(next) });
  },
};

export const subscriptionUpdate: Method<'subscription.update'> = {
  name: 'subscription.update',
  async run({ broker }, caller, { sub_key, topic_name_list, route, service_name, ...options }) {
    const isAdmin = caller.endpoint.role === 'admin';
    if ((route !== undefined || service_name !== undefined) && !isAdmin) throw onlyAdmins();
    return withQueue(broker, caller, sub_key, false, async found => {
      const receiver = readReceiver({ route, service_name }, found.options.receiver);
      const patterns = topic_name_list ? readPatterns({ topic_name_list }) : null;
      await broker.subscriptionAdmin.update(found, { ...options, ...receiver }, patterns, isAdmin);
      return answer(await describe(broker, found, caller.endpoint));
    });
  },
};

export const subscriptionDelete: Method<'subscription.delete'> = {
  name: 'subscription.delete',
  async run({ broker }, caller, { sub_key }) {
    return withQueue(broker, caller, sub_key, false, async found => {
      await broker.subscriber.remove(found, caller.sink);
      return empty;
    });
  },
};

/** A subscription as `viewer` may see it. */
async function describe(broker: Broker, subscription: Subscription, viewer: Endpoint): Promise<object> {
  const { subKey, username, name, interests, attachment, inFlight } = subscription;
  const { receiver, ...options } = subscription.options;
  const isAdmin = viewer.role === 'admin';
  return {
    sub_key: isAdmin || viewer === subscription.endpoint ? subKey : `${subKey.slice(0, 4)}…${subKey.slice(-4)}`,
    username,
    name,
    topic_name_list: interests.patterns,
    ...(receiver && 'route' in receiver ? { route: shownRoute(receiver.route, isAdmin) } : receiver),
    ...options,
    queue_depth: await broker.depth.of(subscription),
    in_flight: inFlight,
    is_attached: attachment !== null,
    node: attachment === null ? null : 'local',
    last_error: broker.standing.problem(subscription) ?? subscription.lastError ?? lastErrorIn(subscription),
  };
}

/** After a restart only the messages remember what they failed with. */
function lastErrorIn({ overlay }: Subscription): string | null {
  let last: string | null = null;
  for (const { lastError } of overlay.entries()) last = lastError ?? last;
  return last;
}

function readCursor(cursor: string | undefined): number {
  const id = Number(cursor ?? 0);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  const reason = 'must be a next_cursor that subscription.list answered';
  throw new HoldfastError('invalid_params', `subscription.list: cursor ${reason}`, { path: 'cursor', reason });
}

function notYours(): HoldfastError {
  return new HoldfastError('forbidden', 'Only an admin or a monitor may look at subscriptions of other endpoints.');
}

function onlyAdmins(): HoldfastError {
  return new HoldfastError('forbidden', 'Only an admin may set where the broker sends messages by itself.');
}
