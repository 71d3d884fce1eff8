import type { FileRoute } from '../../broker/subscriptions/receiver.js';
import { members } from '../../protocol/raw.js';
import { FileFault } from '../files/file-fault.js';

/** What is written of a message. `text`: its JSON. Throws `FileFault` if its data is not what the route writes. */
export function bodyOf(text: string, encoding: NonNullable<FileRoute['encoding']>): Buffer {
  if (encoding === 'message') return Buffer.from(`${text}\n`);
  const json = new Map(members(text)).get('data') ?? 'null';
  if (encoding === 'json') return Buffer.from(json);
  const data: unknown = JSON.parse(json);
  if (typeof data !== 'string')
    throw new FileFault(`the data is no string, as encoding ${encoding} of the route wants`);
  if (encoding === 'utf8') return Buffer.from(data);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(data)) {
    throw new FileFault('the data is not the base64 form of anything, as encoding base64 of the route wants');
  }
  return Buffer.from(data, 'base64');
}
