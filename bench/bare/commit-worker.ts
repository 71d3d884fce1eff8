// The thread that commits for the bare publish: one message in is one transaction, its last position goes back.
import { parentPort, workerData } from 'node:worker_threads';
import { MessageTable } from './message-table.js';

const table = new MessageTable(workerData as string);

parentPort?.on('message', (bodies: string[]) => {
  if (bodies.length > 0) {
    parentPort?.postMessage(table.insert(bodies));
  } else {
    table.close();
    parentPort?.close();
  }
});
