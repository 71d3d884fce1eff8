import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlain } from '../../src/api/plain-publish.js';
import { Schemas } from '../../src/api/schemas.js';
import { limits } from '../../src/protocol/limits.js';
import { unbuilt } from '../../src/protocol/request.js';

const test = suite('plain publish');
const schemas = Schemas.load();

function isTaken(params: unknown): boolean {
  try {
    schemas.check('publish', params);
    return true;
  } catch {
    return false;
  }
}

const name = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.tuple(fc.constantFrom('a', 'é', '€', '😀', '\ud800'), fc.nat(600)).map(([unit, count]) => unit.repeat(count)),
  fc.constantFrom(undefined, null, 7, ['a'], {}),
);
const data = fc.constantFrom<unknown>(unbuilt, null, 1, 'text', undefined);
const other = fc.dictionary(
  fc.constantFrom('priority', 'delay', 'msg_id', 'topic', '__proto__'),
  fc.constantFrom(1, 'x'),
  {
    maxKeys: 1,
  },
);
const params = fc.oneof(
  fc.tuple(name, data, other).map(([topic_name, data, rest]) => ({ topic_name, data, ...rest })),
  fc.constantFrom(undefined, null, [], ['/a', 1], 'text', { data: 1 }, { topic_name: '/a' }),
);

function agreesWithTheSchema(plain: (params: unknown) => boolean): fc.IProperty<[unknown]> {
  return fc.property(params, given => {
    fc.pre(plain(given));
    assert.ok(isTaken(given));
  });
}

test('the schema takes whatever is plain', () => {
  fc.assert(agreesWithTheSchema(isPlain), { numRuns: 2_000 });
});

for (const [fault, plain] of [
  ['a name that is too long', (given: object) => isPlain({ ...given, topic_name: '/a' })],
  ['a further member', ({ topic_name, data }: Record<string, unknown>) => isPlain({ topic_name, data })],
  ['missing data', (given: object) => isPlain({ ...given, data: 1 })],
] as [string, (params: unknown) => boolean][]) {
  test(`that it does is something that would be noticed: found is ${fault} that passes for plain`, () => {
    const found = fc.check(
      agreesWithTheSchema(given => typeof given === 'object' && given !== null && plain(given)),
      {
        numRuns: 2_000,
      },
    );
    assert.ok(found.failed && found.counterexample !== null);
  });
}

test('a publish of data to a topic is plain', () => {
  assert.ok(isPlain({ topic_name: '/a', data: unbuilt }));
  assert.ok(isPlain({ data: null, topic_name: 'a'.repeat(limits.topic_name_bytes_max / 3) }));
});

test.run();
