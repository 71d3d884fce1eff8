import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openPeer } from '../../../bench/peers/open-peer.js';
import { BrokerProcess, findProgram, freePort } from './broker-process.js';
import { failureOf, fanOutJob, runAllLoads, runLoad, stageOf } from './run-load.js';

const program = findProgram('mosquitto');
const mosquitto = suite('bench peers: mosquitto');
const test: typeof mosquitto | (() => void) = program === null ? () => {} : mosquitto;
if (program === null) console.log('Mosquitto is not installed: it is not tried');

/** Runs `use` beside a Mosquitto on a free port, with the lines of a configuration. */
async function withMosquitto(lines: (port: number) => string[], use: (port: number) => Promise<void>) {
  const port = await freePort();
  const broker = await BrokerProcess.start(program!, '-c', () => `${lines(port).join('\n')}\n`, 'running');
  await use(port).finally(() => broker.stop());
}

const keepAll = ['allow_anonymous true', 'max_queued_messages 0'];

test('runs every load of the bench, and costs CPU and memory that can be read', async () => {
  await withMosquitto(
    port => [`listener ${port} 127.0.0.1`, ...keepAll],
    async port => {
      const peer = await openPeer(`mqtt://127.0.0.1:${port}`);
      assert.match(peer.name, /^Mosquitto \d/);
      assert.is(peer.kind, 'mosquitto');
      await runAllLoads(peer);
      assert.ok(peer.server.usage().rssBytes > 0);
    },
  );
});

test('runs them over WebSocket', async () => {
  const webPort = await freePort();
  const web = [`listener ${webPort} 127.0.0.1`, 'protocol websockets'];
  await withMosquitto(
    // One that listens for nothing but WebSocket does not start.
    port => [`listener ${port} 127.0.0.1`, ...web, ...keepAll],
    async () => {
      await runAllLoads(await openPeer(`mqtt+ws://127.0.0.1:${webPort}`));
    },
  );
});

test('is told from one that refuses its user, and the error says what to do', async () => {
  await withMosquitto(
    port => [`listener ${port} 127.0.0.1`, 'allow_anonymous false'],
    async port => {
      const failure = await failureOf(openPeer(`mqtt://bench:secret@127.0.0.1:${port}`));
      assert.match(failure, /refuses this user; tell them in the URL/);
      assert.not.match(failure, /secret/);
    },
  );
});

test('fails a fan-out to fewer subscribers than wait for it', async () => {
  await withMosquitto(
    port => [`listener ${port} 127.0.0.1`, ...keepAll],
    async port => {
      const peer = await openPeer(`mqtt://127.0.0.1:${port}`);
      await runLoad(peer, { kind: 'stage', ...stageOf(2) });
      await runLoad(peer, { ...fanOutJob, subscribers: 1 });
      const failure = await failureOf(runLoad(peer, { ...fanOutJob, subscribers: 2 }));
      assert.match(failure, /"sub-1" got more than 600 messages/);
    },
  );
});

mosquitto('is not there: nothing listens', async () => {
  const port = await freePort();
  assert.is(
    await failureOf(openPeer(`mqtt://127.0.0.1:${port}`)),
    `--peer mqtt://127.0.0.1:${port}: nothing listens there`,
  );
});

mosquitto.run();
