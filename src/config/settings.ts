import type { SubscriptionCreateParams, TopicOptions } from '../protocol/api.gen.js';
import type { Limits } from '../protocol/limits.js';

/** What one source sets, by the names of `schemas/config.json`; what it does not set is left out. */
export interface Settings {
  host?: string;
  port?: number;
  store?: string;
  log_level?: LogLevel;
  allowed_origins?: string[];
  allowed_hosts?: string[];
  allowed_webhook_networks?: string[];
  auto_create_topics?: boolean;
  on_ram_full?: OnRamFull;
  topics?: TopicSettings[];
  endpoints?: EndpointSettings[];
  subscriptions?: SubscriptionSettings[];
  services?: string[];
  hooks?: string[];
  file_drops?: FileDropSettings[];
  file_folders?: string[];
  limits?: Partial<Limits>;
}

/** What becomes of a message that is not guaranteed when there is no room in memory. */
export type OnRamFull = 'refuse' | 'drop_oldest' | 'drop_lowest_priority';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface TopicSettings extends TopicOptions {
  topic_name: string;
}

export type SubscriptionSettings = Omit<SubscriptionCreateParams, 'topic_name' | 'name' | 'topic_name_list'> & {
  name: string;
  topic_name_list: string[];
};

export interface EndpointSettings {
  username: string;
  password?: string;
  password_hash?: string;
  patterns?: string[];
  role?: 'admin' | 'monitor' | 'user';
}

/** A folder whose files are published. */
export interface FileDropSettings {
  folder: string;
  pattern?: string;
  topic_name: string;
  username: string;
  encoding?: 'utf8' | 'json' | 'base64';
  mime_type?: string;
  priority?: number;
  expiration?: number;
  has_gd?: boolean;
  finished?: 'rename' | { quiet_ms: number } | { marker: string };
}
