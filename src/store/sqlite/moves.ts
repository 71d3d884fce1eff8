import type { Committed, Operation, Settled } from '../store.js';

/** Settlements one after another that move nothing but cursors, as columns: objects cost the threads three times as much. */
interface Moves {
  kind: 'moves';
  subIds: number[];
  lanes: string[];
}

/** The operations of a commit on their way to the writer. */
export type Packed = (Operation | Moves)[];

type CommitResults = Committed['results'];

const moved: Settled = Object.freeze({ deadLetters: null });

export function pack(operations: Operation[]): Packed {
  const packed: Packed = [];
  let moves: Moves | null = null;
  for (const operation of operations) {
    if (!isMove(operation)) {
      packed.push(operation);
      moves = null;
      continue;
    }
    if (!moves) {
      moves = { kind: 'moves', subIds: [], lanes: [] };
      packed.push(moves);
    }
    moves.subIds.push(operation.subId);
    moves.lanes.push(operation.lanes);
  }
  return packed;
}

/** The operations as they were. */
export function unpack(packed: Packed): Operation[] {
  return packed.flatMap((each): Operation | Operation[] =>
    each.kind === 'moves' ? each.subIds.map((subId, at) => ({ kind: 'settle', subId, lanes: each.lanes[at]! })) : each,
  );
}

/** What there is to tell of a commit: that a cursor was moved goes without saying. */
export function packResults(operations: Operation[], results: CommitResults): CommitResults {
  return results.filter((_, at) => !isMove(operations[at]!));
}

/** One result for each operation, in their order. */
export function unpackResults(operations: Operation[], told: CommitResults): CommitResults {
  let next = 0;
  return operations.map(operation => (isMove(operation) ? moved : told[next++]!));
}

function isMove(operation: Operation): operation is Operation & { kind: 'settle'; lanes: string } {
  if (operation.kind !== 'settle' || operation.lanes === undefined) return false;
  return !operation.overlayPut && !operation.overlayDelete && !operation.deadLetters;
}
