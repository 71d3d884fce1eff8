import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BareConnection } from '../../../bench/bare/listen.js';
import { messageId } from '../../../bench/bare/message.js';
import { Turn } from '../../../bench/bare/turn.js';

/** A connection that keeps what it is sent, and how often it was told to let go of it. */
function connection() {
  const sent: string[] = [];
  const writes = { count: 0 };
  const tcp = {
    cork: () => undefined,
    uncork: () => {
      writes.count += 1;
    },
  };
  const webSocket = { send: (text: string) => sent.push(text) };
  return { bare: { tcp, webSocket } as unknown as BareConnection, sent, writes };
}

function publish(id: number) {
  return { id, method: 'publish', params: { topic_name: '/t', data: { n: id } } };
}

const turn = suite('bench bare turn');

turn('answers in the order of the log, an array with an array, in one write per connection', () => {
  const [one, other] = [connection(), connection()];
  const open = new Turn();
  open.add(one.bare, publish(7));
  open.add(other.bare, [publish(8), publish(9)]);
  open.add(one.bare, publish(10));
  open.answer(104);
  const answers = one.sent.map(text => JSON.parse(text));
  assert.equal(answers, [
    { jsonrpc: '2.0', id: 7, result: { msg_id: messageId(101) } },
    { jsonrpc: '2.0', id: 10, result: { msg_id: messageId(104) } },
  ]);
  assert.equal(JSON.parse(other.sent[0]!), [
    { jsonrpc: '2.0', id: 8, result: { msg_id: messageId(102) } },
    { jsonrpc: '2.0', id: 9, result: { msg_id: messageId(103) } },
  ]);
  assert.equal([one.writes.count, other.writes.count, other.sent.length], [1, 1, 1]);
});

turn('stores the members of each message as the wire has them', () => {
  const open = new Turn();
  open.add(connection().bare, [publish(1), publish(2)]);
  assert.equal(
    open.bodies.map(body => JSON.parse(`{${body}}`)).map(({ data, topic_name, size }) => [data, topic_name, size]),
    [
      [{ n: 1 }, '/t', 7],
      [{ n: 2 }, '/t', 7],
    ],
  );
});

turn.run();
