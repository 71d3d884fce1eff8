import { constants as bufferConstants } from 'node:buffer';
import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileEncoding } from './drop.js';
import { codeOf, FileFault } from './file-fault.js';

export interface Content {
  /** The data of the message, as JSON text. Null: somebody has written to the file since it was seen. */
  json: string | null;
  /** Of the file as it is. */
  stats: Stats;
}

/** Errors that say something of the file, and not of the machine: to try again would not help. */
const ofTheFile: Readonly<Record<string, string>> = {
  EACCES: 'it may not be read by the broker: give it the right, and put the file into the folder again',
  EPERM: 'it may not be read by the broker: give it the right, and put the file into the folder again',
  ELOOP: 'it is a symbolic link: put the file itself into the folder',
  ENXIO: 'it is no regular file',
  EISDIR: 'it is a folder',
};

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file as the data of a message, if it is as it was `seen`. Never follows a link and never waits for a writer.
 * Throws `FileFault` for what can never be published.
 */
export async function readContent(
  path: string,
  seen: { size: number; mtimeMs: number },
  encoding: FileEncoding,
  bytesMax: number,
): Promise<Content> {
  const file = await open(path, flags).catch(error => {
    throw ofTheFile[codeOf(error)] ? new FileFault(ofTheFile[codeOf(error)]) : error;
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new FileFault('it is no regular file');
    if (stats.size !== seen.size || stats.mtimeMs !== seen.mtimeMs) return { json: null, stats };
    const most = bytesMax || engineBytesMax;
    const bytes = encoding === 'base64' ? Math.ceil(stats.size / 3) * 4 : stats.size;
    if (bytes > most) throw tooLarge(bytes, most);
    const content = await file.readFile();
    const after = await file.stat();
    const isWhole = content.length === stats.size && after.size === stats.size && after.mtimeMs === stats.mtimeMs;
    if (!isWhole) return { json: null, stats: after };
    const json = jsonOf(content, encoding);
    if (Buffer.byteLength(json) > most) throw tooLarge(Buffer.byteLength(json), most);
    return { json, stats };
  } finally {
    await file.close();
  }
}

/** A character may take six in JSON. */
const engineBytesMax = Math.floor(bufferConstants.MAX_STRING_LENGTH / 6);

/** Throws `FileFault`. */
export function jsonOf(content: Buffer, encoding: FileEncoding): string {
  if (encoding === 'base64') return `"${content.toString('base64')}"`;
  if (encoding === 'utf8') return JSON.stringify(textOf(content, true));
  const text = textOf(content, false);
  try {
    JSON.parse(text);
  } catch (error) {
    throw new FileFault(`it is not JSON, which the encoding of its drop asks for: ${(error as Error).message}`);
  }
  return text.trim();
}

function textOf(content: Buffer, keepsMark: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepsMark }).decode(content);
  } catch {
    throw new FileFault('it is not UTF-8: publish files that are no text with "encoding": "base64"');
  }
}

function tooLarge(bytes: number, most: number): FileFault {
  return new FileFault(`it is too large: its data has ${bytes} bytes, and limits.frame_bytes_max allows for ${most}`);
}
