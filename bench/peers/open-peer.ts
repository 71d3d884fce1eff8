import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Child } from '../subject/child.js';
import { ownPeer, type PeerAddress, parsePeer } from './address.js';
import { MqttConnection } from './mqtt/connection.js';
import { JetStream } from './nats/jetstream.js';
import type { Peer } from './peer.js';
import type { AedesStarted } from './subject/aedes-main.js';
import { listenerPid } from './subject/listener.js';
import { PeerServer } from './subject/peer-server.js';

const aedesMain = fileURLToPath(new URL('./subject/aedes-main.js', import.meta.url));
const answerMsMax = 5_000;
/** Mosquitto and others tell here who they are, to whom may see it. */
const versionTopic = '$SYS/broker/version';

/** Finds the broker that `--peer` names, or starts it; throws an error that says what is wrong with it. */
export async function openPeer(text: string): Promise<Peer> {
  const address = parsePeer(text);
  if (address === ownPeer) return startAedes();
  const described = address.protocol === 'nats' ? describeNats(address) : describeMqtt(address);
  try {
    const { kind, name } = await withinTime(described);
    const pid = listenerPid(address.host, address.port);
    return {
      kind,
      name,
      server: new PeerServer({ port: address.port, basic: '', address }, pid),
      close: async () => undefined,
    };
  } catch (error) {
    throw new Error(`--peer ${withoutPassword(address)}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

async function startAedes(): Promise<Peer> {
  const child = new Child(fork(aedesMain, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }));
  const { port, version } = (await child.reply()) as AedesStarted;
  const address = parsePeer(`mqtt://127.0.0.1:${port}`) as PeerAddress;
  return {
    kind: 'aedes',
    name: `aedes ${version}`,
    server: new PeerServer({ port, basic: '', address }, child.pid),
    close: () => child.kill(),
  };
}

type Description = Pick<Peer, 'kind' | 'name'>;

async function describeNats(address: PeerAddress): Promise<Description> {
  const jetStream = await JetStream.open(address);
  try {
    await jetStream.ensureEnabled();
    return { kind: 'nats', name: `NATS ${jetStream.version}` };
  } finally {
    await jetStream.close();
  }
}

async function describeMqtt(address: PeerAddress): Promise<Description> {
  let told = '';
  const connection = await MqttConnection.open(address, {
    publish: (bytes, idAt, end) => {
      told = bytes.toString('utf8', idAt + 2, end);
    },
    failed: () => undefined,
  });
  await connection.connect('hf-who', true);
  // Whoever may not see it need not be told who it is.
  await connection.subscribe(versionTopic).catch(() => undefined);
  await connection.ping();
  await connection.close();
  const mosquitto = /^mosquitto version (\S+)/.exec(told);
  return mosquitto === null
    ? { kind: 'mqtt', name: told || 'MQTT' }
    : { kind: 'mosquitto', name: `Mosquitto ${mosquitto[1]}` };
}

/** Whoever takes a connection and says nothing speaks another protocol. */
async function withinTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = answerMsMax / 1_000;
    timer = setTimeout(
      () => reject(new Error(`no answer within ${seconds} s: does it speak this protocol?`)),
      answerMsMax,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function withoutPassword({ protocol, isWebSocket, host, port }: PeerAddress): string {
  return `${protocol}${isWebSocket ? '+ws' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'nothing listens there';
  return error.code === 'ECONNRESET' ? 'it ended the connection: does it speak this protocol?' : error.message;
}
