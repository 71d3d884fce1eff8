import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const candidates = ['chromium', 'chromium-browser', 'google-chrome'].flatMap(name =>
  (process.env.PATH ?? '').split(':').map(folder => join(folder, name)),
);

/** Where a Chromium is; undefined if there is none on this machine. */
export const chromiumPath = [process.env.CHROMIUM_PATH ?? '', ...candidates].find(path => path && existsSync(path));

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Serves one page on a port of its own, and hears what its script posts to `/result`. */
export class PageServer {
  readonly origin: string;
  readonly result: Promise<unknown>;
  readonly #stop: () => void;

  private constructor(origin: string, result: Promise<unknown>, stop: () => void) {
    this.origin = origin;
    this.result = result;
    this.#stop = stop;
  }

  /** `page` is called when it is asked for. */
  static async listen(page: () => string): Promise<PageServer> {
    let give = (_result: unknown) => {};
    const result = new Promise<unknown>(resolve => {
      give = resolve;
    });
    const server = createServer((request, response) => void answer(request, response, page, give));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    return new PageServer(`http://127.0.0.1:${port}`, result, () => {
      server.close();
      server.closeAllConnections();
    });
  }

  stop(): void {
    this.#stop();
  }
}

/** Opens a page in a browser without a window; fails if the browser ends before the page has told its result. */
export async function openPage(pages: PageServer): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-chromium-'));
  const options = { detached: true, stdio: 'ignore' } as const;
  const browser = spawn(chromiumPath!, [...flags, `--user-data-dir=${profile}`, pages.origin], options);
  const exit = once(browser, 'exit');
  try {
    return await Promise.race([
      pages.result,
      exit.then(([code]) => Promise.reject(new Error(`it ended with ${code}`))),
    ]);
  } finally {
    endGroup(browser);
    await exit;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: () => string,
  give: (result: unknown) => void,
): Promise<void> {
  if (request.method === 'GET') {
    const isPage = request.url === '/';
    response.writeHead(isPage ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' }).end(isPage ? page() : '');
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  response.end();
  give(JSON.parse(body));
}

/** The browser is a group of processes. */
function endGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
