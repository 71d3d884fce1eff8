import { openForMoving } from './connection.js';
import { serve } from './serve.js';
import { WriteAheadLog } from './write-ahead-log.js';

serve(({ path }: { path: string }) => {
  const db = openForMoving(path);
  const log = new WriteAheadLog(db);
  return {
    opened: null,
    calls: {
      move: () => log.move(),
      close: () => db.close(),
      abandon: () => db.close(),
    },
  };
});
