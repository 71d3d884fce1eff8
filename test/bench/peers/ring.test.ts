import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Ring } from '../../../bench/peers/wire/ring.js';

const ring = suite('bench peers: ring');

const packets = (count: number) => Array.from({ length: count }, (_, index) => Buffer.from([index, index]));

ring('writes its packets in turn, never more than the window without an answer, never past the bound', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.nat({ max: 9 })),
      (window, upTo, answers) => {
        const written: number[] = [];
        const tested = new Ring(window, packets(window * 2), bytes => {
          for (let at = 0; at < bytes.length; at += 2) written.push(bytes[at]!);
        });
        for (const answered of answers) {
          tested.fill(upTo);
          assert.is(written.length, Math.min(upTo, tested.answered + window));
          const underWay = written.length - tested.answered;
          for (let count = 0; count < Math.min(answered, underWay); count += 1) tested.answer();
        }
        assert.equal(
          written,
          written.map((_, index) => index % (window * 2)),
        );
      },
    ),
  );
});

ring('fails if more is answered than was sent', () => {
  const tested = new Ring(2, packets(4), () => undefined);
  tested.fill(1);
  tested.answer();
  assert.throws(() => tested.answer(), /more answers than publishes/);
});

ring('refuses packets that it could not cut apart, or too few of them', () => {
  assert.throws(() => new Ring(1, [Buffer.from([1]), Buffer.from([1, 2])], () => undefined), /differ in length/);
  assert.throws(() => new Ring(3, packets(2), () => undefined), /each place/);
});

ring.run();
