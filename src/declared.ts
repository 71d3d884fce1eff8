import { randomBytes } from 'node:crypto';
import { hashPassword, isPasswordHash, matchesPassword } from './api/credentials/hash.js';
import { readRoute } from './api/route.js';
import type { Broker } from './broker/broker.js';
import { type Config, ConfigError, type EndpointConfig } from './config.js';
import { HoldfastError } from './protocol/errors.js';
import { isPattern, pattern, topicName } from './protocol/names.js';

const adminName = 'admin';
/** System topics are reached only by patterns that spell their first segment. */
const everything = ['/**', '/holdfast/**', '/zato/s/to/**'].flatMap(pattern => [`pub=${pattern}`, `sub=${pattern}`]);
/** Matches no password: `admin` has it until a start has succeeded and its password can be told. */
const noCredential = 'none';

/**
 * Makes what the configuration declares, or brings it up to date; what it does not name stays. Throws `ConfigError` for
 * what cannot be, like a schema that is none.
 */
export async function declare(
  config: Config,
  broker: Broker,
  revoke: (username: string, endpointId: number) => void,
): Promise<void> {
  for (const [index, { topicName: name, options = {} }] of config.topics.entries()) {
    await within(`topics[${index}]`, () => broker.topicAdmin.declare(topicName(name), options));
  }
  // Administrators first: who is none any more may have been the last one.
  const numbered = [...config.endpoints.entries()];
  const isAdmin = ([, { role }]: [number, EndpointConfig]) => role === 'admin';
  for (const [index, endpoint] of [...numbered.filter(isAdmin), ...numbered.filter(one => !isAdmin(one))]) {
    await within(`endpoints[${index}]`, () => declareEndpoint(broker, endpoint, revoke));
  }
  await declareAdmin(config, broker, revoke);
}

/** The same for subscriptions. Throws `ConfigError` for one that cannot be: its endpoint is not there, or has no right. */
export async function declareSubscriptions({ subscriptions }: Config, { subscriptionAdmin }: Broker): Promise<void> {
  for (const [index, { username, name, topic_name_list, route, service_name, ...options }] of subscriptions.entries()) {
    const patterns = topic_name_list.map(one => (isPattern(one) ? pattern(one) : topicName(one)));
    await within(`subscriptions[${index}]`, () => {
      const receiver = route ? { route: readRoute(route) } : service_name ? { service_name } : null;
      return subscriptionAdmin.declare({ username, name, patterns, options: { ...options, receiver } });
    });
  }
}

/** What is refused at a place of the configuration is a fault of that place. */
async function within(place: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new ConfigError(`${place}: ${error.message}`);
  }
}

/**
 * Makes a password for `admin` if it has none yet, and answers it; null if it has one. It is the last step of a start:
 * a password that was made by one that failed would be kept, and nobody would know it.
 */
export async function makeAdminPassword({ endpoints, endpointAdmin }: Broker): Promise<string | null> {
  const admin = endpoints.find(adminName)!;
  if (admin.credential !== noCredential) return null;
  const password = randomBytes(15).toString('base64url');
  await endpointAdmin.update(admin, { credential: await hashPassword(password) });
  return password;
}

async function declareEndpoint(
  broker: Broker,
  declared: EndpointConfig,
  revoke: (username: string, endpointId: number) => void,
) {
  const { username, role, patterns } = declared;
  const endpoint = broker.endpoints.find(username);
  const isSame = endpoint !== undefined && (await isCredential(declared, endpoint.credential));
  const credential = isSame ? endpoint.credential : (declared.passwordHash ?? (await hashPassword(declared.password!)));
  if (!endpoint) await broker.endpointAdmin.create(username, role, credential, patterns);
  else {
    await broker.endpointAdmin.update(endpoint, { role, patterns, credential });
    if (!isSame) revoke(username, endpoint.id);
  }
}

async function isCredential({ password, passwordHash }: EndpointConfig, credential: string): Promise<boolean> {
  if (passwordHash !== undefined) return passwordHash === credential;
  return isPasswordHash(credential) && matchesPassword(password!, credential);
}

async function declareAdmin(
  { adminPassword: password }: Config,
  broker: Broker,
  revoke: (username: string, endpointId: number) => void,
) {
  const admin = broker.endpoints.find(adminName);
  if (password === null) {
    if (!admin) await broker.endpointAdmin.create(adminName, 'admin', noCredential, everything);
    return;
  }
  const patterns = admin?.patterns ?? everything;
  await declareEndpoint(broker, { username: adminName, password, role: 'admin', patterns }, revoke);
}
