import type { Operation } from '../store.js';
import { refusal } from './failure.js';
import { serve } from './serve.js';
import { Writer, type WriterOptions } from './writer.js';

serve((options: WriterOptions) => {
  const writer = open(options);
  return {
    opened: writer.opened(),
    calls: {
      commit: ({ era, operations }: { era: number; operations: Operation[] }) => writer.commit(era, operations),
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
