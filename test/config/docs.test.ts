import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchesPassword } from '../../src/api/credentials/hash.js';
import { flags, variables } from '../../src/config/sources.js';
import { loadConfig } from '../../src/config.js';
import { limits } from '../../src/protocol/limits.js';
import { readDoc } from '../api/schema-files.js';
import { section } from '../docs/sections.js';
import { tableAfter } from '../docs/tables.js';
import { limitRows, memberRows, objectRows, readConfigSchema } from './tables.js';

const test = suite('CONFIG.md');
const schema = readConfigSchema();
const page = readDoc('CONFIG.md');

/** Every table of the page, beside the rows that it must have. */
function tables(markdown: string): [string, string[][], string[][]][] {
  return [
    ['members', tableAfter(section(markdown, 'Members'), 'member'), memberRows(schema)],
    ['topics', tableAfter(section(markdown, 'Topics'), 'member'), objectRows(schema, 'topic')],
    ['endpoints', tableAfter(section(markdown, 'Endpoints'), 'member'), objectRows(schema, 'endpoint')],
    ['subscriptions', tableAfter(section(markdown, 'Subscriptions'), 'member'), objectRows(schema, 'subscription')],
    ['file drops', tableAfter(section(markdown, 'File drops'), 'member'), objectRows(schema, 'file_drop')],
    ['limits', tableAfter(section(markdown, 'Limits'), 'limit'), limitRows(schema)],
  ];
}

for (const [name, actual, expected] of tables(page)) {
  test(`its table of ${name} is that of the schema`, () => assert.equal(actual, expected));
}

test('a row that differs from the schema is found', () => {
  for (const planted of [
    page.replace('`8765`', '`8766`'),
    page.replace('| 25,000 |', '| 26,000 |'),
    page.replace(/^\| `is_active`.*\n/m, ''),
  ]) {
    assert.is.not(planted, page);
    assert.ok(tables(planted).some(([, actual, expected]) => JSON.stringify(actual) !== JSON.stringify(expected)));
  }
});

test('it names every variable and every flag', () => {
  for (const variable of Object.keys(variables)) assert.ok(page.includes(`\`${variable}\``), variable);
  for (const flag of Object.keys(flags)) assert.ok(page.includes(`\`--${flag}`), flag);
});

test('the defaults of the schema are those of the code', () => {
  const config = loadConfig({ argv: [], env: {} });
  const { properties } = schema;
  const inWireNames: Record<string, unknown> = {
    host: config.host,
    port: config.port,
    store: config.store,
    log_level: config.logLevel,
    allowed_origins: config.allowedOrigins,
    allowed_hosts: config.allowedHosts,
    allowed_webhook_networks: config.allowedWebhookNetworks,
    auto_create_topics: config.autoCreateTopics,
    on_ram_full: config.onRamFull,
    topics: config.topics,
    endpoints: config.endpoints,
    subscriptions: config.subscriptions,
    services: config.services,
    hooks: config.hooks,
    file_drops: config.fileDrops,
    file_folders: config.fileFolders,
    limits: {},
  };
  for (const [name, node] of Object.entries(properties)) assert.equal(inWireNames[name], node.default, name);
  for (const [name, node] of Object.entries(properties.limits!.properties!)) {
    assert.is(limits[name as keyof typeof limits], node.default, name);
  }
});

test('the line that makes a password hash makes one that works', async () => {
  const line = /^node -e '(.*)' 'the password'$/m.exec(section(page, 'Endpoints'))![1]!;
  const hash = execFileSync(process.execPath, ['-e', line, 'the password'], { encoding: 'utf8' }).trim();
  assert.is(await matchesPassword('the password', hash), true);
});

test.run();
