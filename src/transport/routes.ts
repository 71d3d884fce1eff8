import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.js';
import { Refused } from './refused.js';

/** `below`: what follows the fixed part of the path, as it was sent, without the query. */
export type Answer = (request: IncomingMessage, response: ServerResponse, below: string) => void | Promise<void>;

/** By method: GET, which also answers HEAD, POST, PATCH, DELETE. */
type Methods = Readonly<Record<string, Answer>>;

/**
 * What there is, by path and then by method; no method: for upgrades only. A path that ends in `/{name}` stands for all
 * that begins like it, further slashes included.
 */
export type RouteTable = Readonly<Record<string, Methods>>;

/** Probes of an orchestrator know neither our name nor a password. */
const openPaths = '/health/';
/** How long a browser may remember what a page of an allowed origin may send. */
const preflightSec = '7200';

export class Routes {
  readonly #admission: Admission;
  readonly #table: RouteTable;
  /** The fixed part of each path that goes on, up to its last slash. */
  readonly #prefixes: readonly { prefix: string; methods: Methods }[];

  constructor(admission: Admission, table: RouteTable) {
    this.#admission = admission;
    this.#table = table;
    this.#prefixes = Object.entries(table)
      .filter(([path]) => path.endsWith('}'))
      .map(([path, methods]) => ({ prefix: path.slice(0, path.indexOf('{')), methods }));
  }

  /** Throws `Refused` (403, 404, 405, 421, 426) and what the route throws. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (!path.startsWith(openPaths)) {
      this.#admission.checkSource(request);
      allowOrigin(request, response);
    }
    const found = this.#find(path);
    if (found === null) throw this.#notFound(path);
    const { methods: route, below } = found;
    const allowed = Object.keys(route);
    if (allowed.length === 0) throw upgradeRequired(path);
    if (request.method === 'OPTIONS') return answerPreflight(response, allowed);
    const answer = route[(request.method === 'HEAD' ? 'GET' : request.method) as keyof typeof route];
    if (answer === undefined) throw methodNotAllowed(request, path, allowed);
    await answer(request, response, below);
  }

  /** Throws `Refused` (404) unless the path takes upgrades. */
  checkUpgrade(request: IncomingMessage): void {
    const path = pathOf(request);
    const found = this.#find(path);
    if (found === null || Object.keys(found.methods).length > 0) throw this.#notFound(path);
  }

  #find(path: string): { methods: Methods; below: string } | null {
    const methods = this.#table[path];
    if (methods !== undefined) return { methods, below: '' };
    const found = this.#prefixes.find(({ prefix }) => path.startsWith(prefix));
    return found ? { methods: found.methods, below: path.slice(found.prefix.length) } : null;
  }

  #notFound(path: string): Refused {
    const routes = Object.entries(this.#table).map(
      ([known, methods]) => `${Object.keys(methods).join(', ') || 'WS'} ${known}`,
    );
    return new Refused(404, `There is nothing at ${path}.`, { details: { routes } });
  }
}

function pathOf(request: IncomingMessage): string {
  return request.url!.split('?', 1)[0]!;
}

/** The origin has been checked; without this its page could send requests but not read the answers. */
function allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
  if (headers.origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', headers.origin);
  response.setHeader('Vary', 'Origin');
}

function answerPreflight(response: ServerResponse, allowed: string[]): void {
  const headers = {
    Allow: allowed.join(', '),
    'Access-Control-Allow-Methods': allowed.join(', '),
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Max-Age': preflightSec,
  };
  response.writeHead(204, headers).end();
}

function upgradeRequired(path: string): Refused {
  const headers = { Upgrade: 'websocket', Connection: 'Upgrade' };
  return new Refused(426, `${path} speaks WebSocket only.`, { headers });
}

function methodNotAllowed(request: IncomingMessage, path: string, allowed: string[]): Refused {
  const headers = { Allow: allowed.join(', ') };
  return new Refused(405, `${path} takes ${allowed.join(', ')}, not ${request.method}.`, { headers });
}
