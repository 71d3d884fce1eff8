import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Limits } from '../../protocol/limits.js';

/** Connections that are kept for the next request: for a while, and not more than so many in all. */
export function createAgents(limits: Limits): { http: HttpAgent; https: HttpsAgent } {
  const options = { keepAlive: true, timeout: limits.webhook_keep_alive_ms, scheduling: 'lifo' as const };
  const idle = new Set<Duplex>();
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  for (const agent of [agents.http, agents.https]) boundIdle(agent, idle, limits.webhook_idle_sockets_max);
  return agents;
}

/** An agent of Node bounds what is idle for each host, and not in all. */
function boundIdle(agent: HttpAgent, idle: Set<Duplex>, most: number): void {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  function forget(this: Duplex): void {
    idle.delete(this);
  }
  agent.keepSocketAlive = socket => {
    if (idle.size >= most) return false;
    idle.add(socket);
    socket.once('close', forget);
    // By its types Node answers nothing; it answers whether to keep the socket.
    return (keep(socket) as unknown) !== false;
  };
  agent.reuseSocket = (socket, request) => {
    idle.delete(socket);
    socket.off('close', forget);
    reuse(socket, request);
  };
}
