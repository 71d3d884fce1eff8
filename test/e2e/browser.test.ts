import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chromiumPath, openPage, PageServer } from './chromium.js';
import { Stage } from './stage.js';

const test = suite('e2e: a real browser');

/** Runs in the page: tries both servers, and posts what became of it. */
const script = `
  const base64url = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const protocols = ({ username, password }) => ['holdfast.v1', 'holdfast.basic.' + base64url(username + ':' + password)];

  function visit({ url, user }) {
    return new Promise(resolve => {
      const socket = new WebSocket(url, protocols(user));
      const seen = { protocol: null, messages: [], close: null };
      const send = frame => socket.send(JSON.stringify({ jsonrpc: '2.0', ...frame }));
      socket.onopen = () => {
        seen.protocol = socket.protocol;
        send({ id: 1, method: 'subscribe', params: { topic_name: '/page/**', name: 'page' } });
      };
      socket.onmessage = ({ data }) => {
        const { id, method, params } = JSON.parse(data);
        if (id === 1 && !method) send({ id: 2, method: 'publish', params: { topic_name: '/page/1', data: 'Grüße 😀' } });
        if (method !== 'deliver') return;
        seen.messages.push(...params.messages.map(message => message.data));
        send({ id, result: {} });
        if (seen.messages.includes('Grüße 😀')) socket.close();
      };
      socket.onclose = ({ code }) => { seen.close = code; resolve(seen); };
    });
  }

  async function whoami({ url, user }) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'whoami' });
    const headers = { Authorization: 'Basic ' + btoa(user.username + ':' + user.password) };
    try {
      const response = await fetch(url.replace('ws:', 'http:').replace('/ws', '/rpc'), { method: 'POST', headers, body });
      return response.ok ? (await response.json()).result.username : response.status;
    } catch (error) {
      return error.name;
    }
  }

  (async () => {
    const result = {};
    for (const name of ['allowed', 'other', 'wrong']) {
      result[name] = { ...(await visit(servers[name])), whoami: await whoami(servers[name]) };
    }
    await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
  })();
`;

test('a page subscribes with its credentials as a subprotocol, if allowed_origins has its origin; another sees 1006', async () => {
  if (chromiumPath === undefined) {
    console.log('No chromium on PATH and no CHROMIUM_PATH: the test with a real browser checks nothing here.');
    return;
  }
  let servers = {};
  const pages = await PageServer.listen(
    () => `<!doctype html><meta charset="utf-8"><script>const servers = ${JSON.stringify(servers)};${script}</script>`,
  );
  const [allowed, other] = await Promise.all([Stage.set({ allowedOrigins: [pages.origin] }), Stage.set()]);
  const user = await allowed.endpoint(['pub=/page/*', 'sub=/page/**']);
  const before = await allowed.connect(user);
  await before.subscribe('/page/**', { name: 'page' });
  await before.close();
  await allowed.admin.publish('/page/0', 'waited for the page');
  servers = {
    allowed: { url: allowed.wsUrl, user },
    other: { url: other.wsUrl, user: await other.endpoint() },
    wrong: { url: allowed.wsUrl, user: { ...user, password: 'wrong' } },
  };
  const result = await openPage(pages);
  pages.stop();
  await Promise.all([allowed.strike(), other.strike()]);
  const refusal = { protocol: null, messages: [], close: 1_006 };
  assert.equal(result, {
    allowed: {
      protocol: 'holdfast.v1',
      messages: ['waited for the page', 'Grüße 😀'],
      close: 1_005,
      whoami: user.username,
    },
    // What another origin may not ask it may not read either; the reason of a 1006 is told to one that may.
    other: { ...refusal, whoami: 'TypeError' },
    wrong: { ...refusal, whoami: 401 },
  });
});

test.run();
