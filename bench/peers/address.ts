/** Where a peer listens, and in what it is spoken to. */
export interface PeerAddress {
  protocol: 'mqtt' | 'nats';
  host: string;
  port: number;
  isWebSocket: boolean;
  /** Of the upgrade request; without WebSocket it means nothing. */
  path: string;
  username: string;
  password: string;
}

/** A peer that the bench starts itself. */
export const ownPeer = 'aedes';

interface Scheme {
  protocol: PeerAddress['protocol'];
  isWebSocket: boolean;
  port: number;
}

const schemes: Record<string, Scheme> = {
  'mqtt:': { protocol: 'mqtt', isWebSocket: false, port: 1883 },
  'mqtt+ws:': { protocol: 'mqtt', isWebSocket: true, port: 8080 },
  'nats:': { protocol: 'nats', isWebSocket: false, port: 4222 },
  'nats+ws:': { protocol: 'nats', isWebSocket: true, port: 8080 },
};

const expected = `${ownPeer}, or a URL such as mqtt://127.0.0.1:1883, mqtt+ws://…, nats://127.0.0.1:4222 or nats+ws://…`;

/** Reads what `--peer` was given; throws an error for people if it is neither a URL of a peer nor the bench's own one. */
export function parsePeer(text: string): PeerAddress | typeof ownPeer {
  if (text === ownPeer) return ownPeer;
  if (!URL.canParse(text)) throw new Error(`--peer must be ${expected}; not "${text}"`);
  const url = new URL(text);
  const scheme = schemes[url.protocol];
  if (scheme === undefined || url.hostname === '') throw new Error(`--peer must be ${expected}; not "${text}"`);
  return {
    protocol: scheme.protocol,
    isWebSocket: scheme.isWebSocket,
    // A URL has brackets around an address of IPv6, and a socket has not.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? scheme.port : Number(url.port),
    path: url.pathname === '' ? '/' : url.pathname,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}
