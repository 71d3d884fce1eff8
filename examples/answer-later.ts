/**
 * A shop asks the bank for a check that takes days. It does not wait: it says where the answer is to go, and leaves.
 * The broker, the bank and the shop are all started anew before the answer comes, and it finds its way all the same.
 *
 *     npm run build && node build/examples/answer-later.js
 */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { loadConfig } from '../src/config.js';
import { startServer } from '../src/server.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
const config = loadConfig({
  argv: ['--port', '0', '--store', `sqlite:${join(folder, 'example.db')}`, '--log-level', 'error'],
  env: { HOLDFAST_ADMIN_PASSWORD: 'secret' },
});
const role = 'user' as const;
const endpoints = [
  { username: 'shop', password: 'shop', role, patterns: ['pub=/credit/check', 'sub=/credit/answer'] },
  { username: 'bank', password: 'bank', role, patterns: ['sub=/credit/check', 'pub=/credit/answer'] },
];
const start = () => startServer({ ...config, endpoints });

/** A connection of somebody; `call` answers the result of a request, `delivered` what the broker sends next. */
const connect = async (username: string, port: number) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'holdfast.v1', { auth: `${username}:${username}` });
  const frames = on(socket, 'message');
  const receive = async () => JSON.parse(String((await frames.next()).value[0]));
  const send = (frame: object) => socket.send(JSON.stringify({ jsonrpc: '2.0', ...frame }));
  await once(socket, 'open');
  return {
    call: async (method: string, params: object) => {
      send({ id: 1, method, params });
      const { result, error } = await receive();
      assert.equal(error, undefined, error?.message);
      return result;
    },
    delivered: async () => {
      const { id, params } = await receive();
      send({ id, result: {} });
      return params.messages[0];
    },
    leave: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
};

// The bank has a queue for checks. The shop has one for answers, whose key goes along with the question.
let server = await start();
const bankBefore = await connect('bank', server.port);
await bankBefore.call('subscribe', { topic_name: '/credit/check', name: 'checks' });
await bankBefore.leave();
const shopBefore = await connect('shop', server.port);
const { sub_key } = await shopBefore.call('subscribe', { topic_name: '/credit/answer', name: 'answers' });
const question = await shopBefore.call('publish', {
  topic_name: '/credit/check',
  data: { customer: 'Ada', amount: 900 },
  correl_id: 'invoice-17',
  reply_to_sk: [sub_key],
  expiration: 14 * 86_400,
});
await shopBefore.leave();
await server.stop();
console.log('the shop has asked and gone; the broker stops');

// The bank comes days later, to a broker that was started anew. Its answer is for nobody but the one who asked.
server = await start();
const bank = await connect('bank', server.port);
await bank.call('subscribe', { topic_name: '/credit/check', name: 'checks' });
const asked = await bank.delivered();
console.log(`the bank is asked about ${asked.data.customer}, ${asked.correl_id}`);
await bank.call('publish', {
  topic_name: '/credit/answer',
  data: { approved: true },
  correl_id: asked.correl_id,
  in_reply_to: asked.msg_id,
  deliver_to_sk: asked.reply_to_sk,
  expiration: 14 * 86_400,
});
await bank.leave();
await server.stop();
console.log('the bank has answered and gone; the broker stops');

// The shop comes back to its queue and knows by `in_reply_to` which question this answers.
server = await start();
const shop = await connect('shop', server.port);
await shop.call('subscribe', { topic_name: '/credit/answer', name: 'answers' });
const answer = await shop.delivered();
assert.equal(answer.in_reply_to, question.msg_id);
console.log(`the answer to ${answer.correl_id}: ${JSON.stringify(answer.data)}`);
await shop.leave();
await server.stop();
rmSync(folder, { recursive: true });

// Prints:
// the shop has asked and gone; the broker stops
// the bank is asked about Ada, invoice-17
// the bank has answered and gone; the broker stops
// the answer to invoice-17: {"approved":true}
