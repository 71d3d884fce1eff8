import { createHmac } from 'node:crypto';
import { Credentials } from './api/credentials/credentials.js';
import { hashKey, newKey } from './api/credentials/hash.js';
import { Dispatcher } from './api/dispatcher.js';
import { HttpCall } from './api/http-call.js';
import { PublishAs } from './api/publish-as.js';
import { Rest } from './api/rest/rest.js';
import { Schemas } from './api/schemas.js';
import { Sessions } from './api/sessions.js';
import { Broker } from './broker/broker.js';
import type { Clock } from './broker/clock.js';
import type { Sink } from './broker/sink.js';
import type { Config } from './config.js';
import { compileDataSchema } from './data-schema.js';
import { declare, declareSubscriptions, makeAdminPassword } from './declared.js';
import { checkDeclared } from './declared-check.js';
import { checkTopics } from './extensions/check-topics.js';
import { deploy } from './extensions/deploy.js';
import { Extensions } from './extensions/extensions.js';
import { newServiceCounters } from './extensions/service.js';
import { serviceEndpointName } from './extensions/service-endpoint.js';
import { createLog, type Logger } from './log.js';
import { createMetrics } from './metrics.js';
import { MessageIds } from './protocol/ids.js';
import type { Limits } from './protocol/limits.js';
import { Reload } from './reload.js';
import { MemoryStore } from './store/memory.js';
import { RamStore } from './store/ram.js';
import { openSqliteStore } from './store/sqlite.js';
import type { Store } from './store/store.js';
import { SystemClock } from './system-clock.js';
import { descriptorsMax, fitConnections } from './transport/descriptors.js';
import { FileRoutes } from './transport/file-route/file-routes.js';
import { FileDrops } from './transport/files/file-drops.js';
import { HttpServer } from './transport/http.js';
import { Webhooks } from './transport/webhook/webhooks.js';

export interface RunningServer {
  host: string;
  port: number;
  url: string;
  /** The password of `admin`, if it was made just now; it is not shown again. */
  adminPassword: string | null;
  /** Reads the configuration again. Rejects with `HoldfastError`, which says whether all goes on as it was. */
  reload(): Promise<void>;
  /** Takes no new work, commits what was accepted, and ends. */
  stop(): Promise<void>;
  /** Resolves with the reason when the server cannot go on and the process has to end. */
  failed: Promise<Error>;
}

export interface ServerOptions {
  /** Instead of the configured one, for tests. */
  store?: Store;
  /** Reads the configuration again, for `reload`. Throws `ConfigError`. Left out: it stays as it is. */
  read?(): Config;
}

/** Starts the server. If that fails, nothing of it is left: no thread, no lock and no timer. */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const opened: Opened[] = [];
  try {
    return await start(config, options, opened);
  } catch (error) {
    // Why it cannot start says more than what else went wrong after that.
    await close(opened).catch(() => {});
    throw error;
  }
}

/** Ends what was started. */
type Opened = () => Promise<void> | void;

/** The last one first, as each may need those before it. */
async function close(opened: readonly Opened[]): Promise<void> {
  for (const end of [...opened].reverse()) await end();
}

/** Puts the concrete parts together: the only place that knows them all. */
async function start(config: Config, options: ServerOptions, running: Opened[]): Promise<RunningServer> {
  const { store = createStore(config.store), read = () => config } = options;
  const log = createLog(config.logLevel);
  const limits = fitConnections(config.limits, descriptorsMax());
  const schemas = Schemas.load();
  const ram = new RamStore(store);
  const clock = new SystemClock();
  running.push(() => clock.stop());
  const extensions = await loadExtensions(config, { limits, clock, log, schemas });
  running.push(() => extensions.stop());
  const opened = await ram.open();
  const ids = new MessageIds(derived(opened.secret, 'message ids'));
  const broker = new Broker({
    store: ram,
    opened,
    ids,
    clock,
    limits,
    mayAutoCreate: config.autoCreateTopics,
    compileSchema: compileDataSchema,
    inRam: { ram, onRamFull: config.onRamFull },
    random: Math.random,
    onLapsed: lapsed => log.info(lapsed, 'Nobody has used the subscription for too long (limit_sub_inactivity)'),
  });
  running.push(() => broker.stop());
  await broker.start();
  const counters = {
    connections: 0,
    webhooks: { accepted: 0, failed: 0, unreachable: 0 },
    services: newServiceCounters(),
    files: { published: 0, failed: 0 },
    writtenFiles: { written: 0, failed: 0, unreachable: 0 },
  };
  const { allowedWebhookNetworks: allowedNetworks } = config;
  const webhooks = new Webhooks({ allowedNetworks, limits, clock, counters: counters.webhooks, log });
  broker.standing.offer('webhook', webhooks);
  const { fileFolders: allowed } = config;
  broker.standing.offer('file', new FileRoutes({ allowed, limits, clock, counters: counters.writtenFiles, log }));

  const secret = derived(opened.secret, 'keys');
  const credentials = new Credentials({ secret, limits, find: username => findCredential(broker, username) });
  const makeKey = () => {
    const key = newKey();
    return { key, credential: hashKey(key, secret) };
  };
  const revoke = (username: string, endpointId: number, except: Sink | null = null) => {
    credentials.forget(username);
    sessions.revoke(endpointId, except);
  };
  const hashPassword = (password: string) => credentials.hashNew(password);
  const reload = new Reload({
    read,
    prepare: async changed => {
      const next = await extensions.prepare(changed);
      try {
        await checkTopics(next.loaded, broker, limits);
        checkDeclared(
          changed,
          broker,
          next.loaded.services.map(({ name }) => name),
        );
        await fileDrops.check(changed.fileDrops);
      } catch (error) {
        await next.discard();
        throw error;
      }
      const apply = async () => {
        await next.take();
        // The password of `admin` belongs to the start: it may have been changed since.
        await declare({ ...changed, adminPassword: null }, broker, revoke);
        await declareSubscriptions(changed, broker);
        await fileDrops.use(changed.fileDrops);
      };
      return { apply };
    },
    log,
  });
  const context = { broker, clock, limits, hashPassword, makeKey, revoke, reload: () => reload.run() };
  const dispatcher = new Dispatcher(context, schemas, log);
  const parts = { broker, dispatcher, limits };
  const sessions = new Sessions(parts);
  const fileDrops = new FileDrops({ publishAs: new PublishAs(parts), counters: counters.files, clock, limits, log });
  await declare(config, broker, revoke);
  const check = (params: object) => schemas.check('publish', params);
  await deploy({ broker, dispatcher, extensions, check, counters: counters.services, limits, log });
  await declareSubscriptions(config, broker);
  await fileDrops.use(config.fileDrops);
  void broker.standing.refresh();

  const httpCall = new HttpCall(parts);
  // Until all is done that a start does: who is told of it may send a signal, and that has to be heard.
  let isReady = false;
  const http = new HttpServer({
    ...config,
    limits,
    credentials,
    open: (identity, connection) => sessions.open(identity, connection),
    rpc: (identity, text, signal) => httpCall.answer(identity, text, signal),
    rest: new Rest(parts),
    isReady: () => isReady,
    registry: createMetrics(broker, counters),
    counters,
    log,
  });
  const { host, port } = await http.listen();
  const adminPassword = await makeAdminPassword(broker);
  fileDrops.start();
  isReady = true;
  if (limits.connections_max < config.limits.connections_max) {
    const { connections_max: most } = limits;
    log.warn(
      { connections_max: most },
      'The limit of open files (ulimit -n) allows for fewer connections than configured',
    );
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  void broker.failed.then(error => {
    isReady = false;
    log.fatal({ err: error }, 'The store has failed: stopping');
  });
  const stop = async () => {
    isReady = false;
    http.drain();
    // It takes its time beside the rest of the stop; the broker waits for its end.
    void webhooks.stop();
    await fileDrops.stop();
    await broker.publisher.settled();
    await broker.commit.drained();
    await http.stop();
    await close(running);
    const { messages } = ram;
    if (messages > 0) log.warn({ messages }, 'Messages that were not guaranteed (has_gd false) end with the process');
  };
  return { host, port, url, adminPassword, reload: () => reload.run(), stop, failed: broker.failed };
}

function createStore(address: string): Store {
  if (address === 'memory:') return new MemoryStore();
  return openSqliteStore(address.slice('sqlite:'.length));
}

interface LoadParts {
  limits: Limits;
  clock: Clock;
  log: Logger;
  schemas: Schemas;
}

/** Loads the files of services and hooks, before anything else can go wrong. */
async function loadExtensions({ folder, services, hooks }: Config, { schemas, ...parts }: LoadParts) {
  const checkOptions = (options: object) => schemas.check('subscribe', { topic_name: '/any', ...options });
  return Extensions.load({ ...parts, patterns: { folder, services, hooks }, checkOptions });
}

/** Each use of the store's secret has a key of its own, so that none tells anything about another. */
export function derived(secret: string, use: string): string {
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(use).digest('hex');
}

function findCredential(broker: Broker, username: string) {
  // Whatever its credential may have become: services need none, and nobody is to pass for them.
  if (username === serviceEndpointName) return undefined;
  const endpoint = broker.endpoints.find(username);
  return endpoint && { endpointId: endpoint.id, username, credential: endpoint.credential };
}
