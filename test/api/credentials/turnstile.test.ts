import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Turnstile } from '../../../src/api/credentials/turnstile.js';
import type { HoldfastError } from '../../../src/protocol/errors.js';

const test = suite('credentials: turnstile');

/** Work that goes on until it is told to end, a record of what has begun, and a clock that is set by hand. */
class World {
  readonly turnstile: Turnstile;
  readonly begun: number[] = [];
  nowMs = 0;
  readonly #ends = new Map<number, () => void>();
  readonly #rings = new Map<() => void, number>();

  constructor({ atOnceMax = 1, waitingMax = 10, waitMsMax = 100 } = {}) {
    this.turnstile = new Turnstile({
      atOnceMax,
      waitingMax,
      waitMsMax,
      now: () => this.nowMs,
      after: (ms, ring) => {
        this.#rings.set(ring, this.nowMs + ms);
        return () => this.#rings.delete(ring);
      },
    });
  }

  get timers(): number {
    return this.#rings.size;
  }

  piece(id: number): () => Promise<number> {
    return () => {
      this.begun.push(id);
      return new Promise(resolve => this.#ends.set(id, () => resolve(id)));
    };
  }

  pass(id: number): Promise<number> {
    return this.turnstile.pass(this.piece(id));
  }

  async end(id: number): Promise<void> {
    this.#ends.get(id)!();
    await turn();
  }

  async elapse(ms: number): Promise<void> {
    this.nowMs += ms;
    for (const [ring, at] of this.#rings) if (at <= this.nowMs) this.#rings.delete(ring) && ring();
    await turn();
  }
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

function refusal(passed: Promise<unknown>): Promise<HoldfastError> {
  return passed.then(
    () => assert.unreachable('it was not refused') as never,
    (error: HoldfastError) => error,
  );
}

test('lets only so many in at once, and the others in their order', async () => {
  const world = new World({ atOnceMax: 2 });
  const results = [1, 2, 3, 4].map(id => world.pass(id));
  await turn();
  assert.equal(world.begun, [1, 2]);
  await world.end(2);
  assert.equal(world.begun, [1, 2, 3]);
  await world.end(1);
  await world.end(3);
  await world.end(4);
  assert.equal(await Promise.all(results), [1, 2, 3, 4]);
  assert.is(world.timers, 0);
});

test('a newcomer does not slip in before those who wait', async () => {
  const world = new World();
  const first = world.pass(1);
  void world.pass(2);
  await turn();
  await world.end(1);
  await first;
  void world.pass(3);
  await turn();
  assert.equal(world.begun, [1, 2]);
  await world.end(2);
  assert.equal(world.begun, [1, 2, 3]);
});

test('turns away what is over the bound, at once and as retryable (6)', async () => {
  const world = new World({ waitingMax: 1 });
  const passing = [world.pass(1), world.pass(2)];
  const error = await refusal(world.pass(3));
  assert.is(error.name, 'overloaded');
  assert.type(error.details.retry_after, 'number');
  await turn();
  await world.end(1);
  await world.end(2);
  assert.equal(await Promise.all(passing), [1, 2]);
});

test('whoever waited too long hears when its turn will be, and its work is done in that turn', async () => {
  const world = new World({ waitMsMax: 1_000 });
  void world.pass(1).catch(() => {});
  await turn();
  world.nowMs = 900;
  const kept = world.turnstile.enter(world.piece(2));
  const waits = refusal(world.turnstile.wait(kept));
  await world.elapse(1_000);
  const error = await waits;
  assert.is(error.name, 'overloaded');
  assert.is(error.details.retry_after, 1);
  await world.end(1);
  assert.equal(world.begun, [1, 2]);
  const again = world.turnstile.wait(kept);
  await world.end(2);
  assert.is(await again, 2);
});

test('those further back are told to come later', async () => {
  const world = new World({ waitingMax: 100 });
  const refused = Array.from({ length: 100 }, (_, index) => refusal(world.pass(index)));
  await world.elapse(100);
  const seconds = (await Promise.all(refused)).map(error => Number(error.details.retry_after));
  assert.equal(
    seconds,
    [...seconds].sort((a, b) => a - b),
  );
  assert.is(seconds[0], 1);
  assert.is(seconds.at(-1), 5, 'a hundred at a guess of 50 ms each');
});

test('work that somebody waits for goes before work that nobody waits for any more', async () => {
  const world = new World();
  void world.pass(1).catch(() => {});
  const left = world.turnstile.enter(world.piece(2));
  const waits = refusal(world.turnstile.wait(left));
  await world.elapse(100);
  await waits;
  void world.pass(3);
  void world.pass(4);
  const back = world.turnstile.wait(left);
  await world.end(1);
  assert.equal(world.begun, [1, 2], 'who came back has its old place');
  await world.end(2);
  assert.is(await back, 2);

  const other = world.turnstile.enter(world.piece(5));
  void world.pass(6);
  await world.end(3);
  await world.end(4);
  assert.equal(world.begun.slice(-2), [4, 6]);
  await world.end(6);
  assert.equal(world.begun.at(-1), 5);
  await world.end(5);
  assert.is(await other.result, 5);
});

test('a place that nobody waits at makes room for a newcomer, the oldest first (6)', async () => {
  const world = new World({ waitingMax: 2 });
  void world.pass(1);
  const left = [2, 3].map(id => world.turnstile.enter(world.piece(id)));
  void world.pass(4);
  assert.is((await refusal(left[0]!.result)).name, 'overloaded');
  await world.end(1);
  await world.end(4);
  assert.equal(world.begun, [1, 4, 3]);
});

test('whoever comes again when told to is let in, however many others come and never come again', async () => {
  const world = new World({ waitingMax: 100, waitMsMax: 10_000 });
  let others = 1_000;
  /** Five come in each second, and one of all is done. */
  const flood = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      for (let count = 0; count < 5; count += 1) world.pass(others++).catch(() => {});
      await world.elapse(1_000);
      await world.end(world.begun.at(-1)!);
    }
  };
  await flood(60);
  // Of those who came in the same second, the first is let in.
  world.pass(others++).catch(() => {});
  const place = world.turnstile.enter(world.piece(1));
  const refused = refusal(world.turnstile.wait(place));
  await flood(10);
  await flood(Number((await refused).details.retry_after));
  const back = world.turnstile.wait(place);
  await flood(2);
  assert.is(await back, 1);
});

test('who finds the line full of those who wait comes again when they will have left', async () => {
  const world = new World({ waitingMax: 1_000, waitMsMax: 2_000 });
  for (let id = 0; id <= 1_000; id += 1) world.pass(id).catch(() => {});
  assert.is((await refusal(world.pass(1_001))).details.retry_after, 2);
});

test('a failure makes room like a success', async () => {
  const world = new World({ waitingMax: 0 });
  const failed = await world.turnstile.pass(() => Promise.reject(new Error('planted'))).catch(error => error.message);
  assert.is(failed, 'planted');
  await turn();
  assert.is(await world.turnstile.pass(() => Promise.resolve('fine')), 'fine');
});

test.run();
