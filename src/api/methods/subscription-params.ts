import type { Beginning } from '../../broker/subscriptions/beginnings.js';
import type { SubscriptionOptions } from '../../broker/subscriptions/options.js';
import type { Receiver, Route, WebhookRoute } from '../../broker/subscriptions/receiver.js';
import type { Route as GivenRoute } from '../../protocol/api.gen.js';
import { HoldfastError } from '../../protocol/errors.js';
import { isPattern, pattern, topicName } from '../../protocol/names.js';
import { microsOf } from '../../protocol/time.js';
import { readRoute } from '../route.js';

interface Topics {
  topic_name?: string;
  topic_name_list?: string[];
}

/** The topics and patterns that a call names, each once. Throws `invalid_params` with the place. */
export function readPatterns({ topic_name, topic_name_list }: Topics): string[] {
  const given = topic_name_list ?? (topic_name === undefined ? [] : [topic_name]);
  const paths = (index: number) => (topic_name_list ? `topic_name_list[${index}]` : 'topic_name');
  const patterns = given.map((name, index) =>
    isPattern(name) ? pattern(name, paths(index)) : topicName(name, paths(index)),
  );
  return [...new Set(patterns)];
}

/** Where a new subscription begins; undefined: with what comes from now on. */
export function readBeginning(from: string | undefined, path = 'from'): Beginning | undefined {
  if (from === undefined || from === 'latest') return undefined;
  if (from === 'earliest') return 'earliest';
  const micros = microsOf(from);
  if (!Number.isNaN(micros)) return { micros };
  const reason = 'there is no such time';
  throw new HoldfastError('invalid_params', `${path}: ${reason}.`, { path, reason });
}

interface ReceiverParams {
  route?: GivenRoute | null;
  service_name?: string | null;
}

/** What a call changes of the receiver; nothing, if it names none. */
export function readReceiver(
  { route, service_name }: ReceiverParams,
  current: Receiver | null,
): Partial<Pick<SubscriptionOptions, 'receiver'>> {
  if (route) return { receiver: { route: withSecret(readRoute(route), current) } };
  if (service_name) return { receiver: { service_name } };
  const isRoute = current !== null && 'route' in current;
  if (route === null && isRoute) return { receiver: null };
  if (service_name === null && current !== null && !isRoute) return { receiver: null };
  return {};
}

const hiddenSecret = 'whsec_…';

/** What is shown of a route: never its secret, and the values of headers and of the query, which may be secrets too, to few. */
export function shownRoute(route: Route, showsValues: boolean): Route {
  return 'folder' in route ? route : shownWebhook(route, showsValues);
}

function shownWebhook(route: WebhookRoute, showsValues: boolean): WebhookRoute {
  const shown = { ...route };
  if (route.secret !== undefined) shown.secret = hidden(route.secret);
  if (showsValues) return shown;
  shown.url = withoutValues(route.url);
  if (route.headers) shown.headers = Object.fromEntries(Object.keys(route.headers).map(name => [name, '…']));
  return shown;
}

/** A part of a query that has no `=` is as likely a token as a name. */
function withoutValues(url: string): string {
  const [address, ...query] = url.split('?');
  if (query.length === 0) return url;
  const parts = query.join('?').split('&');
  return `${address}?${parts.map(part => (part === '' ? '' : part.replace(/^[^=]*$|(?<==).*$/s, '…'))).join('&')}`;
}

/** Whoever changes what was shown, and sends it back, leaves the secret as it is. */
function withSecret(route: Route, current: Receiver | null): Route {
  if ('folder' in route || current === null || !('route' in current) || 'folder' in current.route) return route;
  const known = current.route.secret;
  if (known === undefined || JSON.stringify(route.secret) !== JSON.stringify(hidden(known))) return route;
  return { ...route, secret: known };
}

function hidden(secret: string | string[]): string | string[] {
  return Array.isArray(secret) ? secret.map(() => hiddenSecret) : hiddenSecret;
}
