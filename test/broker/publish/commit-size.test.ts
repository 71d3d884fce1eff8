import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CommitSize } from '../../../src/broker/publish/commit-size.js';
import { limits } from '../../../src/protocol/limits.js';

const commitSize = suite('commit size');
const { commit_messages_quick: quick, commit_messages_max: most } = limits;

/** The size after many commits of that size, on a disk whose sync takes so long. */
function settled(size: CommitSize, syncMs: number): number {
  for (let commit = 0; commit < 200; commit += 1) size.note(size.messages, size.messages * 0.004 + syncMs);
  return size.messages;
}

commitSize('is small on a disk that syncs quickly', () => {
  assert.is(settled(new CommitSize(limits), 0.2), quick);
});

commitSize('grows with the time of a sync, up to the most that a transaction may have', () => {
  const sizes = [0.2, 1, 2, 10].map(syncMs => settled(new CommitSize(limits), syncMs));
  assert.equal(sizes, [quick, 500, 1_000, most]);
});

commitSize('is small again as soon as one sync was quick', () => {
  const size = new CommitSize(limits);
  assert.is(settled(size, 10), most);
  size.note(most, most * 0.004 + 0.2);
  assert.is(size.messages, quick);
});

commitSize('does not follow a few commits of which the event loop heard late', () => {
  const size = new CommitSize(limits);
  settled(size, 0.2);
  for (let commit = 0; commit < 3; commit += 1) size.note(quick, 50);
  assert.is(size.messages, quick);
});

commitSize('is never more than the most, even where that is less than what is quick', () => {
  assert.is(new CommitSize({ ...limits, commit_messages_max: 2 }).messages, 2);
});

commitSize.run();
