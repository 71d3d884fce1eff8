import { HoldfastError } from '../../protocol/errors.js';
import { valueEnd } from '../../protocol/grammar.js';
import type { Limits } from '../../protocol/limits.js';
import { members } from '../../protocol/raw.js';
import type { Publication } from '../publish/compose.js';

/** Throws a `HoldfastError` with `path` and `reason` where `publish` would not take these parameters. */
export type CheckPublish = (params: Record<string, unknown>) => void;

/** Attributes to be replaced in a message, as JSON texts by their names on the wire; null: to be left out. */
export type Change = ReadonlyMap<string, string | null>;

/** What a hook answered cannot be done. Its message says why, for the operator. */
export class UnfitChange extends Error {}

/** What a subscriber reads, and what neither order nor expiry depends on. */
const inDelivery = [
  'data',
  'mime_type',
  'correl_id',
  'in_reply_to',
  'ext_client_id',
  'ext_pub_time_iso',
  'group_id',
  'position_in_group',
  'user_ctx',
  'reply_to_sk',
] as const;

/** Where a message goes and which one it is, is for its publisher to say. */
const inPublish = [...inDelivery, 'priority', 'expiration'] as const;

export const changeable = { before_publish: new Set<string>(inPublish), before_delivery: new Set<string>(inDelivery) };

/** Of these null says that they are to be as if the publisher had not given them. */
const lasting = new Set<string>(['data', 'mime_type', 'user_ctx', 'priority', 'expiration']);
/** Any JSON, which is carried on as the hook wrote it. */
const free = new Set<string>(['data', 'user_ctx']);

/** Reads the `change` of a verdict and holds it to what a publish is held to. Throws `UnfitChange`. */
export function readChange(
  text: string,
  hook: keyof typeof changeable,
  limits: Pick<Limits, 'json_depth_max' | 'frame_bytes_max'>,
  check: CheckPublish,
): Change {
  const { json_depth_max: depth, frame_bytes_max: most } = limits;
  if (most > 0 && text.length > most)
    throw new UnfitChange(`its change is larger than frame_bytes_max (${most} bytes)`);
  if (text.charAt(0) !== '{' || valueEnd(text, 0, depth) !== text.length) {
    throw new UnfitChange(`its change is not the JSON of an object with at most ${depth} levels`);
  }
  const change = new Map<string, string | null>();
  const params: Record<string, unknown> = { topic_name: '/', data: null };
  for (const [name, raw] of members(text)) {
    if (!changeable[hook].has(name)) {
      throw new UnfitChange(`it cannot change ${name}, but ${[...changeable[hook]].join(', ')}`);
    }
    const isLeftOut = raw === 'null' && !lasting.has(name);
    change.set(name, isLeftOut ? null : raw);
    if (!isLeftOut && !free.has(name)) params[name] = JSON.parse(raw);
  }
  try {
    check(params);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new UnfitChange(`its change does not fit: ${error.details.path} ${error.details.reason}`);
  }
  return change;
}

/** The publish with what a hook replaced. */
export function changedPublication(publication: Publication, change: Change): Publication {
  const changed: Publication = { ...publication };
  for (const [name, raw] of change) {
    if (name === 'data') {
      changed.data = raw!;
      delete changed.dataSpaces;
    } else if (name === 'user_ctx') changed.userCtx = raw!;
    else Object.assign(changed, { [camelOf(name)]: raw === null ? undefined : JSON.parse(raw) });
  }
  return changed;
}

/** The JSON of a publish, by the names of the wire. */
export function publicationText(publication: Publication): string {
  const { data, userCtx, dataSpaces: _spaces, ...rest } = publication;
  const plain = Object.entries(rest).map(([name, value]) => [wireOf(name), value] as const);
  const texts = plain
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  if (userCtx !== undefined) texts.push(`"user_ctx":${userCtx}`);
  return `{"data":${data},${texts.join(',')}}`;
}

function camelOf(wireName: string): string {
  return wireName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function wireOf(camelName: string): string {
  return camelName.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
