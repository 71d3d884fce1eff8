/** Where the thread of services and hooks starts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ThreadOptions, ToThread } from '../thread-messages.js';
import { Desk } from './desk.js';
import { failureOf } from './failure.js';
import { loadFiles } from './files.js';
import { Logs } from './logs.js';
import { registerModuleHooks } from './register.js';

const port = parentPort!;
const options = workerData as ThreadOptions;
const post = (message: FromThread) => port.postMessage(message);
const logs = new Logs(options.logsPerSecMax, post);

// One promise that nobody looked after is not to end what all the others do. An exception that nobody caught is.
process.on('unhandledRejection', reason => {
  const message = 'A promise of a service or hook was rejected, and nobody heard of it';
  logs.write('error', {}, message, failureOf(reason));
});

registerModuleHooks();
try {
  const definitions = await loadFiles(options.files, file => post({ kind: 'loading', file }));
  const desk = new Desk(options, definitions, logs, post);
  port.on('message', (message: ToThread) => desk.take(message));
  post({ kind: 'loaded', loaded: definitions.loaded });
} catch (error) {
  post({ kind: 'refused', ...failureOf(error) });
}
