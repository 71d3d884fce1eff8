import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { auth, Rig, stopRigs } from './rig.js';

const test = suite('ws: upgrade');

test.after.each(stopRigs);

function basicProtocol(credentials: string): string {
  return `holdfast.basic.${Buffer.from(credentials).toString('base64url')}`;
}

test('a client with Basic Auth is connected as who it is', async () => {
  const rig = await Rig.start();
  const { client, seen } = await rig.connect();
  assert.equal(seen.identity, { endpointId: 3, username: 'crm' });
  assert.match(seen.connection.remote, /^127\.0\.0\.1:\d+$/);
  assert.is(client.protocol, '');
  assert.is(rig.counters.connections, 1);
  await rig.stop();
  assert.is(rig.counters.connections, 0);
});

test('a browser page gives its credentials as a subprotocol, and only holdfast.v1 is echoed', async () => {
  const rig = await Rig.start();
  const client = rig.client(['holdfast.v1', basicProtocol('crm:secret')]);
  await once(client, 'open');
  assert.is(client.protocol, 'holdfast.v1');
  assert.is(rig.seen[0]!.identity.username, 'crm');
});

test('missing or wrong credentials are answered with 401 and the realm', async () => {
  const rig = await Rig.start();
  for (const credentials of [undefined, 'crm:wrong', 'nobody:wrong']) {
    const { status, headers, text } = await rig.refused({ auth: credentials });
    assert.is(status, 401);
    assert.is(headers['www-authenticate'], 'Basic realm="holdfast", charset="UTF-8"');
    assert.is(JSON.parse(text).result, 'Error');
  }
  const wrong = await rig.refused({}, ['holdfast.v1', basicProtocol('crm:wrong')]);
  assert.is(wrong.status, 401);
  assert.is(rig.seen.length, 0);
});

test('a page of another origin is refused whatever its credentials', async () => {
  const rig = await Rig.start({ allowedOrigins: ['https://ours.example'] });
  assert.is((await rig.refused({ auth, origin: 'https://evil.example' })).status, 403);
  assert.is((await rig.refused({ auth, origin: 'null' })).status, 403);
  for (const origin of ['https://ours.example', `http://localhost:${rig.port}`]) await rig.connect({ origin });
});

test('a Host that is not ours is refused, as when a name was rebound to our address', async () => {
  const rig = await Rig.start({ allowedHosts: ['broker.example'] });
  assert.is((await rig.refused({ auth, headers: { Host: `evil.example:${rig.port}` } })).status, 421);
  await rig.connect({ headers: { Host: 'broker.example' } });
});

test('only subprotocols that are not ours are refused', async () => {
  const rig = await Rig.start();
  assert.is((await rig.refused({ auth }, ['mqtt'])).status, 400);
  assert.is((await rig.refused({}, [basicProtocol('crm:secret')])).status, 400);
  const client = rig.client(['mqtt', 'holdfast.v1'], { auth });
  await once(client, 'open');
  assert.is(client.protocol, 'holdfast.v1');
});

test('an upgrade elsewhere is not found, and says what there is', async () => {
  const rig = await Rig.start();
  for (const path of ['/', '/rpc']) {
    const { status, text } = await rig.refused({ auth, path });
    assert.is(status, 404);
    assert.ok(JSON.parse(text).routes.includes('WS /ws'));
  }
});

test('a server that cannot check passwords in time says when to come back', async () => {
  const rig = await Rig.start();
  const { status, headers } = await rig.refused({ auth: 'busy:secret' });
  assert.is(status, 503);
  assert.is(headers['retry-after'], '3');
});

test('a fault of our own is answered with 500 and logged under the cid of the answer', async () => {
  const rig = await Rig.start();
  const { status, text } = await rig.refused({ auth: 'broken:secret' });
  assert.is(status, 500);
  assert.not.match(text, 'planted');
  assert.ok(rig.log.some(line => line.cid === JSON.parse(text).cid));
});

test('an endpoint over its connections gets 429, another one gets in, and one that leaves makes room', async () => {
  const rig = await Rig.start({ limits: { endpoint_connections_max: 1 } });
  const { client, seen } = await rig.connect();
  assert.is((await rig.refused({ auth })).status, 429);
  await rig.connect({ auth: 'billing:secret' });
  client.close();
  await once(seen, 'ended');
  await rig.connect();
});

test('a server that is full answers 503 without checking the password', async () => {
  let checks = 0;
  const verify = async () => {
    checks += 1;
    return { endpointId: 1, username: 'crm' };
  };
  const rig = await Rig.start({ limits: { connections_max: 1 }, credentials: { verify } });
  await rig.connect();
  assert.is((await rig.refused({ auth })).status, 503);
  assert.is(checks, 1);
});

test('connections that are being checked count as connections', async () => {
  let admit = () => {};
  const verify = async () => {
    await new Promise<void>(resolve => {
      admit = resolve;
    });
    return { endpointId: 1, username: 'crm' };
  };
  const rig = await Rig.start({ limits: { connections_max: 1 }, credentials: { verify } });
  const first = rig.connect();
  assert.is((await rig.refused({ auth })).status, 503);
  admit();
  await first;
});

test.run();
