import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Operation, OverlayRow, Store } from '../../src/store/store.js';
import { runModel } from './model/run-model.js';
import { runRaces } from './race/run-races.js';

/** The model test and the races are shown to fail: each fault is planted between the core and its store. */
const planted = suite('model, with a fault');

/** A store that does the same as another one, but for some methods. */
function withFault(store: Store, fault: (store: Store) => Partial<Store>): Store {
  const faulty = fault(store);
  return new Proxy(store, {
    get: (target, name) => {
      const method = faulty[name as keyof Store] ?? target[name as keyof Store];
      return method.bind(target);
    },
  });
}

function onCommit(change: (operation: Operation) => Operation): (store: Store) => Partial<Store> {
  return store => ({ commit: operations => store.commit(operations.map(change)) });
}

/** The row of lanes with each cursor and what is ahead of it changed. */
function changeLanes(row: string, change: (lane: [number, number, number[], number[]]) => void): string {
  const { base, lanes } = JSON.parse(row) as {
    base: [number, number];
    lanes: Record<string, Parameters<typeof change>[0]>;
  };
  for (const lane of Object.values(lanes)) change(lane);
  return JSON.stringify({ base, lanes });
}

function onLanes(change: Parameters<typeof changeLanes>[1]): (store: Store) => Partial<Store> {
  return onCommit(operation =>
    operation.kind === 'settle' && operation.lanes
      ? { ...operation, lanes: changeLanes(operation.lanes, change) }
      : operation,
  );
}

const faults: Record<string, (store: Store) => Partial<Store>> = {
  '(1) an answered publish that is not stored': onCommit(operation =>
    operation.kind === 'append' && operation.bodies.length > 1
      ? { ...operation, addressed: [{ index: operation.bodies.length - 1, subIds: [] }] }
      : operation,
  ),
  '(3) messages in memory without a place of their own': onCommit(operation =>
    operation.kind === 'draw' && operation.named.length === 0 ? { ...operation, count: 0 } : operation,
  ),
  '(2) a settlement that is lost': onCommit(operation =>
    operation.kind === 'settle' ? { kind: 'settle', subId: operation.subId } : operation,
  ),
  '(2) a cursor past a message that is not settled': onLanes(lane => {
    lane[0] += 1;
  }),
  '(2) a message that has left the line and is nowhere': onCommit(operation =>
    operation.kind === 'settle' ? { ...operation, overlayPut: [] } : operation,
  ),
  '(2) a first message that is not seen by its pattern': store => ({
    readPage: query => {
      const view = query.scope.view?.map(list => list.map(stretch => ({ ...stretch, from: stretch.from + 1 })));
      return store.readPage(view ? { ...query, scope: { ...query.scope, view } } : query);
    },
  }),
  '(3) a page in the wrong order': store => ({
    readPage: async query => {
      const page = await store.readPage(query);
      return { ...page, rows: page.rows.reverse() };
    },
  }),
  '(4) an expired message that is sent': store => ({
    readPage: async query => {
      const page = await store.readPage({ ...query, now: 0 });
      return { ...page, rows: page.rows.map(row => ({ ...row, expiresAt: row.expiresAt + 3_000 })) };
    },
  }),
  '(5) a count that is not raised': onLanes(lane => {
    lane[1] = 0;
    lane[3] = [];
  }),
  '(8) a count that is wrong': store => ({ count: async query => (await store.count(query)) + 1 }),
};

/** What is written when an operator mends a queue, a delayed message or a topic: nothing in the races does. */
const faultsOfMending: typeof faults = {
  '(2) a hold that is not stored': onCommit(operation =>
    operation.kind === 'settle' && operation.overlayPut
      ? { ...operation, overlayPut: operation.overlayPut.map(row => (row.state === 'held' ? released(row) : row)) }
      : operation,
  ),
  '(2) a release that is not stored': onCommit(operation =>
    operation.kind === 'settle' && operation.overlayPut
      ? { ...operation, overlayPut: operation.overlayPut.filter(row => row.state !== 'edited' || row.version > 1) }
      : operation,
  ),
  '(3) a place at the top that is not stored': onCommit(operation =>
    operation.kind === 'settle' && operation.overlayPut
      ? { ...operation, overlayPut: operation.overlayPut.map(row => ({ ...row, top: 0 })) }
      : operation,
  ),
  '(1) a change of a delayed message that is half stored': onCommit(operation =>
    operation.kind === 'update_delayed' ? { ...operation, priority: 5 } : operation,
  ),
  '(1) a delayed message that is due late': onCommit(operation =>
    operation.kind === 'update_delayed' ? { ...operation, dueAt: operation.dueAt + 1_000 } : operation,
  ),
  '(1) a delayed message that comes although it was cancelled': store => ({
    commit: async operations => {
      const kept = operations.map(one => (one.kind === 'cancel_delayed' ? { ...one, msgId: 'zpsmnone' } : one));
      const { results, position } = await store.commit(kept);
      const told = results.map((result, at) =>
        operations[at]!.kind === 'cancel_delayed' ? { outcome: 'cancelled' as const } : result,
      );
      return { results: told, position };
    },
  }),
  '(4) options of a topic that are not stored': onCommit(operation =>
    operation.kind === 'update_topic' ? { ...operation, options: '{}' } : operation,
  ),
};

function released(row: OverlayRow): OverlayRow {
  return { ...row, state: row.attempts > 0 ? 'retry' : 'edited' };
}

for (const [name, fault] of Object.entries({ ...faults, ...faultsOfMending })) {
  planted(`finds ${name}`, async () => {
    const found = await runModel({ numRuns: 400, endOnFailure: true }, { wrap: store => withFault(store, fault) });
    assert.ok(found.failed, 'the model test did not see it');
  });
}

/** What can be seen without knowing exactly what is in a queue. */
const seenByRaces = Object.keys(faults).filter(name => !/^\((3|4|8)\)/.test(name));

for (const name of seenByRaces) {
  planted(`races find ${name}`, async () => {
    const fault = faults[name]!;
    const found = await runRaces({ numRuns: 800, endOnFailure: true }, { wrap: store => withFault(store, fault) });
    assert.ok(found.failed, 'the races did not see it');
  });
}

planted('finds nothing without a fault', async () => {
  const found = await runModel({ numRuns: 100 }, { wrap: store => withFault(store, () => ({})) });
  assert.not(found.failed, fc.defaultReportMessage(found));
});

planted.run();
