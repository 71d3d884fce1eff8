import type { EventEmitter } from 'node:events';

/** SIGHUP reads the configuration again. How that went is in the log. */
export function reloadOnHangup(server: { reload(): Promise<void> }, signals: Pick<EventEmitter, 'on'>): void {
  signals.on('SIGHUP', () => {
    server.reload().catch(() => {});
  });
}
