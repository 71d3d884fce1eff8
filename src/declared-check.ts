import { readRoute } from './api/route.js';
import type { Broker } from './broker/broker.js';
import { mayNotPublish, mayNotSubscribe } from './broker/subscriptions/forbidden.js';
import type { SubscriptionSettings } from './config/settings.js';
import { type Config, ConfigError } from './config.js';
import { HoldfastError } from './protocol/errors.js';
import { matches } from './protocol/matcher.js';
import { isPattern, pattern, serviceTopic, topicName } from './protocol/names.js';

/** What a subscription may find when its turn comes, because it is declared before it. */
interface Declared {
  /** The lines of endpoints, by their names. */
  patterns: ReadonlyMap<string, readonly string[]>;
  topics: ReadonlySet<string>;
  services: readonly string[];
}

/**
 * Throws `ConfigError`, with the place, for what is declared and could not be made of what is there now and of
 * `services`, the names of those that are about to run. Changes nothing. Bounds are not looked at: what else comes in
 * meanwhile counts against them too.
 */
export function checkDeclared(config: Config, broker: Broker, services: readonly string[]): void {
  const { topics, endpoints, subscriptions, fileDrops } = config;
  each('topics', topics, ({ options }) => broker.topicAdmin.check(options ?? {}));
  each('endpoints', endpoints, ({ patterns }) => broker.endpointAdmin.check(patterns));
  const declared: Declared = {
    patterns: new Map(endpoints.map(({ username, patterns }) => [username, patterns])),
    topics: new Set([...topics.map(one => topicName(one.topicName)), ...services.map(serviceTopic)]),
    services,
  };
  if (!endpoints.some(({ role }) => role === 'admin') && !broker.endpoints.hasAdminBesides(declared.patterns))
    throw new ConfigError('endpoints: no administrator would be left. Declare one with the role "admin".');
  each('subscriptions', subscriptions, one => checkSubscription(one, declared, broker));
  each('file_drops', fileDrops, ({ username, topic_name }) => {
    const patterns = linesOf(username, declared, broker);
    // A name without a `/` may be that of a service, whose topic is known when something is published to it.
    if (topic_name.includes('/') && !permits(patterns, 'pub=', topicName(topic_name)))
      throw mayNotPublish({ username, patterns }, topic_name);
  });
}

function checkSubscription(wanted: SubscriptionSettings, declared: Declared, broker: Broker): void {
  const { username, topic_name_list, route, service_name } = wanted;
  const lines = linesOf(username, declared, broker);
  if (route) broker.standing.check({ route: readRoute(route) });
  if (service_name && !declared.services.includes(service_name)) throw noService(service_name, declared.services);
  for (const name of topic_name_list) {
    if (isPattern(name)) continue;
    const topic = topicName(name);
    if (!permits(lines, 'sub=', topic)) throw mayNotSubscribe(username, lines, topic);
    if (!broker.topicAdmin.mayAutoCreate && !declared.topics.has(topic)) broker.topics.get(topic);
  }
}

/** Throws `not_found`. */
function linesOf(username: string, { patterns }: Declared, { endpoints }: Broker): readonly string[] {
  return patterns.get(username) ?? endpoints.get(username).patterns;
}

function permits(lines: readonly string[], action: 'pub=' | 'sub=', topic: string): boolean {
  return lines.some(line => line.startsWith(action) && matches(pattern(line.slice(4)), topic));
}

/** Throws what `check` throws as a fault of the configuration. */
function each<T>(member: string, items: readonly T[], check: (item: T) => void): void {
  for (const [index, item] of items.entries()) {
    try {
      check(item);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      throw new ConfigError(`${member}[${index}]: ${error.message}`);
    }
  }
}

function noService(name: string, services: readonly string[]): HoldfastError {
  const reason = `must be a service that is loaded, not ${name}: ${services.join(', ') || 'there is none'}`;
  return new HoldfastError('invalid_params', `service_name ${reason}.`, { path: 'service_name', reason });
}
