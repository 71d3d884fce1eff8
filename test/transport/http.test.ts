import { once } from 'node:events';
import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { auth, Rig, stopRigs } from './rig.js';

const test = suite('http');

test.after.each(stopRigs);

test('it is live as long as it runs, and ready when the rest says so', async () => {
  let isReady = false;
  const rig = await Rig.start({ isReady: () => isReady });
  const statuses = async () => [
    (await rig.ask('GET', '/health/live')).status,
    (await rig.ask('GET', '/health/ready')).status,
    (await rig.ask('HEAD', '/health/ready')).status,
  ];
  assert.equal(await statuses(), [200, 503, 503]);
  isReady = true;
  assert.equal(await statuses(), [200, 200, 200]);
});

test('a probe may use any Host, everything else may not', async () => {
  const rig = await Rig.start();
  const headers = { Host: 'pod-7.cluster' };
  assert.is((await rig.ask('GET', '/health/live', { headers })).status, 200);
  for (const path of ['/metrics', '/rpc', '/nothing']) assert.is((await rig.ask('GET', path, { headers })).status, 421);
});

test('metrics come in the form that the registry says', async () => {
  const rig = await Rig.start();
  const { status, headers, text } = await rig.ask('GET', '/metrics');
  assert.equal([status, headers['content-type'], text], [200, 'text/plain; version=0.0.4', 'some_metric 1\n']);
});

test('what is not there says what is', async () => {
  const rig = await Rig.start();
  const { status, text } = await rig.ask('GET', '/rcp?x=1');
  assert.is(status, 404);
  const body = JSON.parse(text);
  assert.equal([body.result, body.details], ['Error', 'There is nothing at /rcp.']);
  const withoutRest = body.routes.filter((route: string) => !route.includes('/pubsub/'));
  assert.equal(withoutRest, ['GET /health/live', 'GET /health/ready', 'GET /metrics', 'POST /rpc', 'WS /ws']);
  assert.ok(body.routes.includes('POST, PATCH /pubsub/topic/{topic_name}'));
});

test('who offers to speak another protocol is answered in this one, body and all, and passes the same checks', async () => {
  const rig = await Rig.start();
  const offer = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
  const body = 'é'.repeat(200_000);
  const { status, text } = await rig.ask('POST', '/rpc', { auth, headers: offer }, body);
  assert.equal([status, text], [200, JSON.stringify(['crm', body])]);
  assert.is((await rig.ask('GET', '/health/live', { headers: offer })).status, 200);
  assert.is((await rig.ask('POST', '/rpc', { headers: offer }, body)).status, 401);
  const evil = { ...offer, Origin: 'http://evil.example' };
  assert.is((await rig.ask('POST', '/rpc', { auth, headers: evil }, body)).status, 403);
  assert.is((await rig.ask('GET', '/ws', { auth, headers: offer })).status, 426);
});

test('a body longer than any text can be is refused, whatever the limit', async () => {
  const rig = await Rig.start({ limits: { frame_bytes_max: 2 ** 31 - 1 } });
  const client = connect(rig.port, '127.0.0.1');
  const basic = Buffer.from(auth).toString('base64');
  const length = 2 ** 30;
  client.write(`POST /rpc HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nAuthorization: Basic ${basic}\r\n`);
  client.write(`Content-Length: ${length}\r\n\r\n`);
  const [answer] = (await once(client, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 413 /);
  client.destroy();
});

test('a wrong method says which one is right, and /ws without an upgrade says that', async () => {
  const rig = await Rig.start();
  const wrong = await rig.ask('GET', '/rpc', { auth });
  assert.equal([wrong.status, wrong.headers.allow], [405, 'POST']);
  const plain = await rig.ask('GET', '/ws', { auth });
  assert.equal([plain.status, plain.headers.upgrade], [426, 'websocket']);
});

test('a page of an allowed origin can ask and read, one of another can do neither', async () => {
  const rig = await Rig.start({ allowedOrigins: ['https://ours.example'] });
  const [ours, evil] = [
    { headers: { Origin: 'https://ours.example' } },
    { headers: { Origin: 'https://evil.example' } },
  ];
  const preflight = await rig.ask('OPTIONS', '/rpc', ours);
  assert.is(preflight.status, 204);
  assert.is(preflight.headers['access-control-allow-methods'], 'POST');
  assert.match(preflight.headers['access-control-allow-headers']!, 'Authorization');
  for (const options of [ours, { auth, ...ours }]) {
    const answer = await rig.ask('POST', '/rpc', options, '{}');
    assert.is(answer.headers['access-control-allow-origin'], 'https://ours.example', String(answer.status));
  }
  for (const method of ['OPTIONS', 'POST']) {
    const answer = await rig.ask(method, '/rpc', { auth, ...evil });
    assert.equal([answer.status, answer.headers['access-control-allow-origin']], [403, undefined]);
  }
});

test('headers that never end are cut off', async () => {
  const rig = await Rig.start({ limits: { handshake_ms_max: 40 } });
  const socket = connect(rig.port, '127.0.0.1');
  socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), '408');
  await once(socket, 'close');
});

test('a connection that says nothing is cut off', async () => {
  const rig = await Rig.start({ limits: { handshake_ms_max: 40 } });
  const socket = connect(rig.port, '127.0.0.1').resume();
  await once(socket, 'close');
});

test('headers that are too long are refused', async () => {
  const rig = await Rig.start();
  const { status } = await rig.ask('GET', '/health/live', { headers: { 'X-Long': 'x'.repeat(20_000) } });
  assert.is(status, 431);
});

test('a port that is taken is named, with what to do', async () => {
  const rig = await Rig.start();
  const error = await new Rig({ port: rig.port }).listen().catch((caught: Error) => caught.message);
  assert.match(String(error), new RegExp(`127\\.0\\.0\\.1:${rig.port}.*--port`));
});

test('a server that never listened stops at once', async () => {
  await new Rig().stop();
});

test.run();
