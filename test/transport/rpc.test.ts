import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { auth, Rig, stopRigs } from './rig.js';

const test = suite('http: rpc');

test.after.each(stopRigs);

test('the body goes in as text, the answer comes out as JSON', async () => {
  const rig = await Rig.start();
  const { status, headers, text } = await rig.ask('POST', '/rpc', { auth }, '{"é":"😀"}');
  assert.equal([status, headers['content-type']], [200, 'application/json']);
  assert.equal(JSON.parse(text), ['crm', '{"é":"😀"}']);
});

test('nothing but notifications is answered with 204', async () => {
  const rig = await Rig.start();
  const { status, text } = await rig.ask('POST', '/rpc', { auth }, 'notification');
  assert.equal([status, text], [204, '']);
});

test('missing or wrong credentials are answered with 401 before a byte of the body is taken', async () => {
  const rig = await Rig.start();
  for (const credentials of [undefined, 'crm:wrong']) {
    const sent = request({ port: rig.port, method: 'POST', path: '/rpc', auth: credentials, agent: false });
    sent.on('error', () => {});
    sent.write('a body that never ends');
    const [response] = await once(sent, 'response');
    assert.is(response.statusCode, 401);
    assert.match(response.headers['www-authenticate'], 'Basic realm="holdfast"');
    sent.destroy();
  }
});

test('who leaves while the password is checked is no fault of ours', async () => {
  let check = () => {};
  const checked = new Promise<void>(resolve => {
    check = resolve;
  });
  const asked = new EventEmitter();
  const verify = async (username: string) => {
    asked.emit('asked');
    await checked;
    return { endpointId: 1, username };
  };
  const rig = await Rig.start({ credentials: { verify } });
  const sent = request({ port: rig.port, method: 'POST', path: '/rpc', auth, agent: false });
  sent.on('error', () => {});
  sent.end('the whole body');
  await once(asked, 'asked');
  sent.destroy();
  for (const isChecked of [false, true]) {
    if (isChecked) check();
    for (let i = 0; i < 5; i += 1) await rig.ask('GET', '/health/live');
  }
  assert.equal(rig.log, []);
});

test('a body over the limit is answered with 413, whether it says its length or not', async () => {
  const rig = await Rig.start({ limits: { frame_bytes_max: 1_000 } });
  assert.is((await rig.ask('POST', '/rpc', { auth }, 'x'.repeat(1_000))).status, 200);
  for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
    const { status, text } = await rig.ask('POST', '/rpc', { auth, headers }, 'x'.repeat(3_000_000));
    assert.equal([status, /frame_bytes_max, 1000 bytes/.test(text)], [413, true]);
  }
});

test('bodies that are too much in all are refused, and what was read of them does not count for ever', async () => {
  const rig = await Rig.start({ limits: { http_bodies_bytes_max: 1_000 } });
  for (let i = 0; i < 3; i += 1) {
    assert.is((await rig.ask('POST', '/rpc', { auth }, 'x'.repeat(1_001))).status, 503);
    assert.is((await rig.ask('POST', '/rpc', { auth }, 'x'.repeat(1_000))).status, 200);
  }
});

test('a body that is no UTF-8 is a parse error of JSON-RPC', async () => {
  const rig = await Rig.start();
  const { status, text } = await rig.ask('POST', '/rpc', { auth }, Buffer.from([0x22, 0xff, 0x22]));
  const { id, error } = JSON.parse(text);
  assert.equal([status, id, error.code, error.data.outcome], [200, null, -32_700, 'definite']);
});

test('the signal aborts when the client goes away before its answer', async () => {
  let aborted = () => {};
  const isAborted = new Promise<void>(resolve => {
    aborted = resolve;
  });
  const rig = await Rig.start({
    rpc: (_, __, signal) =>
      new Promise(resolve => {
        sent.destroy();
        signal.addEventListener('abort', () => {
          aborted();
          resolve('too late');
        });
      }),
  });
  const sent = request({ port: rig.port, method: 'POST', path: '/rpc', auth, agent: false });
  sent.on('error', () => {});
  sent.end('{}');
  await isAborted;
});

test('a fault of our own is 500 without its text, and logged under the cid of the answer', async () => {
  const rig = await Rig.start({ rpc: () => Promise.reject(new Error('planted')) });
  const { status, text } = await rig.ask('POST', '/rpc', { auth }, '{}');
  assert.is(status, 500);
  assert.not.match(text, 'planted');
  assert.ok(rig.log.some(line => line.cid === JSON.parse(text).cid));
});

test('no answer carries more of a request than it has to: passwords are in no log line', async () => {
  const rig = await Rig.start();
  await rig.ask('POST', '/rpc', { auth: 'crm:not-the-password' }, '{}');
  await rig.ask('POST', '/rpc', { auth: 'broken:not-the-password' }, '{}');
  assert.is.not(rig.log.length, 0);
  assert.not.match(JSON.stringify(rig.log), 'not-the-password');
});

test.run();
