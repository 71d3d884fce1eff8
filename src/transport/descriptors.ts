import { readFileSync } from 'node:fs';
import type { Limits } from '../protocol/limits.js';

/** Descriptors of the store's files, of threads, timers and logs. */
const ownDescriptors = 100;
/** One of so many connections is for those who ask by HTTP, one for requests to routes, and one to keep for these. */
const share = 50;
const httpConnectionsMin = 10;

type Connections = Pick<
  Limits,
  'connections_max' | 'http_connections_max' | 'webhook_requests_max' | 'webhook_idle_sockets_max'
>;

/** Files and sockets that this process may have open; Infinity if the system does not tell. */
export function descriptorsMax(): number {
  try {
    return softLimitOf(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** From the text of `/proc/<pid>/limits`. */
export function softLimitOf(limits: string): number {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

/**
 * As many connections as are configured, or as the descriptors allow. A process without a free one could neither refuse
 * a client in words nor open a file of its store. (Node raises its soft limit to the hard one before anything runs.)
 */
export function fitConnections<Wanted extends Connections>(wanted: Wanted, descriptors: number): Wanted {
  const { connections_max, http_connections_max, webhook_requests_max, webhook_idle_sockets_max } = wanted;
  const all = Math.max(2, descriptors - ownDescriptors);
  if (connections_max + http_connections_max + webhook_requests_max + webhook_idle_sockets_max <= all) return wanted;
  const requests = Math.min(webhook_requests_max, Math.max(1, Math.floor(all / share)));
  const idle = Math.min(webhook_idle_sockets_max, Math.floor(all / share));
  const room = Math.max(2, all - requests - idle);
  const http = Math.min(http_connections_max, Math.max(httpConnectionsMin, Math.floor(all / share)), room - 1);
  return {
    ...wanted,
    connections_max: Math.min(connections_max, room - http),
    http_connections_max: http,
    webhook_requests_max: requests,
    webhook_idle_sockets_max: idle,
  };
}
