import { isIP } from 'node:net';

export interface AccessOptions {
  /** As configured. */
  host: string;
  /** The one that the server has got. */
  port: number;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];
const wildcardHosts = ['0.0.0.0', '[::]'];

/**
 * Keeps web pages out that the operator did not ask for.
 *
 * A browser carries its credentials to wherever a page sends it, and says in `Origin` which page that was. And a page
 * can make its own name resolve to our address (DNS rebinding); then the browser takes us for that page's own server,
 * and only `Host` tells the name that it used. Neither of the two is believed to tell our own name: that is configured.
 */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #isWildcard: boolean;
  readonly #port: number;

  constructor({ host, port, allowedHosts, allowedOrigins }: AccessOptions) {
    const own = bracketed(host.toLowerCase());
    this.#port = port;
    this.#isWildcard = wildcardHosts.includes(own);
    this.#hosts = new Set([
      ...[own, ...loopbackHosts].map(name => `${name}:${port}`),
      ...allowedHosts.map(name => name.toLowerCase()),
    ]);
    // A page on localhost is ours only if we listen there: otherwise it belongs to another program of that machine.
    const isOnLoopback = this.#isWildcard || loopbackHosts.includes(own);
    this.#origins = new Set([
      ...(isOnLoopback ? [own, ...loopbackHosts] : [own]).map(name => ownOrigin(name, port)),
      ...allowedOrigins.map(origin => origin.toLowerCase()),
    ]);
  }

  /** `header`: of `Host`. A name that an operator allowed without a port is known on all ports. */
  knowsHost(header: string | undefined): boolean {
    const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?$/.exec(header?.toLowerCase() ?? '');
    if (match === null) return false;
    const [, name, port = '80'] = match as unknown as [string, string, string?];
    if (this.#hosts.has(`${name}:${port}`) || this.#hosts.has(name)) return true;
    // Whoever listens everywhere is addressed by any of its addresses, and those cannot be rebound as names can.
    return this.#isWildcard && Number(port) === this.#port && isIP(name.replace(/[[\]]/g, '')) !== 0;
  }

  /** `header`: of `Origin`. What is no web page sends none. */
  allowsOrigin(header: string | undefined): boolean {
    return header === undefined || this.#origins.has(header.toLowerCase()) || this.#origins.has('*');
  }
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** Browsers leave the port out where it is that of the scheme. */
function ownOrigin(host: string, port: number): string {
  return port === 80 ? `http://${host}` : `http://${host}:${port}`;
}
