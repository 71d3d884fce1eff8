import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Config, ConfigError, loadConfig, UsageError } from '../../src/config.js';
import { limits } from '../../src/protocol/limits.js';
import { readDoc } from '../api/schema-files.js';

const test = suite('config');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
const file = join(folder, 'holdfast.json');

test.after(() => rmSync(folder, { recursive: true }));

function write(content: unknown): string {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function fromFile(content: unknown): Config {
  return loadConfig({ argv: ['--config', write(content)], env: {} });
}

/** The message with which it is refused, the path of the file shortened. */
function refusal(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as Error).message.replaceAll(file, 'FILE');
  }
  throw new Error('it was taken');
}

test('without anything it is complete', () => {
  const config = loadConfig({ argv: [], env: {} });
  assert.equal(config, {
    host: '127.0.0.1',
    port: 8765,
    store: 'sqlite:./data/holdfast.db',
    logLevel: 'info',
    allowedOrigins: [],
    allowedHosts: [],
    allowedWebhookNetworks: [],
    autoCreateTopics: true,
    onRamFull: 'refuse',
    topics: [],
    endpoints: [],
    subscriptions: [],
    services: [],
    hooks: [],
    fileDrops: [],
    fileFolders: [],
    folder: process.cwd(),
    limits: { ...limits },
    adminPassword: null,
  });
});

test('the file goes before the defaults, the environment before the file, flags before the environment', () => {
  write({ host: '192.0.2.1', port: 1, store: 'sqlite:file.db', log_level: 'debug' });
  const env = {
    HOLDFAST_CONFIG: file,
    HOLDFAST_PORT: '2',
    HOLDFAST_STORE: 'sqlite:env.db',
    HOLDFAST_LOG_LEVEL: 'warn',
  };
  const { host, port, store, logLevel } = loadConfig({ argv: ['--store', 'memory:', '--log-level=error'], env });
  assert.equal({ host, port, store, logLevel }, { host: '192.0.2.1', port: 2, store: 'memory:', logLevel: 'error' });
});

test('the file of the flag goes before that of the variable', () => {
  const config = loadConfig({ argv: ['--config', write({ port: 1 })], env: { HOLDFAST_CONFIG: '/nowhere.json' } });
  assert.is(config.port, 1);
});

test('an empty variable is as good as none', () => {
  const env = { HOLDFAST_PORT: '', HOLDFAST_CONFIG: '', HOLDFAST_ADMIN_PASSWORD: '' };
  const { port, adminPassword } = loadConfig({ argv: [], env });
  assert.equal([port, adminPassword], [8765, null]);
});

test('the password of admin comes from the environment', () => {
  assert.is(loadConfig({ argv: [], env: { HOLDFAST_ADMIN_PASSWORD: 'secret' } }).adminPassword, 'secret');
  const tooLong = 'x'.repeat(limits.password_bytes_max + 1);
  const message = refusal(() => loadConfig({ argv: [], env: { HOLDFAST_ADMIN_PASSWORD: tooLong } }));
  assert.is(message, 'HOLDFAST_ADMIN_PASSWORD is longer than 1024 bytes.');
});

test('topics and endpoints are read, with what they leave out', () => {
  const { topics, endpoints } = fromFile({
    topics: [{ topic_name: '/a', is_active: false }],
    endpoints: [
      { username: 'crm', password: 'p', patterns: ['sub=/a/**'], role: 'monitor' },
      { username: 'shop', password_hash: `scrypt$16384$8$1$${'s'.repeat(22)}$${'h'.repeat(43)}` },
    ],
  });
  assert.equal(topics, [{ topicName: '/a', options: { is_active: false } }]);
  assert.equal(
    endpoints.map(({ username, patterns, role }) => [username, patterns, role]),
    [
      ['crm', ['sub=/a/**'], 'monitor'],
      ['shop', [], 'user'],
    ],
  );
  assert.equal([endpoints[0]!.password, endpoints[0]!.passwordHash], ['p', undefined]);
});

test('limits that are set replace their defaults and leave the others', () => {
  const config = fromFile({ limits: { frame_bytes_max: 0 } });
  assert.equal(config.limits, { ...limits, frame_bytes_max: 0 });
});

test('the example of the page is taken', () => {
  const example = /^```json\n([\s\S]*?)^```$/m.exec(readDoc('CONFIG.md'))![1]!;
  assert.is(fromFile(example).endpoints.length, 2);
});

const refusals: [unknown, string | RegExp][] = [
  ['{"port": 1,}', /^FILE: .*JSON.*docs\/CONFIG\.md/],
  [[], /^FILE: the configuration must be object, not array\./],
  [{ prot: 1 }, /^FILE: prot is not known\. Known here: \$schema, host, port, /],
  [{ limits: { frame_max: 1 } }, /^FILE: limits\.frame_max is not known\. Known here: frame_bytes_max, /],
  [{ port: 'x' }, 'FILE: port must be integer, not "x". It is: TCP port to listen on; 0 = any free one.'],
  [{ port: 65_536 }, /^FILE: port must be <= 65535, not 65536\./],
  [{ log_level: 'loud' }, /^FILE: log_level must be one of debug, info, warn, error, silent, not "loud"\./],
  [{ store: 'postgres://db' }, /^FILE: store must be `sqlite:PATH` or `memory:`, not "postgres:\/\/db"\./],
  [{ allowed_origins: ['https://a/b'] }, /^FILE: allowed_origins\[0\] must be an origin like .*, not "https:\/\/a\/b"/],
  [{ allowed_hosts: ['http://a'] }, /^FILE: allowed_hosts\[0\] must be a name like /],
  [{ topics: [{}] }, 'FILE: topics[0] lacks topic_name.'],
  [{ topics: [{ topic_name: '/a/*' }] }, 'FILE: topics[0].topic_name must not contain *.'],
  [{ topics: [{ topic_name: 'a' }, { topic_name: '/a' }] }, 'FILE: topics[1] is there twice.'],
  [{ endpoints: [{ username: 'a' }] }, 'FILE: endpoints[0] must have either password or password_hash.'],
  [
    { subscriptions: [{ username: 'a', name: 'b', topic_name_list: ['/a**'] }] },
    /subscriptions\[0\]\.topic_name_list\[0\] must have \*\* only as/,
  ],
  [
    { subscriptions: [{ username: 'a', name: 'b', topic_name_list: ['/a'], route: { url: 'x' }, service_name: 's' }] },
    'FILE: subscriptions[0] must not have both route and service_name.',
  ],
  [
    { subscriptions: [{ username: 'a', name: 'b', topic_name_list: ['/a'], wait_sock_err: 'x' }] },
    /subscriptions\[0\]\.wait_sock_err must be a number of seconds from 0/,
  ],
  [
    { subscriptions: [1, 2].map(() => ({ username: 'a', name: 'b', topic_name_list: ['/a'] })) },
    'FILE: subscriptions[1] has the username and the name of another one.',
  ],
  [{ endpoints: [{ username: 'admin', password: 'p' }] }, /^FILE: endpoints\[0\]\.username must be .* not `admin`/],
  [{ endpoints: [{ username: 'é'.repeat(150), password: 'p' }] }, /username must be at most 200 bytes long/],
  [{ endpoints: [{ username: 'a', password: 'p', patterns: ['/a'] }] }, /patterns\[0\] must be a line `pub=PATTERN`/],
  [{ endpoints: [{ username: 'a', password: 'p', patterns: ['pub=/a**'] }] }, /patterns\[0\] must have \*\* only as/],
  [
    { endpoints: ['p', 'q'].map(password => ({ username: 'a', password })) },
    'FILE: endpoints[1] has the username of another one.',
  ],
  [{ limits: { pong_wait_ms: 25_000 } }, /^limits\.pong_wait_ms must be less than limits\.ping_interval_ms/],
  [{ limits: { socket_buffer_bytes: 2 ** 30 } }, /^limits\.socket_buffer_bytes must be less than/],
  [{ limits: { stop_ms_max: 1_000 } }, /^limits\.close_wait_ms_max must be less than limits\.stop_ms_max/],
];

for (const [content, expected] of refusals) {
  test(`refused: ${JSON.stringify(content).slice(0, 60)}`, () => {
    const message = refusal(() => fromFile(content));
    if (typeof expected === 'string') assert.is(message, expected);
    else assert.match(message, expected);
  });
}

test('all faults of a file are told at once, a line for each', () => {
  const message = refusal(() => fromFile({ port: 'x', prot: 1, endpoints: [{ username: 'a' }] }));
  assert.equal(
    message
      .split('\n')
      .map(line => line.split(' ')[1])
      .sort(),
    ['endpoints[0]', 'port', 'prot'],
  );
});

test('a file that cannot be read is named', () => {
  const message = refusal(() => loadConfig({ argv: ['--config', join(folder, 'none.json')], env: {} }));
  assert.match(message, /none\.json: ENOENT.*Name a file that can be read/);
});

test('no message shows a password', () => {
  for (const wrong of [
    { password: 's3cret\n' },
    { password_hash: 's3cret' },
    { password: 's3cret', password_hash: 's3cret' },
  ]) {
    assert.not.match(
      refusal(() => fromFile({ endpoints: [{ username: 'a', ...wrong }] })),
      's3cret',
    );
  }
});

test('nor of a route', () => {
  const routes = [
    { url: 5, secret: 's3cret' },
    { url: 'http://x', secret: 's3cret'.repeat(1_000) },
    { url: 'http://x', headers: { authorization: ['s3cret'] } },
    's3cret',
  ];
  for (const route of routes) {
    const message = refusal(() =>
      fromFile({ subscriptions: [{ username: 'a', name: 'b', topic_name_list: ['/a'], route }] }),
    );
    assert.match(message, /subscriptions\[0\]\.route/);
    assert.not.match(message, /s3cret/);
  }
});

test('nor does one about what a password was put into', () => {
  for (const endpoints of [{ username: 'a', password: 's3cret' }, ['a:s3cret'], 's3cret', [['a', 's3cret']]]) {
    assert.not.match(
      refusal(() => fromFile({ endpoints })),
      's3cret',
    );
  }
});

test('nor one about a file that is no JSON, which tells the line', () => {
  const lines = ['{"endpoints": [', '  {"username": "a", "password": s3cret}', ']}'];
  const message = refusal(() => fromFile(lines.join('\n')));
  assert.not.match(message, '3cret');
  assert.match(message, /^FILE: Unexpected token 's' in line 2\. It must be JSON/);
});

test('a wrong variable is named', () => {
  const message = refusal(() => loadConfig({ argv: [], env: { HOLDFAST_PORT: 'tcp://10.0.0.1:8765' } }));
  assert.match(message, /^HOLDFAST_PORT: port must be integer, not "tcp:\/\/10\.0\.0\.1:8765"/);
});

test('a wrong flag is a fault of usage', () => {
  for (const argv of [['--prot', '1'], ['--port', 'x'], ['--port'], ['surplus']]) {
    try {
      loadConfig({ argv, env: {} });
      assert.unreachable(argv.join(' '));
    } catch (error) {
      assert.instance(error, UsageError);
    }
  }
});

test.run();
