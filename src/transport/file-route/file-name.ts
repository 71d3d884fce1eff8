import { HoldfastError } from '../../protocol/errors.js';

export const defaultFileName = '{pub_time_iso}-{msg_id}.json';

/** Attributes of messages that a name may hold. */
const attributes = new Set([
  ...['msg_id', 'topic_name', 'pub_time_iso', 'priority', 'correl_id', 'in_reply_to', 'ext_client_id', 'group_id'],
  ...['position_in_group', 'mime_type'],
]);
/** What file systems allow for a name, less the tag that it may get. */
const bytesMax = 220;

/** Throws `invalid_params` if no file can have such a name. */
export function checkFileName(pattern: string): void {
  const unknown = [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!).find(name => !attributes.has(name));
  if (unknown !== undefined)
    throw refusal(`has no attribute for {${unknown}}: there are ${[...attributes].join(', ')}`);
  const rest = pattern.replace(/\{[^{}]*\}/g, '');
  if (/[{}]/.test(rest)) throw refusal('has a brace without its other half');
  if (/[/\\\u0000-\u001f\u007f]/.test(rest)) throw refusal('is the name of a file in the folder: without / and \\');
  if (pattern.startsWith('.'))
    throw refusal('must not begin with a dot: such names are for files that are being written');
}

/** The name of a message's file. What comes from publishers can lead to no other folder and hide nothing. */
export function fileNameOf(pattern: string, message: Readonly<Record<string, unknown>>): string {
  const name = pattern.replace(/\{([^{}]*)\}/g, (_, attribute: string) => sanitised(message[attribute]));
  const visible = name.startsWith('.') || name === '' ? `_${name}` : name;
  return shortened(visible);
}

/** `a.json` → `a.TAG.json`. */
export function taggedName(name: string, tag: string): string {
  const { stem, ending } = parted(name);
  return `${stem}.${tag}${ending}`;
}

/** Letters and digits of any script, and a few signs; everything else becomes `_`. */
export function sanitised(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  return String(value)
    .replace(/^\//, '')
    .replace(/[^\p{L}\p{N}._-]/gu, '_');
}

/** Long attributes are cut, and the ending is kept. */
function shortened(name: string): string {
  const { stem, ending } = parted(name);
  let bytes = Buffer.byteLength(ending);
  let kept = '';
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return kept + ending;
}

function parted(name: string): { stem: string; ending: string } {
  const ending = /.(\.[A-Za-z0-9]{1,16})$/.exec(name)?.[1] ?? '';
  return { stem: name.slice(0, name.length - ending.length), ending };
}

function refusal(reason: string): HoldfastError {
  return new HoldfastError('invalid_params', `route.file_name ${reason}`, { path: 'route.file_name', reason });
}
