import type { Limits } from './protocol/limits.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A topic that is created, or brought up to date, at start. */
export interface TopicConfig {
  topicName: string;
  isActive?: boolean;
  hasGd?: boolean;
}

/** An endpoint that is created, or brought up to date, at start. Exactly one of `password` and `passwordHash` is there. */
export interface EndpointConfig {
  username: string;
  password?: string;
  /** As `hashPassword` makes it. */
  passwordHash?: string;
  /** Lines `pub=PATTERN` and `sub=PATTERN`. */
  patterns: string[];
  role: 'admin' | 'monitor' | 'user';
}

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
  autoCreateTopics: boolean;
  topics: TopicConfig[];
  endpoints: EndpointConfig[];
  limits: Limits;
  /** From `HOLDFAST_ADMIN_PASSWORD`. */
  adminPassword: string | null;
}

/** A setting that cannot be used. The message says where it stands, what is wrong with it and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface ConfigSources {
  /** Flags, without node and the script. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

/** Defaults, then the config file, then the environment, then flags; the later wins. Throws `ConfigError`. */
export function loadConfig(_sources: ConfigSources): Config {
  throw new Error('not written yet');
}
