import * as assert from 'uvu/assert';
import { append, type Case, commit, now } from './bench.js';

export const timeMarkCases: Case[] = [
  {
    title: 'marks the last position with a time, and has the marks back after a crash, rising',
    async run(bench) {
      assert.equal(bench.opened.marks, []);
      await bench.store.commit([append({}, {})]);
      assert.equal(await commit(bench.store, { kind: 'mark_time', at: now, forget: [] }), { position: 2 });
      await bench.store.commit([append({}), { kind: 'mark_time', at: now + 9, forget: [] }, append({})]);
      await bench.crash();
      assert.equal(bench.opened.marks, [
        { position: 2, at: now },
        { position: 3, at: now + 9 },
      ]);
    },
  },
  {
    title: 'an earlier mark at the same position stays, and marks go by their positions',
    async run(bench) {
      await bench.store.commit([append({}), { kind: 'mark_time', at: now, forget: [] }]);
      await commit(bench.store, { kind: 'mark_time', at: now + 1, forget: [] });
      await bench.store.commit([append({}), { kind: 'mark_time', at: now + 2, forget: [7] }]);
      await bench.restart();
      assert.equal(
        bench.opened.marks.map(({ at }) => at),
        [now, now + 2],
      );
      await bench.store.commit([append({}), { kind: 'mark_time', at: now + 3, forget: [1] }]);
      await bench.restart();
      assert.equal(
        bench.opened.marks.map(({ at }) => at),
        [now + 2, now + 3],
      );
    },
  },
];
