// Durable publish with nothing around it: ws, JSON.parse, one transaction for all that came meanwhile, the answers.
//
// Committing in a thread of its own is the stronger baseline: 130–190 k/s at 7–9 µs of CPU against 100–120 k/s at
// 8–9 µs for the same table on the main thread (2 cores, 256 B, window 1,000), because two threads use two cores.
import { Worker } from 'node:worker_threads';
import { type BareConnection, listen } from './listen.js';
import { commonMembers, messageId, resultText } from './message.js';

interface Publish {
  id: number;
  params: { topic_name: string; data: unknown };
}

interface Waiting {
  connection: BareConnection;
  id: number;
}

/** One transaction runs while the next is on its way to the thread; with a third, none would find company. */
const commitsUnderWayMax = 2;

const worker = new Worker(new URL('./commit-worker.js', import.meta.url), { workerData: process.argv[2] });
const underWay: Waiting[][] = [];
let waiting: Waiting[] = [];
let bodies: string[] = [];
let common = '';

function commit(): void {
  if (underWay.length >= commitsUnderWayMax || bodies.length === 0) return;
  underWay.push(waiting);
  worker.postMessage(bodies);
  waiting = [];
  bodies = [];
}

function answer(answered: readonly Waiting[], lastPosition: number): void {
  let position = lastPosition - answered.length;
  const sockets = new Set(answered.map(({ connection }) => connection.tcp));
  // Corked, the answers of one transaction leave in one system call per socket.
  for (const tcp of sockets) tcp.cork();
  for (const { connection, id } of answered) {
    position += 1;
    connection.webSocket.send(resultText(id, `{"msg_id":"${messageId(position)}"}`));
  }
  for (const tcp of sockets) tcp.uncork();
}

worker.on('message', (lastPosition: number) => {
  const answered = underWay.shift();
  if (answered === undefined) throw new Error('A commit that nobody asked for');
  answer(answered, lastPosition);
  commit();
});

listen({
  text(connection, text) {
    const request = JSON.parse(text) as Publish;
    const data = JSON.stringify(request.params.data);
    if (waiting.length === 0) {
      common = commonMembers(request.params.topic_name, data.length);
      setImmediate(commit);
    }
    waiting.push({ connection, id: request.id });
    bodies.push(`"data":${data},${common}`);
  },
  async close() {
    worker.postMessage([]);
    await new Promise(resolve => worker.once('exit', resolve));
  },
});
