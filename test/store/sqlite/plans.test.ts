import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PositionCounter } from '../../../src/store/positions.js';
import { Counter } from '../../../src/store/sqlite/count.js';
import { DelayReader } from '../../../src/store/sqlite/delay-reader.js';
import { LetterReader } from '../../../src/store/sqlite/letter-reader.js';
import { MessageReader } from '../../../src/store/sqlite/message-reader.js';
import { migrate } from '../../../src/store/sqlite/migrate.js';
import { PageReader } from '../../../src/store/sqlite/page.js';
import { migrations } from '../../../src/store/sqlite/schema.js';
import { SubscriptionReader } from '../../../src/store/sqlite/subscription-reader.js';
import { SweepReader } from '../../../src/store/sqlite/sweep-reader.js';
import { TopicNames } from '../../../src/store/sqlite/topic-names.js';
import { Transactions } from '../../../src/store/sqlite/transactions.js';

/** What may be read whole: what the broker has in memory anyway, JSON arrays, and the first row of a list of chores. */
const scanAllowed = /^SCAN (topic|endpoint|time_mark|right_stretch|mailbox_gone|wanted|json_each|CONSTANT|\()/;

/** A range of the log. Only walks may read it, which count what they read; for all others there is an index. */
const logRange = /^SEARCH message USING INTEGER PRIMARY KEY \(rowid>/;

/** An empty store of the present schema. */
function database(): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations);
  return db;
}

/** Every statement that the engine prepares on this database. */
function statementsOf(db: Database.Database): string[] {
  const statements = new Set<string>();
  const prepare = db.prepare.bind(db);
  db.prepare = ((source: string) => {
    statements.add(source);
    return prepare(source);
  }) as typeof db.prepare;
  new Transactions(db, new PositionCounter(0, 1));
  new PageReader(db, new TopicNames(db));
  new Counter(db, new TopicNames(db));
  new MessageReader(db);
  new DelayReader(db);
  new LetterReader(db);
  new SubscriptionReader(db);
  new SweepReader(db);
  db.prepare = prepare;
  return [...statements].filter(source => /^\s*(SELECT|INSERT|UPDATE|DELETE)/.test(source));
}

function planOf(db: Database.Database, source: string): string[] {
  const parameters = new Array(source.split('?').length - 1).fill(1);
  const statement = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${source}`);
  const rows = source.includes('@') ? statement.all({ ...namedParameters(source) }) : statement.all(...parameters);
  return rows.map(({ detail }) => detail);
}

function namedParameters(source: string): Record<string, number> {
  return Object.fromEntries([...source.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]));
}

/** The stretches of one page of subscriptions, of which each has few. */
const sortAllowed = /FROM interest_stretch/;

/** Steps of its plan that cost more the more there is in the store. */
function costlySteps(db: Database.Database, source: string): string[] {
  const isWalk = source.includes('NOT INDEXED');
  return planOf(db, source).filter(
    step =>
      (step.startsWith('SCAN') && !scanAllowed.test(step)) ||
      (step.includes('TEMP B-TREE') && !sortAllowed.test(source)) ||
      (logRange.test(step) && !isWalk),
  );
}

const test = suite('sqlite plans');

test('no statement scans a table that grows, and none sorts more than a page', () => {
  const db = database();
  const statements = statementsOf(db);
  assert.ok(statements.length > 50, `only ${statements.length} statements were seen`);
  for (const source of statements) assert.equal(costlySteps(db, source), [], source);
  db.close();
});

test('the check finds a scan and a sort', () => {
  const db = database();
  const costly = (source: string): number => costlySteps(db, source).length;
  assert.is(costly('SELECT pos FROM message WHERE body = ?'), 1);
  assert.is(costly('SELECT pos FROM message WHERE topic_id = ? AND priority = ? AND pos > ? ORDER BY pos'), 1);
  assert.is(costly('SELECT pos FROM overlay WHERE sub_id = ? ORDER BY due_at'), 1);
  assert.is(costly('DELETE FROM named WHERE remember_until < ?'), 1);
  db.close();
});

test('a lane is read and counted as one range of its index alone', () => {
  const db = database();
  const lanes = statementsOf(db).filter(source => source.includes('INDEXED BY message_lane'));
  const covering = 'SEARCH message USING COVERING INDEX message_lane (topic_id=? AND priority=? AND pos>? AND pos<?)';
  const ranges = lanes.filter(source => source.includes('pos > ?'));
  assert.is(ranges.length, 3);
  for (const source of ranges) assert.ok(planOf(db, source).includes(covering), source);
  db.close();
});

test('a walk is one range of the log, or of the index of the priorities that are rare', () => {
  const db = database();
  const statements = statementsOf(db);
  const plansOf = (part: string): string[] =>
    statements.filter(source => source.includes(part)).map(source => planOf(db, source)[0]!);
  const range = 'message_walk (priority=? AND pos>? AND pos<?)';
  // Whoever counts asks for the expiry too, which is not in the index.
  assert.equal(plansOf('INDEXED BY message_walk'), [
    `SEARCH message USING COVERING INDEX ${range}`,
    `SEARCH message USING INDEX ${range}`,
  ]);
  const log = plansOf('NOT INDEXED');
  assert.is(log.length, 3);
  for (const plan of log) assert.match(plan, logRange);
  db.close();
});

test.run();
