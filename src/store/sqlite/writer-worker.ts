import type { Committed, Operation } from '../store.js';
import { refusal } from './failure.js';
import { serve } from './serve.js';
import { Writer, type WriterOptions } from './writer.js';

export interface Written {
  committed: Committed;
  /** What of the write-ahead log is not in the database yet. */
  unmovedBytes: number;
}

serve((options: WriterOptions) => {
  const writer = open(options);
  return {
    opened: writer.opened(),
    calls: {
      commit: ({ era, operations }: { era: number; operations: Operation[] }): Written => {
        const committed = writer.commit(era, operations);
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
