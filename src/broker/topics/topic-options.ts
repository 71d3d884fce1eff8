import { limits } from '../../protocol/limits.js';

/** Options of a topic, by their names on the wire. */
export interface TopicOptions {
  /** False: publishes are refused. */
  is_active: boolean;
  /** False: nobody subscribes to it by name over the API. */
  is_api_sub_allowed: boolean;
  /** Whether messages that do not say are guaranteed. */
  has_gd: boolean;
  /** Messages that may wait in the topic, or null for no bound. */
  max_depth: number | null;
  /** Publications between two counts of the depth. */
  depth_check_freq: number;
  /** Seconds that a message stays in the log although everyone has settled it. */
  limit_retention: number;
  /** Seconds: the most that an `expiration` may be, or null. */
  limit_message_expiry: number | null;
  /** Seconds after which a subscription that nobody uses loses the topic, or null. */
  limit_sub_inactivity: number | null;
  /** What becomes of messages while no subscription names the topic. */
  on_no_subs_pub: 'keep' | 'drop';
  /** A JSON Schema that `data` must satisfy, or null. */
  schema: Record<string, unknown> | null;
}

/** Dropping is the default, so that a subscription has what is published after it was made, and nothing else. */
export const topicDefaults: Readonly<TopicOptions> = Object.freeze({
  is_active: true,
  is_api_sub_allowed: true,
  has_gd: true,
  max_depth: null,
  depth_check_freq: limits.depth_check_freq,
  limit_retention: 0,
  limit_message_expiry: null,
  limit_sub_inactivity: null,
  on_no_subs_pub: 'drop',
  schema: null,
});

/** Only what differs from the defaults is stored, so that a later default reaches old topics too. */
export function encodeTopicOptions(options: Partial<TopicOptions>): string {
  const differing = Object.entries(options).filter(
    ([name, value]) => value !== undefined && value !== topicDefaults[name as keyof TopicOptions],
  );
  return JSON.stringify(Object.fromEntries(differing.sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function decodeTopicOptions(json: string): Readonly<TopicOptions> {
  if (json === '{}') return topicDefaults;
  return Object.freeze({ ...topicDefaults, ...(JSON.parse(json) as Partial<TopicOptions>) });
}
