import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSources, type Source } from '../tidy/source.js';
import { readConfigSchema } from './tables.js';

const test = suite('config: limits');
const changeable = Object.keys(readConfigSchema().properties.limits!.properties!);
const elsewhere = /^src\/(?!protocol\/limits\.ts|config)/;

function sources(): Source[] {
  return readSources(['src/**/*.ts']);
}

/** Limits that the file may change and the code takes no notice of: read as constants, or not read at all. */
function deadLimits(all: Source[]): string[] {
  const code = all.filter(({ path }) => elsewhere.test(path));
  const asConstants = code.filter(({ text }) =>
    /import \{[^}]*(?<!type |as )\blimits\b[^}]*\} from '[^']*limits\.js'/.test(text),
  );
  const reads = (name: string) => new RegExp(`\\blimits\\.${name}\\b|\\{[^{}]*\\b${name}\\b[^{}]*\\} = [^;]*limits`);
  return [
    ...asConstants.flatMap(({ path, text }) =>
      changeable.filter(name => reads(name).test(text)).map(name => `${path} reads ${name} as a constant`),
    ),
    ...changeable.filter(name => !code.some(({ text }) => reads(name).test(text))).map(name => `nothing reads ${name}`),
  ];
}

test('what the file may change is read from the configuration', () => assert.equal(deadLimits(sources()), []));

test('a limit that is read as a constant is found', () => {
  const planted = {
    path: 'src/broker/planted.ts',
    text: "import { type Limits, limits } from '../protocol/limits.js';\nlimits.linger_ms;",
  };
  assert.equal(deadLimits([...sources(), planted]), ['src/broker/planted.ts reads linger_ms as a constant']);
});

test('a limit that nothing reads is found', () => {
  const without = sources().filter(({ text }) => !text.includes('linger_ms'));
  assert.ok(deadLimits(without).includes('nothing reads linger_ms'));
});

test.run();
