import type { Server } from '../subject/server.js';

/** Which broker it is, as far as the bench has to know. */
export type PeerKind = 'mosquitto' | 'mqtt' | 'nats' | 'aedes';

/** A broker that Holdfast is compared with. */
export interface Peer {
  kind: PeerKind;
  /** With its version, as the tables call it. */
  name: string;
  server: Server;
  /** Ends it if the bench has started it. */
  close(): Promise<void>;
}

export const holdfastName = 'Holdfast';

/** What an acknowledged publish can be relied on for: without it a table of rates compares unlike things. */
export const promises: Record<PeerKind | 'holdfast', string> = {
  holdfast: 'on disk and synced (fsync before the answer), however many subscribers are absent',
  mosquitto: 'in memory; with persistence on it is written every 30 minutes (autosave_interval) and at a clean stop',
  mqtt: 'received by the broker; whether it is on disk is a matter of its configuration',
  nats: 'in a file, written to the kernel; synced every 2 minutes (sync_interval)',
  aedes: 'in memory, and lost with the process',
};
