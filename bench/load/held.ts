import type { PreparedLoad } from './job.js';

interface Holdable {
  /** Throws what ended the connection, if anything did. */
  ensureOpen(): void;
  close(): Promise<void>;
}

/** A load that does nothing with its connections but keep them until it is closed. */
export function held(connections: readonly Holdable[]): PreparedLoad {
  return {
    run: async () => undefined,
    // Nothing is sent on them, so only this tells of a server that drops them, and seems to need no memory for them.
    check: async () => {
      for (const connection of connections) connection.ensureOpen();
    },
    close: async () => {
      await Promise.all(connections.map(connection => connection.close()));
    },
  };
}
