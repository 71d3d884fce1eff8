/** A worker for the tests of the channel: echoes, hangs, fails, throws outside of a call, or ends, as it is told. */

import { serve } from '../../../src/store/sqlite/serve.js';
import { StoreFull } from '../../../src/store/store.js';

let isAfterwardsBroken = false;

serve(() => ({
  opened: 'open',
  calls: {
    echo: (value: unknown) => value,
    later: async (value: unknown) => {
      await new Promise(resolve => setImmediate(resolve));
      return value;
    },
    hang: () => new Promise(() => {}),
    full: () => {
      throw new StoreFull('full');
    },
    fail: () => {
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
    },
    breakAfterwards: () => {
      isAfterwardsBroken = true;
    },
    throwOutside: () => {
      setImmediate(() => {
        throw new Error('outside');
      });
    },
    exit: () => process.exit(0),
    close: () => undefined,
    abandon: () => undefined,
  },
  afterAnswer: () => {
    if (isAfterwardsBroken) throw new Error('afterwards');
  },
}));
