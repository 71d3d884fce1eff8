import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Store } from '../../src/store/store.js';
import type { Bench } from './conformance/bench.js';
import { rejection } from './conformance/bench.js';
import { cases } from './conformance.js';
import { memoryBench } from './memory-bench.js';
import { bending, spoilt, spoiltBench } from './spoilt.js';

const faults: Record<string, (store: Store) => Store> = {
  'an engine that reads past upto': store =>
    spoilt(store, { readPage: query => store.readPage({ ...query, upto: query.upto + 1 }) }),
  'an engine that forgets where a priority starts': store =>
    spoilt(store, { readPage: query => store.readPage({ ...query, after: query.after.map(() => 0) }) }),
  'an engine that sorts by position only': store =>
    spoilt(store, {
      async readPage(query) {
        const page = await store.readPage(query);
        return { ...page, rows: page.rows.toSorted((a, b) => a.position - b.position) };
      },
    }),
  'an engine that looks at one list of a view only': store =>
    spoilt(store, {
      readPage: ({ scope: { view, ...scope }, ...query }) =>
        store.readPage({ ...query, scope: view ? { ...scope, view: view.slice(0, 1) } : scope }),
    }),
  'an engine that shows bodies that have expired': store =>
    spoilt(store, { readPage: query => store.readPage({ ...query, now: 0 }) }),
  'an engine that counts what has expired': store =>
    spoilt(store, { count: query => store.count({ ...query, now: 0 }) }),
  'an engine that takes any msg_id': store =>
    bending(store, each => (each.kind === 'append' ? { ...each, named: [] } : each)),
  'an engine that shows addressed messages to all': store =>
    bending(store, each => (each.kind === 'append' ? { ...each, addressed: [] } : each)),
  'an engine that sweeps before the time': store =>
    bending(store, each => (each.kind === 'sweep_expired' ? { ...each, now: each.now + 1 } : each)),
  'an engine that sweeps priorities past their bound': store =>
    bending(store, each => (each.kind === 'sweep_settled' ? { ...each, upto: each.upto.map(to => to + 1) } : each)),
  'an engine that changes delayed messages in any version': store => {
    const versions = new Map<string, number>();
    return bending(store, each => {
      if (each.kind !== 'update_delayed') return each;
      const version = versions.get(each.msgId) ?? 1;
      versions.set(each.msgId, version + 1);
      return { ...each, version };
    });
  },
  'an engine that leaves dead letters to anybody': store =>
    bending(store, each => (each.kind === 'redrive' ? { ...each, subId: 1 } : each)),
  'an engine that loses overlay rows': store =>
    bending(store, each => (each.kind === 'settle' ? { ...each, overlayPut: [] } : each)),
};

async function failures(makeBench: () => Promise<Bench>): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, run } of cases) {
    const bench = await makeBench();
    const outcome = await rejection(run(bench).then(() => Promise.reject('passed')));
    if (outcome !== 'passed') failed.push(title);
    await bench.end();
  }
  return failed;
}

const test = suite('store conformance');

test('passes a store without a fault', async () => {
  assert.equal(await failures(memoryBench), []);
});

for (const [name, spoil] of Object.entries(faults)) {
  test(`finds ${name}`, async () => {
    const failed = await failures(async () => spoiltBench(await memoryBench(), spoil));
    assert.ok(failed.length > 0, 'every case passed');
  });
}

test('finds an engine that forgets its positions in a crash', async () => {
  const failed = await failures(async () => {
    const bench = await memoryBench();
    const crash = bench.crash.bind(bench);
    bench.crash = async () => {
      await crash();
      bench.opened = { ...bench.opened, position: 0 };
    };
    return bench;
  });
  assert.equal(failed, ['keeps what was committed through a crash, and never gives a position out again']);
});

test.run();
