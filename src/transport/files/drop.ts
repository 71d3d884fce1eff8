/** How the data of a message is made of the bytes of a file. */
export type FileEncoding = 'utf8' | 'json' | 'base64';

/** How one knows that nobody writes a file any more. */
export type Finished = 'rename' | { quiet_ms: number } | { marker: string };

/** Files of a folder that are published, by the names of the configuration. */
export interface FileDrop {
  /** Absolute. */
  folder: string;
  /** Of names: the first drop of a folder whose pattern matches a file is the one that publishes it. */
  pattern: string;
  topic_name: string;
  /** The endpoint by whose rights it is published. */
  username: string;
  encoding: FileEncoding;
  mime_type?: string;
  priority?: number;
  /** Seconds. */
  expiration?: number;
  has_gd?: boolean;
  finished: Finished;
}

/** The ending of the files that say of others that they are finished, or null. */
export function markerOf({ finished }: FileDrop): string | null {
  return typeof finished === 'object' && 'marker' in finished ? finished.marker : null;
}

/** Drops that cannot be used. The message says which, what is wrong and what to do. */
export class FileDropFault extends Error {
  override readonly name = 'FileDropFault';
}
