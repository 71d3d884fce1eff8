import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type WebSocket, WebSocketServer } from 'ws';
import { prepareDrain } from '../../../bench/load/drain.js';
import type { PreparedLoad } from '../../../bench/load/job.js';
import { preparePublish } from '../../../bench/load/publish.js';
import type { Target } from '../../../bench/load/socket.js';

type Request = { id: number; method?: string };
/** The frames to answer with; null: the connection is cut. */
type Answer = (request: Request) => string[] | null;

const publishJob = { kind: 'publish', topicName: '/t', messages: 50, dataBytes: 120, window: 7 } as const;
const drainJob = { kind: 'drain', topicName: '/t', name: 'n', messages: 3, dataBytes: 120 } as const;

/** Runs a load against a server that answers each frame with what `answer` makes of it. */
async function runAgainst(answer: Answer, prepare: (target: Target) => Promise<PreparedLoad>): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let received = 0;
  server.on('connection', socket => {
    socket.on('message', data => {
      received += 1;
      const texts = answer(JSON.parse(String(data)) as Request);
      if (texts === null) socket.terminate();
      else for (const text of texts) socket.send(text);
    });
  });
  await once(server, 'listening');
  try {
    const load = await prepare({ port: (server.address() as AddressInfo).port, basic: '' });
    for (const client of server.clients) await pingTwice(client);
    assert.is(received, 0, 'nothing may be sent before the load is told to go');
    await load.run();
    await load.check();
    await load.close();
  } finally {
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  }
}

/** What a client sends because of the first ping has come when its second pong comes. */
async function pingTwice(client: WebSocket): Promise<void> {
  const ended = once(client, 'close').then(() => assert.unreachable('the load must wait for the word'));
  for (let time = 0; time < 2; time += 1) {
    client.ping();
    await Promise.race([once(client, 'pong'), ended]);
  }
}

async function failureOf(running: Promise<void>): Promise<string> {
  return running.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}

function result(id: number, value: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: value });
}

/** Tells that three messages wait, until they were delivered and acknowledged; delivers as many as it is told. */
function queueOf(delivered: number): Answer {
  let acknowledged = false;
  return ({ id, method }) => {
    if (method === undefined) {
      acknowledged = true;
      return [];
    }
    if (acknowledged) return [result(id, { sub_key: 'zpsk', queue_depth: 0 })];
    const data = 'x'.repeat(drainJob.dataBytes);
    const messages = Array.from({ length: delivered }, (_, index) => ({ data, msg_id: `zpsm${index}` }));
    const deliver = { jsonrpc: '2.0', id: 1, method: 'deliver', params: { sub_key: 'zpsk', messages } };
    return [result(id, { sub_key: 'zpsk', queue_depth: drainJob.messages }), JSON.stringify(deliver)];
  };
}

const loads = suite('bench loads');

loads('publish: ends when every publish has its answer, with never more than the window under way', async () => {
  let received = 0;
  const ids = new Set<number>();
  await runAgainst(
    ({ id }) => {
      received += 1;
      ids.add(id);
      return [result(id, { msg_id: 'zpsm1' })];
    },
    target => preparePublish(target, publishJob),
  );
  assert.is(received, publishJob.messages);
  assert.is(ids.size, publishJob.window * 2);
});

loads('publish: shares messages and window among connections, in frames of several requests', async () => {
  let requests = 0;
  const answerAll = (frame: Request | Request[]) => {
    assert.ok(Array.isArray(frame) && frame.length === 5);
    requests += frame.length;
    return [`[${frame.map(({ id }) => result(id, { msg_id: 'zpsm1' })).join(',')}]`];
  };
  const job = { ...publishJob, window: 20, connections: 2, perFrame: 5 };
  await runAgainst(answerAll as unknown as Answer, target => preparePublish(target, job));
  assert.is(requests, publishJob.messages);
});

loads('publish: fails if one of an array is refused', async () => {
  const refuseOne = (frame: Request | Request[]) => {
    const ids = (frame as Request[]).map(({ id }) => id);
    const answers = ids.map((id, index) => (index === 3 ? JSON.stringify({ id, error: {} }) : result(id, {})));
    return [`[${answers.join(',')}]`];
  };
  const job = { ...publishJob, window: 20, perFrame: 5 };
  const failure = await failureOf(runAgainst(refuseOne as unknown as Answer, target => preparePublish(target, job)));
  assert.match(failure, /A publish was refused/);
});

loads('publish: fails at the first refusal, telling it', async () => {
  let received = 0;
  const refuseTheTenth: Answer = ({ id }) => {
    received += 1;
    return [received < 10 ? result(id, {}) : JSON.stringify({ jsonrpc: '2.0', id, error: { message: 'overloaded' } })];
  };
  const failure = await failureOf(runAgainst(refuseTheTenth, target => preparePublish(target, publishJob)));
  assert.match(failure, /A publish was refused: .*overloaded/);
});

loads('publish: fails if a publish is answered twice', async () => {
  const twice: Answer = ({ id }) => [result(id, {}), result(id, {})];
  const failure = await failureOf(runAgainst(twice, target => preparePublish(target, publishJob)));
  assert.match(failure, /more answers than publishes/);
});

loads('drain: acknowledges what waits and makes sure that the queue is empty', async () => {
  await runAgainst(queueOf(drainJob.messages), target => prepareDrain(target, drainJob));
});

loads('drain: fails if a message comes that was never published', async () => {
  const failure = await failureOf(runAgainst(queueOf(4), target => prepareDrain(target, drainJob)));
  assert.match(failure, /"n" got 4 of 3 messages/);
});

loads('drain: fails if other than the expected number waits', async () => {
  const nothing: Answer = ({ id }) => [result(id, { sub_key: 'zpsk', queue_depth: 0 })];
  const failure = await failureOf(runAgainst(nothing, target => prepareDrain(target, drainJob)));
  assert.match(failure, /0 messages wait instead of 3/);
});

loads('drain: fails at once if the server goes away before it answers', async () => {
  const cut: Answer = () => null;
  const failure = await failureOf(runAgainst(cut, target => prepareDrain(target, drainJob)));
  assert.match(failure, /ended the connection/);
});

loads.run();
