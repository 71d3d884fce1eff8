import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stairs } from '../../../src/broker/lanes/stairs.js';

const stairs = suite('stairs');
const last = 300;

function raised(raises: number[]): Stairs {
  const stairs = new Stairs();
  for (const to of raises) stairs.raise(to);
  return stairs;
}

/** How often everything up to some `to` was sent that is at or above the position. */
function truth(raises: number[], position: number): number {
  return raises.filter(to => to >= position).length;
}

stairs('(5) count exactly, as long as there are few steps', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(25), (raises, position) => {
      assert.is(raised(raises).timesSent(position), truth(raises, position));
    }),
  );
});

stairs('(5) with many steps the count may be too high, never too low', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(last), { minLength: 60, maxLength: 200 }), fc.nat(last), (raises, position) => {
      assert.ok(raised(raises).timesSent(position) >= truth(raises, position));
    }),
  );
});

stairs('(6) have at most 32 steps, whatever is raised', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(last), { minLength: 60, maxLength: 200 }), raises => {
      const steps = JSON.parse(JSON.stringify(raised(raises))) as number[];
      assert.ok(steps.length <= 64, `${steps.length / 2} steps`);
      const ends = steps.filter((_, index) => index % 2 === 0);
      assert.equal(
        [...ends].sort((a, b) => a - b),
        ends,
      );
    }),
  );
});

stairs('forget only what lies behind the cursor', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(20), fc.integer({ min: 1, max: 10 }), (raises, cursor, ahead) => {
      const all = raised(raises);
      all.dropUpTo(cursor);
      assert.is(all.timesSent(cursor + ahead), truth(raises, cursor + ahead));
    }),
  );
});

stairs.run();
