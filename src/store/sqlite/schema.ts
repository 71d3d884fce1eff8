/** `PRAGMA application_id` of our databases: "Hold". By it we know ours from those of other programs. */
export const applicationId = 0x486f6c64;

/**
 * Where a message is to be found. Bits, so that an addressed message is known as such when it is kept.
 * Only messages that are `inLane` are in the indexes of lanes and walks.
 */
export const place = { inLane: 0, addressed: 1, kept: 2 } as const;

/**
 * `message_lane` ends with the position, which SQLite could append by itself, so that `expires_at` may follow: a depth
 * is then counted exactly in this index alone, 12 million rows/s, for 2 % more space and no measurable time.
 * `message_expiry` and `named_forget` are in coarse steps, because random times make an index twice as dear.
 * Ids of what clients may hold on to are never used again (AUTOINCREMENT).
 */
const first = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  pos INTEGER PRIMARY KEY,
  topic_id INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  expiry_step INTEGER NOT NULL,
  place INTEGER NOT NULL,
  msg_id TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX message_lane ON message (topic_id, priority, pos, expires_at) WHERE place = 0;
CREATE INDEX message_walk ON message (priority, pos, topic_id) WHERE priority <> 5 AND place = 0;
CREATE INDEX message_expiry ON message (expiry_step);

CREATE TABLE mailbox (
  sub_id INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  pos INTEGER NOT NULL,
  PRIMARY KEY (sub_id, priority, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX mailbox_pos ON mailbox (pos);
CREATE TABLE mailbox_gone (sub_id INTEGER PRIMARY KEY) STRICT;

CREATE TABLE named (
  msg_id TEXT PRIMARY KEY,
  endpoint_id INTEGER NOT NULL,
  pos INTEGER,
  remember_until INTEGER NOT NULL,
  forget_step INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX named_forget ON named (forget_step) WHERE forget_step IS NOT NULL;

CREATE TABLE delayed (
  id INTEGER PRIMARY KEY,
  due_at INTEGER NOT NULL,
  topic_id INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  msg_id TEXT NOT NULL,
  sub_ids TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX delayed_due ON delayed (due_at);

CREATE TABLE topic (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  options TEXT NOT NULL
) STRICT;

CREATE TABLE endpoint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  credential TEXT NOT NULL,
  publish_patterns TEXT NOT NULL
) STRICT;

CREATE TABLE right_stretch (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER NOT NULL,
  pattern TEXT NOT NULL,
  from_pos INTEGER NOT NULL,
  to_pos INTEGER
) STRICT;
CREATE INDEX right_stretch_owner ON right_stretch (owner_id, pattern);

CREATE TABLE subscription (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sub_key TEXT NOT NULL UNIQUE,
  endpoint_id INTEGER NOT NULL,
  name TEXT,
  options TEXT NOT NULL,
  lanes TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (endpoint_id, name)
) STRICT;

CREATE TABLE interest_stretch (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER NOT NULL,
  pattern TEXT NOT NULL,
  from_pos INTEGER NOT NULL,
  to_pos INTEGER
) STRICT;
CREATE INDEX interest_stretch_owner ON interest_stretch (owner_id, pattern);
CREATE INDEX interest_stretch_open ON interest_stretch (pattern) WHERE to_pos IS NULL;

CREATE TABLE overlay (
  sub_id INTEGER NOT NULL,
  pos INTEGER NOT NULL,
  state TEXT NOT NULL,
  topic_id INTEGER NOT NULL,
  home INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  last_error TEXT,
  body TEXT,
  PRIMARY KEY (sub_id, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX overlay_pos ON overlay (pos, expires_at);
`;

/**
 * For a broker that reads nothing of subscriptions that have nothing to do: who is interested in a pattern is found page
 * by page in an index that holds all that is asked for; the distinct patterns with stars and the subscriptions that have
 * a bound are found in indexes of their own, as few have either; subscriptions of an endpoint are not counted again and again.
 */
const second = `
DROP INDEX interest_stretch_open;
CREATE INDEX interest_stretch_pattern ON interest_stretch (pattern, owner_id, from_pos, to_pos);
CREATE INDEX interest_stretch_wide ON interest_stretch (pattern) WHERE instr(pattern, '*') > 0;
CREATE INDEX subscription_bounded ON subscription (id) WHERE instr(options, '"max_depth":') > 0;
CREATE TABLE subscription_count (endpoint_id INTEGER PRIMARY KEY, subscriptions INTEGER NOT NULL) STRICT;
INSERT INTO subscription_count SELECT endpoint_id, count(*) FROM subscription GROUP BY endpoint_id;
`;

/** Messages of a queue may be moved to its top. */
const third = `
ALTER TABLE overlay ADD COLUMN top INTEGER NOT NULL DEFAULT 0;
`;

/** Lists of subscriptions, of all and of one endpoint, and those that the broker itself keeps attached at its start. */
const subscriptionLists = `
CREATE INDEX subscription_endpoint ON subscription (endpoint_id);
CREATE INDEX subscription_standing ON subscription (id) WHERE instr(options, '"receiver":') > 0;
`;

/** Which time a position stands for, coarsely: for what is kept for a time, and to find what came after one. */
const timeMarks = `
CREATE TABLE time_mark (pos INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
`;

/** Delayed messages are listed by whose they are, found by their ids, and edited. */
const delayedLists = `
ALTER TABLE delayed ADD COLUMN endpoint_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delayed ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE delayed SET endpoint_id = coalesce((SELECT endpoint_id FROM named WHERE named.msg_id = delayed.msg_id), 0);
CREATE INDEX delayed_endpoint ON delayed (endpoint_id, due_at);
CREATE UNIQUE INDEX delayed_msg_id ON delayed (msg_id);
`;

/** Topics may keep what is published while nobody subscribes. */
const keepingTopics = `
ALTER TABLE topic ADD COLUMN kept_from INTEGER;
CREATE INDEX topic_keeping ON topic (name) WHERE kept_from IS NOT NULL;
`;

/**
 * Whose a dead letter is, so that it can be put back. Those of before belong to nobody. A row may outlive its message,
 * which is not looked up here when it goes; by its own expiry it goes soon after.
 */
const deadLetters = `
CREATE TABLE dead_letter (
  sub_id INTEGER NOT NULL,
  pos INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (sub_id, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_letter_expiry ON dead_letter (expires_at);
`;

/** A deleted topic stays until all that it had is gone, which is found by these indexes, and by that of lanes. */
const deletedTopics = `
ALTER TABLE topic ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_apart ON message (topic_id) WHERE place <> 0;
CREATE INDEX delayed_topic ON delayed (topic_id);
`;

/** When a subscription was last used, by a clock that stands still while no broker is up; 0: nobody knows. */
const uses = `
ALTER TABLE subscription ADD COLUMN used_at INTEGER DEFAULT 0;
`;

/** Each brings a database from the version of its index to the next one. What was released is never changed. */
export const migrations: readonly string[] = [
  first,
  second,
  third,
  subscriptionLists,
  timeMarks,
  delayedLists,
  keepingTopics,
  deadLetters,
  deletedTopics,
  uses,
];
