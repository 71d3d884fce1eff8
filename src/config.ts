import { dirname, resolve } from 'node:path';
import { ConfigError } from './config/config-error.js';
import { type NetworkConfig, readNetwork } from './config/networks.js';
import type { FileDropSettings, LogLevel, OnRamFull, Settings, SubscriptionSettings } from './config/settings.js';
import { type Environment, fromEnvironment, fromFile, fromFlags } from './config/sources.js';
import type { TopicOptions } from './protocol/api.gen.js';
import { limits as defaultLimits, type Limits } from './protocol/limits.js';

export { ConfigError, UsageError } from './config/config-error.js';
export type { LogLevel } from './config/settings.js';

/** A topic that is made, or brought up to date, at start. What is undefined stays as it is. */
export interface TopicConfig {
  topicName: string;
  /** By their names on the wire. */
  options?: TopicOptions;
}

/** An endpoint that is made, or brought up to date, at start. Exactly one of `password` and `passwordHash` is there. */
export interface EndpointConfig {
  username: string;
  password?: string;
  /** As `hashPassword` makes it. */
  passwordHash?: string;
  /** Lines `pub=PATTERN` and `sub=PATTERN`. */
  patterns: string[];
  role: 'admin' | 'monitor' | 'user';
}

/** A folder whose files are published, complete. */
export type FileDropConfig = FileDropSettings & Required<Pick<FileDropSettings, 'pattern' | 'encoding' | 'finished'>>;

/** Everything that an operator may set, complete: what was not set has its default. */
export interface Config {
  host: string;
  /** 0 = any free port. */
  port: number;
  /** `sqlite:PATH` or `memory:`. */
  store: string;
  logLevel: LogLevel;
  allowedOrigins: string[];
  allowedHosts: string[];
  /** What routes may reach besides public addresses. */
  allowedWebhookNetworks: NetworkConfig[];
  autoCreateTopics: boolean;
  onRamFull: OnRamFull;
  topics: TopicConfig[];
  endpoints: EndpointConfig[];
  /** By their names on the wire. */
  subscriptions: SubscriptionSettings[];
  /** Files of the operator with services and hooks, as patterns of paths. */
  services: string[];
  hooks: string[];
  /** By the names of the file; each has an absolute folder. */
  fileDrops: FileDropConfig[];
  /** Folders below which routes may write files, absolute. */
  fileFolders: string[];
  /** What relative paths in the configuration begin at: where its file is. */
  folder: string;
  limits: Limits;
  /** From `HOLDFAST_ADMIN_PASSWORD`; null if it is not set. */
  adminPassword: string | null;
}

export interface ConfigSources {
  /** Flags, without node, the script and the command. */
  argv: readonly string[];
  env: Environment;
}

/** Defaults, then the config file, then the environment, then flags; the later wins. Throws `ConfigError`. */
export function loadConfig({ argv, env }: ConfigSources): Config {
  const flags = fromFlags(argv);
  const environment = fromEnvironment(env);
  const path = flags.config ?? environment.config;
  const file = path === undefined ? {} : fromFile(path);
  const settings = { ...file, ...environment.settings, ...flags.settings };
  return toConfig(settings, path === undefined ? process.cwd() : dirname(resolve(path)), readAdminPassword(env));
}

function toConfig(settings: Settings, folder: string, adminPassword: string | null): Config {
  return {
    host: settings.host ?? '127.0.0.1',
    port: settings.port ?? 8765,
    store: settings.store ?? 'sqlite:./data/holdfast.db',
    logLevel: settings.log_level ?? 'info',
    allowedOrigins: settings.allowed_origins ?? [],
    allowedHosts: settings.allowed_hosts ?? [],
    allowedWebhookNetworks: (settings.allowed_webhook_networks ?? []).map(text => readNetwork(text)!),
    autoCreateTopics: settings.auto_create_topics ?? true,
    onRamFull: settings.on_ram_full ?? 'refuse',
    topics: (settings.topics ?? []).map(({ topic_name, ...options }) => ({ topicName: topic_name, options })),
    endpoints: (settings.endpoints ?? []).map(endpoint => ({
      username: endpoint.username,
      password: endpoint.password,
      passwordHash: endpoint.password_hash,
      patterns: endpoint.patterns ?? [],
      role: endpoint.role ?? 'user',
    })),
    subscriptions: settings.subscriptions ?? [],
    services: settings.services ?? [],
    hooks: settings.hooks ?? [],
    fileDrops: (settings.file_drops ?? []).map(drop => ({
      pattern: '*',
      encoding: 'utf8',
      finished: { quiet_ms: defaultLimits.file_quiet_ms },
      ...drop,
      folder: resolve(folder, drop.folder),
    })),
    fileFolders: (settings.file_folders ?? []).map(path => resolve(folder, path)),
    folder,
    limits: checkLimits({ ...defaultLimits, ...settings.limits }),
    adminPassword,
  };
}

/** What one limit says about another is beyond a schema. */
function checkLimits(limits: Limits): Limits {
  mustBeLess(limits, 'pong_wait_ms', 'ping_interval_ms');
  mustBeLess(limits, 'socket_buffer_bytes', 'socket_buffer_bytes_max');
  mustBeLess(limits, 'close_wait_ms_max', 'stop_ms_max');
  return limits;
}

function mustBeLess(limits: Limits, less: keyof Limits, more: keyof Limits): void {
  if (limits[less] < limits[more]) return;
  throw new ConfigError(
    `limits.${less} must be less than limits.${more}: ${limits[less]} is not less than ${limits[more]}.`,
  );
}

function readAdminPassword(env: Environment): string | null {
  const password = env.HOLDFAST_ADMIN_PASSWORD || null;
  if (password === null || Buffer.byteLength(password) <= defaultLimits.password_bytes_max) return password;
  throw new ConfigError(`HOLDFAST_ADMIN_PASSWORD is longer than ${defaultLimits.password_bytes_max} bytes.`);
}
