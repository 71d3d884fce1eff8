import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Turnstile } from '../../../src/api/credentials/turnstile.js';

const test = suite('credentials: turnstile');

/** Work that goes on until it is told to end, and a record of what has begun. */
class Work {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, () => void>();

  piece(id: number): () => Promise<number> {
    return () => {
      this.begun.push(id);
      return new Promise(resolve => this.#ends.set(id, () => resolve(id)));
    };
  }

  end(id: number): void {
    this.#ends.get(id)!();
  }
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

test('lets only so many in at once, and the others in their order', async () => {
  const turnstile = new Turnstile({ atOnceMax: 2, waitingMax: 10, waitMsMax: 1, now: () => 0 });
  const work = new Work();
  const results = [1, 2, 3, 4].map(id => turnstile.pass(work.piece(id)));
  await turn();
  assert.equal(work.begun, [1, 2]);
  work.end(2);
  await turn();
  assert.equal(work.begun, [1, 2, 3]);
  work.end(1);
  work.end(3);
  await turn();
  work.end(4);
  assert.equal(await Promise.all(results), [1, 2, 3, 4]);
});

test('a newcomer does not slip in before those who wait', async () => {
  const turnstile = new Turnstile({ atOnceMax: 1, waitingMax: 10, waitMsMax: 1, now: () => 0 });
  const work = new Work();
  const first = turnstile.pass(work.piece(1));
  const second = turnstile.pass(work.piece(2));
  await turn();
  work.end(1);
  await first;
  const third = turnstile.pass(work.piece(3));
  await turn();
  assert.equal(work.begun, [1, 2]);
  work.end(2);
  await second;
  await turn();
  work.end(3);
  await third;
});

test('turns away what is over the bound, at once and as retryable', async () => {
  const turnstile = new Turnstile({ atOnceMax: 1, waitingMax: 1, waitMsMax: 1, now: () => 0 });
  const work = new Work();
  const inside = turnstile.pass(work.piece(1));
  const waiting = turnstile.pass(work.piece(2));
  const error = await turnstile.pass(work.piece(3)).catch(caught => caught);
  assert.is(error.name, 'overloaded');
  assert.type(error.details.retry_after, 'number');
  work.end(1);
  await inside;
  await turn();
  work.end(2);
  await waiting;
});

test('turns away those who waited too long, and serves the first who did not', async () => {
  let now = 0;
  const turnstile = new Turnstile({ atOnceMax: 1, waitingMax: 10, waitMsMax: 100, now: () => now });
  const work = new Work();
  const first = turnstile.pass(work.piece(1));
  const late = turnstile.pass(work.piece(2)).catch(error => error.name);
  now = 50;
  const fresh = turnstile.pass(work.piece(3));
  now = 101;
  work.end(1);
  assert.is(await late, 'overloaded');
  assert.equal(work.begun, [1, 3]);
  work.end(3);
  assert.is(await fresh, 3);
  await first;
});

test('a failure makes room like a success', async () => {
  const turnstile = new Turnstile({ atOnceMax: 1, waitingMax: 0, waitMsMax: 1, now: () => 0 });
  const failed = await turnstile.pass(() => Promise.reject(new Error('planted'))).catch(error => error.message);
  assert.is(failed, 'planted');
  assert.is(await turnstile.pass(() => Promise.resolve('fine')), 'fine');
});

test.run();
