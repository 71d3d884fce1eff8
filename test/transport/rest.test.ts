import { EventEmitter, once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HoldfastError } from '../../src/protocol/errors.js';
import type { RestCalls } from '../../src/transport/rest.js';
import { auth, Rig, restStub, stopRigs } from './rig.js';

const test = suite('http: rest');

test.after.each(stopRigs);

const crm = { endpointId: 3, username: 'crm' };

/** What became of messages that were handed over. Emits `taking` when they are asked for, and `settled`. */
class Hand extends EventEmitter {
  readonly fates: string[] = [];
  readonly calls: RestCalls;

  /** `given`: when they are there. */
  constructor(messages: string, given: Promise<unknown> = Promise.resolve()) {
    super();
    const settle = (fate: string) => {
      this.fates.push(fate);
      this.emit('settled');
    };
    const take = async () => {
      this.emit('taking');
      await given;
      return { messages, received: () => settle('received'), lost: () => settle('lost') };
    };
    this.calls = { ...restStub, take };
  }
}

function patch(port: number): ClientRequest {
  const sent = request({ port, method: 'PATCH', path: '/pubsub/topic/a', auth, agent: false });
  sent.on('error', () => {});
  sent.end();
  return sent;
}

/** What happens between server and sockets has happened, and nothing more comes of it. */
async function calm(rig: Rig): Promise<void> {
  for (let i = 0; i < 5; i += 1) await rig.ask('GET', '/health/live');
}

test('the topic is what the path ends in, decoded as a whole', async () => {
  const rig = await Rig.start();
  const cases = {
    'a/b': 'a/b',
    '/a/b': '/a/b',
    '%2Fa%2Fb': '/a/b',
    'a%20b%3Fc%25': 'a b?c%',
    'gr%C3%B6%C3%9Fe/%F0%9F%98%80': 'größe/😀',
    'a+b': 'a+b',
    'a/../b/./': 'a/../b/./',
  };
  for (const [path, topic] of Object.entries(cases)) {
    const { status, text } = await rig.ask('DELETE', `/pubsub/subscribe/topic/${path}?`, { auth });
    assert.equal([status, JSON.parse(text)], [200, ['unsubscribe', crm, topic]]);
  }
});

test('a path that cannot be decoded is refused, and so is one that only looks like ours', async () => {
  const rig = await Rig.start();
  for (const path of ['a%', 'a%2', '%zz', '%C3', '%FF%FE']) {
    const { status, text } = await rig.ask('POST', `/pubsub/topic/${path}`, { auth }, '{"data":1}');
    assert.is(status, 400, path);
    assert.match(JSON.parse(text).details, 'two hex digits');
  }
  for (const path of ['/pubsub', '/pubsub/topic', '/pubsub/topics/a', '/zato/topic/a', '/pubsub/subscribe/a']) {
    assert.is((await rig.ask('POST', path, { auth }, '{"data":1}')).status, 404, path);
  }
});

test('the body is JSON, or it is the data itself', async () => {
  const rig = await Rig.start();
  const cases: [contentType: string | undefined, mimeType: string | null][] = [
    [undefined, null],
    ['application/x-www-form-urlencoded', null],
    ['application/json', null],
    ['application/json; charset=utf-8', null],
    ['application/cloudevents+json', null],
    ['text/csv', 'text/csv'],
    ['Text/CSV; Header=present; charset="UTF-8"', 'text/csv; Header=present'],
    ['text/plain;charset=us-ascii', 'text/plain'],
    ['application/xml', 'application/xml'],
    ['image/svg+xml', 'image/svg+xml'],
    ['application/x-ndjson', 'application/x-ndjson'],
  ];
  for (const [contentType, mimeType] of cases) {
    const headers = contentType === undefined ? {} : { 'Content-Type': contentType };
    const { status, text } = await rig.ask('POST', '/pubsub/topic/a', { auth, headers }, 'é;😀');
    const publication = { topicName: 'a', text: 'é;😀', mimeType, attributes: {} };
    assert.equal([status, JSON.parse(text)], [200, ['publish', crm, publication]], contentType);
  }
});

test('what is no text is refused, and told of base64', async () => {
  const rig = await Rig.start();
  const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
  const types = ['image/jpeg', 'application/octet-stream', 'application/zip', 'multipart/form-data; boundary=x'];
  const cases = [
    ...types.map(type => [type, 'plain ASCII'] as const),
    ...['text/plain', 'application/json', 'application/unheard-of'].map(type => [type, bytes] as const),
  ];
  for (const [type, body] of cases) {
    const { status, text } = await rig.ask(
      'POST',
      '/pubsub/topic/a',
      { auth, headers: { 'Content-Type': type } },
      body,
    );
    const { details, error } = JSON.parse(text);
    assert.equal([status, error.name], [400, 'invalid_request'], type);
    assert.match(details, 'base64');
  }
});

test('other charsets, encoded bodies and what is no type at all are refused', async () => {
  const rig = await Rig.start();
  const cases: [Record<string, string>, string][] = [
    [{ 'Content-Type': 'text/plain; charset=iso-8859-1' }, 'iso-8859-1'],
    [{ 'Content-Type': 'application/json; charset=utf-16' }, 'utf-16'],
    [{ 'Content-Type': 'csv' }, 'type/subtype'],
    [{ 'Content-Type': '' }, 'type/subtype'],
    [{ 'Content-Encoding': 'gzip' }, 'gzip'],
  ];
  for (const [headers, told] of cases) {
    const { status, text } = await rig.ask('POST', '/pubsub/topic/a', { auth, headers }, 'a');
    assert.is(status, 400, told);
    assert.match(JSON.parse(text).details, told);
  }
});

test('attributes stand in the query, each of its type, and what is not of its type is left to the schema', async () => {
  const rig = await Rig.start();
  const query =
    'priority=8&delay=1.5&has_gd=false&correl_id=a+b%26c&deliver_to_sk=x&deliver_to_sk=y&expiration=soon&what=1';
  const { text } = await rig.ask('POST', `/pubsub/topic/a?${query}`, { auth }, '{}');
  assert.equal(JSON.parse(text)[2].attributes, {
    priority: 8,
    delay: 1.5,
    has_gd: false,
    correl_id: 'a b&c',
    deliver_to_sk: ['x', 'y'],
    expiration: 'soon',
    what: '1',
  });
  for (const wrong of ['data=1', 'topic_name=/b', 'user_ctx=1', 'priority=1&priority=2']) {
    const answer = await rig.ask('POST', `/pubsub/topic/a?${wrong}`, { auth }, '{}');
    assert.equal([answer.status, JSON.parse(answer.text).error.path], [400, wrong.split('=')[0]]);
  }
});

test('a query that would be without effect is refused, and an empty one is none', async () => {
  const rig = await Rig.start();
  for (const [method, path] of [
    ['PATCH', '/pubsub/topic/a'],
    ['POST', '/pubsub/subscribe/topic/a'],
    ['DELETE', '/pubsub/subscribe/topic/a'],
    ['DELETE', '/pubsub/msg/zpsma'],
  ] as const) {
    const { status, text } = await rig.ask(method, `${path}?max_messages=5`, { auth });
    assert.is(status, 400, method);
    assert.match(JSON.parse(text).details, '?max_messages=5');
    assert.is((await rig.ask(method, `${path}?`, { auth })).status, 200);
  }
});

test('an error of the broker has its status, its name, and how long to wait', async () => {
  const error = new HoldfastError('overloaded', 'Later.', { retry_after: 1.2 });
  const rig = await Rig.start({ rest: { ...restStub, publish: () => Promise.reject(error) } });
  const { status, headers, text } = await rig.ask('POST', '/pubsub/topic/a', { auth }, '{}');
  const { cid, ...body } = JSON.parse(text);
  assert.equal([status, headers['retry-after'], typeof cid], [503, '2', 'string']);
  const { name, outcome, retryable } = { name: 'overloaded', outcome: 'definite', retryable: true };
  assert.equal(body, { result: 'Error', details: 'Later.', error: { name, outcome, retryable, retry_after: 1.2 } });
});

test('a fault of our own is 500 without its text', async () => {
  const rig = await Rig.start({ rest: { ...restStub, publish: () => Promise.reject(new Error('planted')) } });
  const { status, text } = await rig.ask('POST', '/pubsub/topic/a', { auth }, '{}');
  assert.equal([status, text.includes('planted')], [500, false]);
  assert.ok(rig.log.some(line => line.cid === JSON.parse(text).cid));
});

test('nobody is let in without credentials, whatever is wrong besides', async () => {
  const rig = await Rig.start();
  for (const [method, path] of [
    ['POST', '/pubsub/topic/%'],
    ['PATCH', '/zato/pubsub/topic/a'],
    ['DELETE', '/pubsub/subscribe/topic/a'],
  ] as const) {
    const { status, headers, text } = await rig.ask(method, path);
    assert.equal([status, JSON.parse(text).result], [401, 'Error']);
    assert.match(headers['www-authenticate']!, 'Basic realm="holdfast"');
  }
});

test('pages of others, names of others and other methods are refused as everywhere', async () => {
  const rig = await Rig.start({ allowedOrigins: ['https://ours.example'] });
  const asked = (headers: Record<string, string>, method = 'PATCH') =>
    rig.ask(method, '/pubsub/topic/a', { auth, headers });
  assert.is((await asked({ Origin: 'https://evil.example' })).status, 403);
  assert.is((await asked({ Host: 'evil.example' })).status, 421);
  const ours = await asked({ Origin: 'https://ours.example' });
  assert.is(ours.headers['access-control-allow-origin'], 'https://ours.example');
  const preflight = await asked({ Origin: 'https://ours.example' }, 'OPTIONS');
  assert.equal([preflight.status, preflight.headers['access-control-allow-methods']], [204, 'POST, PATCH']);
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    const { status, headers } = await asked({}, method);
    assert.equal([status, headers.allow], [405, 'POST, PATCH'], method);
  }
});

test('no socket is made of a topic', async () => {
  const rig = await Rig.start();
  assert.is((await rig.refused({ auth, path: '/pubsub/topic/a' })).status, 404);
});

test('a body over the limit is refused', async () => {
  const rig = await Rig.start({ limits: { frame_bytes_max: 100 } });
  assert.is((await rig.ask('POST', '/pubsub/topic/a', { auth }, 'x'.repeat(101))).status, 413);
  assert.is((await rig.ask('POST', '/pubsub/topic/a', { auth }, 'x'.repeat(100))).status, 200);
});

test('while the server stops nothing is taken in', async () => {
  const rig = await Rig.start();
  rig.drain();
  const { status, headers } = await rig.ask('PATCH', '/pubsub/topic/a', { auth });
  assert.equal([status, Number(headers['retry-after']) > 0], [503, true]);
});

test('messages are received once their answer is written, and only then', async () => {
  const hand = new Hand('[1]');
  const rig = await Rig.start({ rest: hand.calls });
  const settled = once(hand, 'settled');
  assert.is((await rig.ask('PATCH', '/pubsub/topic/a', { auth })).text, '[1]\n');
  await settled;
  await calm(rig);
  assert.equal(hand.fates, ['received']);
});

test('several requests of one connection each get their own', async () => {
  const hand = new Hand('[1]');
  const rig = await Rig.start({ rest: hand.calls });
  const basic = Buffer.from(auth).toString('base64');
  const one = `PATCH /pubsub/topic/a HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nAuthorization: Basic ${basic}\r\n`;
  const socket = connect(rig.port, '127.0.0.1');
  socket.write(`${one}\r\n${one}\r\n${one}Connection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  assert.is(text.match(/200 OK/g)!.length, 3);
  await calm(rig);
  assert.equal(hand.fates, ['received', 'received', 'received']);
});

test('who has gone before the messages are there has lost them', async () => {
  let give = () => {};
  const given = new Promise<void>(resolve => {
    give = resolve;
  });
  const hand = new Hand('[1]', given);
  const rig = await Rig.start({ rest: hand.calls });
  const taking = once(hand, 'taking');
  const sent = patch(rig.port);
  await taking;
  sent.destroy();
  await calm(rig);
  const settled = once(hand, 'settled');
  give();
  await settled;
  await calm(rig);
  assert.equal(hand.fates, ['lost']);
});

test('who has gone while the password was checked has lost them', async () => {
  let check = () => {};
  const checked = new Promise<void>(resolve => {
    check = resolve;
  });
  const asked = new EventEmitter();
  const verify = async () => {
    asked.emit('asked');
    await checked;
    return crm;
  };
  const hand = new Hand('[1]');
  const rig = await Rig.start({ rest: hand.calls, credentials: { verify } });
  const asking = once(asked, 'asked');
  const sent = patch(rig.port);
  await asking;
  sent.destroy();
  await calm(rig);
  const settled = once(hand, 'settled');
  check();
  await settled;
  await calm(rig);
  assert.equal(hand.fates, ['lost']);
});

/** More than the kernel keeps for a client that does not read. */
const long = JSON.stringify(['x'.repeat(40_000_000)]);

for (const [connection, agent] of [
  ['that is kept', new Agent({ keepAlive: true })],
  ['that is closed', false],
] as const) {
  test(`a long answer over a connection ${connection} has been received when all of it was read`, async () => {
    const hand = new Hand(long);
    const rig = await Rig.start({ rest: hand.calls });
    const settled = once(hand, 'settled');
    const { text } = await rig.ask('PATCH', '/pubsub/topic/a', { auth, agent });
    assert.is(text.length, long.length + 1);
    await settled;
    if (agent) agent.destroy();
    await calm(rig);
    assert.equal(hand.fates, ['received']);
  });
}

for (const [how, leave] of [
  ['hangs up', (sent: ClientRequest) => sent.socket!.destroy()],
  ['is reset', (sent: ClientRequest) => sent.socket!.resetAndDestroy()],
] as const) {
  test(`who ${how} in the middle of the answer has lost all of it`, async () => {
    const hand = new Hand(long);
    const rig = await Rig.start({ rest: hand.calls });
    const sent = patch(rig.port);
    const [response] = await once(sent, 'response');
    response.on('error', () => {});
    response.pause();
    const settled = once(hand, 'settled');
    leave(sent);
    await settled;
    await calm(rig);
    assert.equal(hand.fates, ['lost']);
  });
}

test('a server that stops in the middle of an answer has not handed it over', async () => {
  const hand = new Hand(long);
  const rig = await Rig.start({ rest: hand.calls });
  const sent = patch(rig.port);
  const [response] = await once(sent, 'response');
  response.on('error', () => {});
  response.pause();
  const settled = once(hand, 'settled');
  await rig.stop();
  await settled;
  assert.equal(hand.fates, ['lost']);
});

test.run();
