import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Entry, type Frame, readAnything, readFrame } from '../../src/protocol/frame.js';
import { sizeOf } from '../../src/protocol/raw.js';
import { unbuilt } from '../../src/protocol/request.js';
import { jsonText } from './json-texts.js';

const test = suite('publish text');
const options = { depthMax: 5, batchMax: 3 };

const names = ['topic_name', 'data', 'user_ctx', 'priority', '__proto__', 'd\\u0061ta', 'method'];

/** All that is to be learnt from an entry, with the values that were not built. */
function told(entry: Entry): unknown {
  if (entry.kind === 'invalid') return [entry.id, entry.error.name, entry.error.message, entry.error.details];
  if (entry.kind === 'response') return entry;
  const params = Object.entries(entry.params ?? {}).map(([name, value]) => [
    name,
    value === unbuilt ? JSON.parse(entry.raw(name)!) : value,
  ]);
  const isPlain = entry.params === undefined || Object.getPrototypeOf(entry.params) === Object.prototype;
  const data = entry.raw('data');
  const size = data === undefined ? null : sizeOf(data, entry.dataSpaces);
  return [entry.id, entry.method, isPlain, params, names.map(name => entry.raw(name) ?? null), size];
}

function toldFrame({ isBatch, entries }: Frame): string {
  return JSON.stringify([isBatch, ...entries.map(told)]);
}

/** True if nothing of the frame was built that need not be. */
function isShort(text: string): boolean {
  return readFrame(text, options).entries.every(
    entry => entry.kind === 'request' && Object.values(entry.params ?? {}).includes(unbuilt),
  );
}

const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r');

function object(members: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return fc
    .tuple(members, space, space)
    .map(([texts, before, after]) => `{${before}${texts.join(`${after},`)}${after}}`);
}

function member(key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, space, space, value).map(([a, b, c, text]) => `${a}"${key}"${b}:${c}${text}`);
}

const topicName = fc.constantFrom('"/a"', '"/\\u0061"', '"é"', '""', '7', '"');
const params = object(
  fc
    .tuple(
      fc.array(member('topic_name', topicName), { minLength: 1, maxLength: 1 }),
      fc.array(member('data', jsonText), { minLength: 1, maxLength: 2 }),
      fc.array(fc.oneof(...names.map(name => member(name, jsonText))), { maxLength: 2 }),
    )
    .chain(parts => fc.shuffledSubarray(parts.flat(), { minLength: parts.flat().length - 1 })),
);
const usual = [
  member('jsonrpc', fc.constant('"2.0"')),
  member('id', fc.oneof(fc.integer().map(String), jsonText)),
  member('method', fc.constant('"publish"')),
  member('params', params),
];
const unusual = [
  member('jsonrpc', fc.constantFrom('"2.0"', '2.0', '"1.0"', '"2\\u002e0"')),
  member('method', fc.constantFrom('"publish"', '"ping"', '"publish "', '"\\u0070ublish"', '1')),
  member('params', jsonText),
  member('result', jsonText),
  member('p\\u0061rams', params),
];
const message = object(
  fc
    .tuple(fc.tuple(...usual), fc.option(fc.oneof(...usual, ...unusual), { freq: 3 }))
    .map(([members, other]) => (other === null ? members : [...members, other]))
    .chain(members => fc.shuffledSubarray(members, { minLength: members.length - 1 })),
);
const frame = fc.oneof(
  message,
  fc.array(message, { maxLength: 5 }).map(messages => `[${messages.join(',')}]`),
);
const spaced = fc.tuple(space, frame, space).map(parts => parts.join(''));
const broken = fc
  .tuple(spaced, fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]:,"\\ x1'))
  .map(([text, place, removed, put]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + removed);
  });

function agreesWithTheLongWay(read: typeof readFrame): fc.IProperty<[string]> {
  return fc.property(fc.oneof(spaced, broken), text => {
    assert.is(toldFrame(read(text, options)), toldFrame(readAnything(text, options)), text);
  });
}

test('a publish reads the same the short way and the long way, whatever stands in it', () => {
  fc.assert(agreesWithTheLongWay(readFrame), { numRuns: 5_000 });
});

const publish = '{"jsonrpc":"2.0","id":1,"method":"publish","params":{"topic_name":"/a","data":{"b":[1]}}}';

for (const [fault, example, read] of [
  [
    'lets a frame be one level too deep',
    publish.replace('1]', '[[]]]'),
    text => readFrame(text, { ...options, depthMax: options.depthMax + 1 }),
  ],
  [
    'lets an array be one message too long',
    `[${Array(4).fill(publish).join(',')}]`,
    text => readFrame(text, { ...options, batchMax: options.batchMax + 1 }),
  ],
  ['passes over what stands behind the frame', `${publish}x`, text => readFrame(text.replace(/x$/, ''), options)],
  [
    'misses an escape',
    publish.replace('method', '\\u006dethod'),
    text => readFrame(text.replaceAll('\\u', 'u'), options),
  ],
  [
    'counts no white space',
    publish.replace('[1]', '[ 1]'),
    text => {
      const frame = readFrame(text, options);
      for (const entry of frame.entries) if (entry.kind === 'request') entry.dataSpaces = 0;
      return frame;
    },
  ],
] as [string, string, typeof readFrame][]) {
  test(`that it does is something that would be noticed: found is one that ${fault}`, () => {
    assert.throws(() => fc.assert(agreesWithTheLongWay(read), { examples: [[example]] }), /Property failed/);
  });
}

test('goes the short way for publishes as clients write them, and not for other things', () => {
  for (const text of [
    publish,
    `[${publish},${publish}]`,
    '{"jsonrpc": "2.0", "method": "publish", "params": {"data": "\\n", "topic_name": "/a", "priority": 9}}',
    ' { "params" : { "user_ctx" : [ ] , "data" : 1 } , "method" : "publish" , "id" : "x" , "jsonrpc" : "2.0" } \n',
  ]) {
    assert.ok(isShort(text), text);
  }
  for (const text of [publish.replace('publish', 'other'), publish.replace('"data"', '"__proto__"'), '[]', '{}']) {
    assert.not(isShort(text), text);
  }
});

test.run();
