import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.js';
import { Refused } from './refused.js';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** What there is, by path and then by method; no method: for upgrades only. */
export type RouteTable = Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Answer>>>>>;

/** Probes of an orchestrator know neither our name nor a password. */
const openPaths = '/health/';
/** How long a browser may remember what a page of an allowed origin may send. */
const preflightSec = '7200';

export class Routes {
  readonly #admission: Admission;
  readonly #table: RouteTable;

  constructor(admission: Admission, table: RouteTable) {
    this.#admission = admission;
    this.#table = table;
  }

  /** Throws `Refused` (403, 404, 405, 421, 426) and what the route throws. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (!path.startsWith(openPaths)) {
      this.#admission.checkSource(request);
      allowOrigin(request, response);
    }
    const route = this.#table[path];
    if (route === undefined) throw this.#notFound(path);
    const allowed = Object.keys(route);
    if (allowed.length === 0) throw upgradeRequired(path);
    if (request.method === 'OPTIONS') return answerPreflight(response, allowed);
    const answer = route[(request.method === 'HEAD' ? 'GET' : request.method) as keyof typeof route];
    if (answer === undefined) throw methodNotAllowed(request, path, allowed);
    await answer(request, response);
  }

  /** Throws `Refused` (404) unless the path takes upgrades. */
  checkUpgrade(request: IncomingMessage): void {
    const path = pathOf(request);
    const route = this.#table[path];
    if (route === undefined || Object.keys(route).length > 0) throw this.#notFound(path);
  }

  #notFound(path: string): Refused {
    const routes = Object.entries(this.#table).map(([known, methods]) => `${Object.keys(methods)[0] ?? 'WS'} ${known}`);
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
