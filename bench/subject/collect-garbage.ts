import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Twice, because what the first collection finalizes, only the second one frees. */
const collections = 2;

/** Lets a process that listens for a debugger at `url` collect its garbage, now and completely. */
export async function collectGarbage(url: string): Promise<void> {
  const debuggerSocket = new WebSocket(url);
  await once(debuggerSocket, 'open');
  for (let id = 0; id < collections; id += 1) {
    debuggerSocket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(debuggerSocket, 'message');
  }
  const closed = once(debuggerSocket, 'close');
  debuggerSocket.close();
  await closed;
}
