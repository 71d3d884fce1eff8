import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pack, packResults, unpack, unpackResults } from '../../../src/store/sqlite/moves.js';
import type { Operation } from '../../../src/store/store.js';

const test = suite('moves');

const move = (subId: number): Operation => ({ kind: 'settle', subId, lanes: `lanes of ${subId}` });
const others: Operation[] = [
  { kind: 'draw', count: 1, named: [] },
  { kind: 'settle', subId: 9, overlayDelete: [1] },
  { kind: 'settle', subId: 9, lanes: 'with a row', overlayPut: [] },
  { kind: 'settle', subId: 9 },
];

test('what is packed comes out as it was, in its order', () => {
  const operation = fc.oneof(fc.nat(5).map(move), fc.constantFrom(...others));
  const property = fc.property(fc.array(operation), operations => {
    assert.equal(unpack(pack(operations)), operations);
  });
  fc.assert(property);
});

test('cursors that move one after another cross as one', () => {
  const packed = pack([move(1), move(2), others[0]!, move(3)]);
  assert.equal(
    packed.map(({ kind }) => kind),
    ['moves', 'draw', 'moves'],
  );
});

test('every operation has its result, although those of moves are not told', () => {
  const operations = [move(1), others[0]!, move(2), others[1]!, others[3]!];
  const results = [
    { deadLetters: null },
    { first: 7, refused: [] },
    { deadLetters: null },
    { deadLetters: null },
    { deadLetters: null },
  ];
  const told = packResults(operations, results);
  assert.is(told.length, 3);
  assert.equal(unpackResults(operations, told), results);
});

test.run();
