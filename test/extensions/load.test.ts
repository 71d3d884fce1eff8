import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ExtensionFault } from '../../src/extensions/extension-fault.js';
import { Extensions } from '../../src/extensions/extensions.js';
import { limits } from '../../src/protocol/limits.js';
import { SystemClock } from '../../src/system-clock.js';
import { OperatorFiles } from './files.js';

const test = suite('extensions: files that are loaded');
const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = new SystemClock();

/** Loads files of services and hooks from a folder of their own. */
async function load(contents: Record<string, string>, given: { services?: string[]; hooks?: string[] } = {}) {
  const files = new OperatorFiles(contents);
  const patterns = { folder: files.folder, services: ['services/*'], hooks: [], ...given };
  const checkOptions = (options: object) => {
    if ('priority' in options) throw new Error('priority is unknown');
  };
  const shortLimits = { ...limits, extension_load_ms_max: 3_000 };
  const loading = Extensions.load({ limits: shortLimits, clock, log, checkOptions, patterns });
  const extensions = await loading.finally(() => files.remove());
  await extensions.stop();
  return extensions.loaded;
}

async function faultOf(...given: Parameters<typeof load>): Promise<string> {
  const error = await load(...given).then(
    () => null,
    reason => reason,
  );
  assert.instance(error, ExtensionFault, `it was loaded, or: ${error}`);
  return (error as Error).message;
}

const service = (members: string, from = 'holdfast/services') =>
  `import { defineService } from '${from}'; export const s = defineService({ ${members} });`;
const good = (name: string) => service(`name: '${name}', handle() {}`);

test('are those that the patterns name, but for the exceptions, in the order of their paths', async () => {
  const { services, hooks } = await load(
    {
      'services/b.js': good('b'),
      'services/a.ts': `const name: string = 'a';\n${good('a')}`,
      'services/shared/no.js': 'export {}',
      'hooks/h.js': `import { defineHooks } from 'holdfast/hooks';
        export const h = defineHooks({ topics: ['/a/**'], timeout_sec: 2, before_publish() {}, on_subscribed() {} });`,
    },
    { services: ['services/**/*', '!services/shared/**'], hooks: ['hooks/*.js'] },
  );
  assert.equal(
    services.map(({ name, concurrency, timeoutSec, topics, options }) => [
      name,
      concurrency,
      timeoutSec,
      topics,
      options,
    ]),
    [
      ['a', 1, 60, [], {}],
      ['b', 1, 60, [], {}],
    ],
  );
  assert.equal(
    hooks.map(({ topics, timeoutSec, has }) => [topics, timeoutSec, has]),
    [[['/a/**'], 2, ['before_publish', 'on_subscribed']]],
  );
});

test('may be CommonJS, and may export what they define under several names', async () => {
  const { services } = await load({
    'services/c.cjs': `
      const mark = Symbol.for('holdfast.service');
      exports.one = exports.other = { [mark]: { name: 'c', handle() {} } };`,
  });
  assert.equal(
    services.map(({ name }) => name),
    ['c'],
  );
});

const faults: [what: string, text: string, message: RegExp][] = [
  ['that cannot be parsed', 'export const = 1;', /services\/x\.js: .*Unexpected token/],
  ['that throws', `throw new Error('no database');`, /services\/x\.js: no database/],
  [
    'that imports what is not there',
    `import 'no-such-package';`,
    /services\/x\.js: Cannot find package 'no-such-package'/,
  ],
  ['that defines nothing', 'export const x = 1;', /services\/x\.js: it defines no services/],
  ['that ends its thread', 'process.exit(7);', /services\/x\.js: it ended by itself, with code 7/],
  ['that waits for ever', 'await new Promise(() => {});', /services\/x\.js: an await outside of all functions waits/],
  ['that never ends', 'for (;;);', /services\/x\.js: it is not loaded after 3000 ms/],
  ['with a name that has a slash', service(`name: 'a/b', handle() {}`), /the name of a service must have .*not "a\/b"/],
  ['without a name', service('handle() {}'), /the name of a service must have/],
  ['without a handle', service(`name: 'x'`), /service x: handle must be a function/],
  ['with an unknown member', service(`name: 'x', handel() {}, handle() {}`), /service x: handel is not known/],
  [
    'with a bad topic',
    service(`name: 'x', topics: ['/a//b'], handle() {}`),
    /topics\[0\] must not have an empty segment/,
  ],
  [
    'with bad concurrency',
    service(`name: 'x', concurrency: 0, handle() {}`),
    /concurrency must be a whole number from 1/,
  ],
  [
    'with a bad time limit',
    service(`name: 'x', timeout_sec: '1', handle() {}`),
    /timeout_sec must be a number of seconds/,
  ],
  [
    'with options that no service has',
    service(`name: 'x', options: { name: 'y' }, handle() {}`),
    /options: name is none/,
  ],
  [
    'with options that nothing has',
    service(`name: 'x', options: { priority: 1 }, handle() {}`),
    /service x: options: priority is unknown/,
  ],
];

for (const [what, text, message] of faults) {
  test(`a file ${what} is refused with its path and the reason`, async () => {
    assert.match(await faultOf({ 'services/x.js': text }), message);
  });
}

test('TypeScript that is more than types is refused with its place', async () => {
  const message = await faultOf({ 'services/x.ts': `${good('x')}\nenum Colour { red }` });
  assert.match(message, /services\/x\.ts/);
  assert.match(message, /enum is not supported/);
});

test('hooks without a topic, or without a hook, are refused', async () => {
  const hooks = (members: string) =>
    `import { defineHooks } from 'holdfast/hooks'; export const h = defineHooks({ ${members} });`;
  const given = { services: [], hooks: ['h.js'] };
  assert.match(await faultOf({ 'h.js': hooks('before_publish() {}') }, given), /topics must be a list/);
  assert.match(await faultOf({ 'h.js': hooks(`topics: ['/a']`) }, given), /at least one of before_publish/);
  assert.match(
    await faultOf({ 'h.js': hooks(`topics: ['/a'], before_publish: 1`) }, given),
    /before_publish must be a function/,
  );
});

test('two services with one name or one topic are refused, each with its file', async () => {
  const message = await faultOf({ 'services/1.js': good('a.b'), 'services/2.js': good('a_b') });
  assert.match(message, /2\.js: service a_b: it has the topic \/zato\/s\/to\/a_b, and so has a\.b in .*1\.js/);
  assert.match(
    await faultOf({ 'services/1.js': good('a'), 'services/2.js': good('a') }),
    /2\.js: there is a service a already/,
  );
});

test('a pattern that names no file is refused, and so is a file of another kind', async () => {
  assert.match(
    await faultOf({ 'x.js': '' }, { services: ['servces/*.js'] }),
    /services: no file matches "servces\/\*\.js" below/,
  );
  assert.match(await faultOf({ 'services/x.json': '{}' }), /x\.json: services are files that end in \.js/);
});

test.after(() => clock.stop());

test.run();
