import type { Committed } from '../store.js';
import { refusal } from './failure.js';
import { type Packed, packResults, unpack } from './moves.js';
import { serve } from './serve.js';
import { Writer, type WriterOptions } from './writer.js';

export interface Written {
  /** With the results that there is something to tell of. */
  committed: Committed;
  /** What of the write-ahead log is not in the database yet. */
  unmovedBytes: number;
}

serve((options: WriterOptions) => {
  const writer = open(options);
  return {
    opened: writer.opened(),
    calls: {
      commit: ({ era, packed }: { era: number; packed: Packed }): Written => {
        const operations = unpack(packed);
        const { results, position } = writer.commit(era, operations);
        const committed = { results: packResults(operations, results), position };
        return { committed, unmovedBytes: writer.unmovedBytes };
      },
      close: () => writer.close(),
      abandon: () => writer.abandon(),
    },
    afterAnswer: () => writer.afterAnswer(),
  };
});

function open(options: WriterOptions): Writer {
  try {
    return Writer.open(options);
  } catch (error) {
    throw refusal(error, options.path);
  }
}
