// Does what the README promises of one command: `npm start` serves on a port, answers as ready, and leaves with
// exit code 0 when it is told to stop. Exit code 1 if any of this does not hold within its time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const readyMsMax = 30_000;
const stopMsMax = 10_000;
const pollMs = 50;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-smoke-'));
const port = await freePort();
const server = startServer();
let output = '';
for (const stream of [server.stdout, server.stderr]) {
  stream.setEncoding('utf8').on('data', chunk => {
    output += chunk;
  });
}
const exited = once(server, 'exit');

try {
  const readyMs = await untilReady();
  server.kill('SIGTERM');
  await untilStopped();
  console.log(`smoke: npm start was ready after ${readyMs} ms and left with exit code 0 on SIGTERM`);
} catch (error) {
  console.error(`smoke: ${error.message}\n${output}`);
  process.exitCode = 1;
} finally {
  killGroup();
  rmSync(folder, { recursive: true, force: true });
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

/** In a group of its own, so that nothing stays behind if npm ends before the server does. */
function startServer() {
  return spawn('npm', ['start'], {
    cwd: root,
    env: {
      ...process.env,
      HOLDFAST_HOST: '127.0.0.1',
      HOLDFAST_PORT: String(port),
      HOLDFAST_STORE: `sqlite:${join(folder, 'holdfast.db')}`,
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function untilReady() {
  const started = performance.now();
  for (;;) {
    const status = await healthStatus();
    const passedMs = Math.round(performance.now() - started);
    if (status === 200) return passedMs;
    if (server.exitCode !== null) throw new Error(`npm start ended with exit code ${server.exitCode}`);
    if (passedMs > readyMsMax) throw new Error(`/health/ready did not answer 200 within ${readyMsMax} ms: ${status}`);
    await sleep(pollMs);
  }
}

/** The status of /health/ready, or what kept it from answering. */
async function healthStatus() {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(1_000) });
    return status;
  } catch (error) {
    return error.cause?.code ?? error.name;
  }
}

/** npm is to end with the server's own exit code, and not before the server. */
async function untilStopped() {
  const late = sleep(stopMsMax, null, { ref: false });
  const ending = await Promise.race([exited, late]);
  if (ending === null) throw new Error(`still running ${stopMsMax} ms after SIGTERM`);
  const [code, signal] = ending;
  if (code !== 0) throw new Error(`ended with ${signal ?? `exit code ${code}`} on SIGTERM`);
  const status = await healthStatus();
  if (typeof status === 'number') throw new Error('npm has ended and the server has not');
}

function killGroup() {
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
