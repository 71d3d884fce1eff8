/** A process for the crash test: commits in twos, and tells the last position of each commit that was answered. */
import { openSqliteStore } from '../../../src/store/sqlite.js';
import { append } from '../conformance/bench.js';

const store = openSqliteStore(process.argv[2]!);
await store.open();
for (;;) {
  const { position } = await store.commit([append({ body: 'first' }), append({ topicId: 2, body: 'second' })]);
  process.send!(position);
}
