import type { Stats } from 'node:fs';
import type { PublishAs } from '../../api/publish-as.js';
import type { FileDrop, FileEncoding } from './drop.js';

/** A file that was read. */
export interface FileContent {
  name: string;
  drop: FileDrop;
  /** The data of its message. */
  json: string;
  stats: Stats;
}

const mimeTypes: Readonly<Record<FileEncoding, string>> = {
  utf8: 'text/plain',
  json: 'application/json',
  base64: 'application/octet-stream',
};

/** Makes messages of files. */
export class FileMessages {
  readonly #publishAs: PublishAs;

  constructor(publishAs: PublishAs) {
    this.#publishAs = publishAs;
  }

  /** Resolves when the message is accepted. Rejects with `HoldfastError`, and with what a fault threw. */
  publish({ name, drop, json, stats }: FileContent, msg_id: string): Promise<void> {
    const { username, topic_name, encoding, mime_type = mimeTypes[encoding], priority, expiration, has_gd } = drop;
    const given = { priority, expiration, has_gd };
    const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const params = { topic_name, msg_id, mime_type, ...chosen };
    const file = { name, size: stats.size, mtime_iso: stats.mtime.toISOString() };
    return this.#publishAs.publish({ username, params, data: json, userCtx: JSON.stringify({ file }) });
  }
}
