import type { DeadLetter } from '../../protocol/api.gen.js';
import { limits } from '../../protocol/limits.js';
import { members, sizeOf } from '../../protocol/raw.js';
import { isoMicros, microsOf } from '../../protocol/time.js';
import type { Topic } from '../topics/topic.js';

/** What a publisher gives; `data` and `userCtx` are its own JSON texts and go out as they came in. */
export interface Publication {
  topicName: string;
  data: string;
  /** White space between the tokens of `data`, in characters; undefined: it is to be counted. */
  dataSpaces?: number;
  priority: number;
  /** Whole seconds. */
  expiration: number;
  /** Seconds, 0 for none. */
  delay: number;
  mimeType: string;
  msgId?: string;
  correlId?: string;
  inReplyTo?: string;
  extClientId?: string;
  extPubTimeIso?: string;
  groupId?: string;
  positionInGroup?: number;
  userCtx?: string;
  deliverToSk?: string[];
  replyToSk?: string[];
  /** Undefined: as the topic says. False: it need not outlive the process. */
  hasGd?: boolean;
}

export interface Composed {
  /** The members of the message on the wire, without `msg_id`, `delivery_count` and `sub_key`. */
  body: string;
  /** Unix milliseconds, rounded up, so that nothing goes before its time. */
  expiresAt: number;
}

/** Encodes a message once, for the store and for every subscriber. `recv_time` is later than `pub_time` by the delay. */
export function compose(publication: Publication, topic: Topic, nowMicros: number): Composed {
  const { data, dataSpaces, expiration, delay } = publication;
  const received = nowMicros + Math.max(1, Math.ceil(delay * 1e6));
  const expires = received + expiration * 1e6;
  const body =
    `"data":${data},"topic_name":${topic.nameJson}${optional(publication)}` +
    `${common(publication, nowMicros, received, expires)}${sizeOf(data, dataSpaces)}`;
  return { body, expiresAt: Math.ceil(expires / 1000) };
}

/** What `common` said last, and of what: publishes that come together mostly have all of it in common. */
const last = { priority: 0, mimeType: '', expiration: 0, nowMicros: -1, received: -1, text: '' };

function common({ priority, mimeType, expiration }: Publication, now: number, received: number, expires: number) {
  const isLast =
    last.nowMicros === now &&
    last.received === received &&
    last.expiration === expiration &&
    last.priority === priority &&
    last.mimeType === mimeType;
  if (!isLast) {
    const text =
      `,"priority":${priority},"mime_type":${JSON.stringify(mimeType)}` +
      `,"pub_time_iso":"${isoMicros(now)}","recv_time_iso":"${isoMicros(received)}"` +
      `,"expiration":${expiration},"expiration_time_iso":"${isoMicros(expires)}","size":`;
    Object.assign(last, { priority, mimeType, expiration, nowMicros: now, received, text });
  }
  return last.text;
}

export const defaultMimeType = 'application/json';

function optional(publication: Publication): string {
  let text = '';
  const { correlId, inReplyTo, extClientId, extPubTimeIso, groupId, positionInGroup, userCtx, replyToSk } = publication;
  if (correlId) text += `,"correl_id":${JSON.stringify(correlId)}`;
  if (inReplyTo) text += `,"in_reply_to":${JSON.stringify(inReplyTo)}`;
  if (extClientId) text += `,"ext_client_id":${JSON.stringify(extClientId)}`;
  if (extPubTimeIso) text += `,"ext_pub_time_iso":${JSON.stringify(extPubTimeIso)}`;
  if (groupId) text += `,"group_id":${JSON.stringify(groupId)}`;
  if (positionInGroup !== undefined) text += `,"position_in_group":${positionInGroup}`;
  if (replyToSk) text += `,"reply_to_sk":${JSON.stringify(replyToSk)}`;
  if (userCtx !== undefined) text += `,"user_ctx":${userCtx}`;
  return text;
}

/** What may be changed in a message of one queue; raw JSON for `data`. */
export interface Edit {
  data?: string;
  priority?: number;
  expiration?: number;
  mimeType?: string;
  correlId?: string;
  inReplyTo?: string;
  /** Unix microseconds: when it is received, for a message that is still delayed. */
  receivedMicros?: number;
}

/** The message with some members replaced. Other times stay, so its expiry counts from when it was received. */
export function edit(body: string, changes: Edit, receivedMicros: number): string {
  const isMoved = changes.expiration !== undefined || changes.receivedMicros !== undefined;
  const expiration = changes.expiration ?? Number(memberOf(body, 'expiration'));
  const replaced: Record<string, string | undefined> = {
    data: changes.data,
    size: changes.data === undefined ? undefined : String(sizeOf(changes.data)),
    priority: changes.priority?.toString(),
    mime_type: jsonOf(changes.mimeType),
    correl_id: jsonOf(changes.correlId),
    in_reply_to: jsonOf(changes.inReplyTo),
    recv_time_iso: changes.receivedMicros === undefined ? undefined : `"${isoMicros(receivedMicros)}"`,
    expiration: changes.expiration?.toString(),
    expiration_time_iso: isMoved ? `"${isoMicros(receivedMicros + expiration * 1e6)}"` : undefined,
  };
  return replaceMembers(body, replaced);
}

/** A dead letter: the message under the dead-letter topic, with why it is there, and a time of its own to live. */
export function composeDeadLetter(body: string, letter: DeadLetter, topic: Topic, nowMicros: number): Composed {
  const expiration = limits.dead_letter_expiration_sec;
  const expires = nowMicros + 1 + expiration * 1e6;
  const text = replaceMembers(body, {
    topic_name: topic.nameJson,
    pub_time_iso: `"${isoMicros(nowMicros)}"`,
    recv_time_iso: `"${isoMicros(nowMicros + 1)}"`,
    expiration: String(expiration),
    expiration_time_iso: `"${isoMicros(expires)}"`,
    dead_letter: JSON.stringify(letter),
  });
  return { body: text, expiresAt: Math.ceil(expires / 1000) };
}

/** The message with some members as a hook wants them for one subscription, null to be left out; `size` follows. */
export function adapt(body: string, change: ReadonlyMap<string, string | null>): string {
  const data = change.get('data');
  const replaced = Object.fromEntries(change);
  return replaceMembers(body, typeof data === 'string' ? { ...replaced, size: String(sizeOf(data)) } : replaced);
}

/** What a dead letter does not say of the message that it was. */
export interface LetterOrigin {
  pub_time_iso: string;
  /** Whole seconds. */
  expiration: number;
}

export function originOf(body: string): LetterOrigin {
  const expiration = Number(memberOf(body, 'expiration'));
  return { pub_time_iso: JSON.parse(memberOf(body, 'pub_time_iso') ?? '""') as string, expiration };
}

/** A dead letter as the message that it was, received anew: it lives as long as it would have lived then. */
export function composeRedriven(letter: string, origin: LetterOrigin, topic: Topic, nowMicros: number): Composed {
  const { pub_time_iso, expiration } = origin;
  const received = Math.max(nowMicros, microsOf(pub_time_iso) + 1);
  const expires = received + expiration * 1e6;
  const text = replaceMembers(letter, {
    topic_name: topic.nameJson,
    pub_time_iso: JSON.stringify(pub_time_iso),
    recv_time_iso: `"${isoMicros(received)}"`,
    expiration: String(expiration),
    expiration_time_iso: `"${isoMicros(expires)}"`,
    dead_letter: null,
  });
  return { body: text, expiresAt: Math.ceil(expires / 1000) };
}

/** The value of one member, as its JSON text. */
export function memberOf(body: string, name: string): string | undefined {
  return members(`{${body}}`).find(([key]) => key === name)?.[1];
}

/** The body with these members replaced or added, as JSON texts; null leaves a member out, undefined as it is. */
function replaceMembers(body: string, replaced: Record<string, string | null | undefined>): string {
  const left = new Map(Object.entries(replaced).filter(([, value]) => value !== undefined));
  const texts: string[] = [];
  for (const [key, raw] of members(`{${body}}`)) {
    const value = left.has(key) ? left.get(key) : raw;
    left.delete(key);
    if (value !== null) texts.push(`${JSON.stringify(key)}:${value}`);
  }
  for (const [key, value] of left) if (value !== null) texts.push(`${JSON.stringify(key)}:${value}`);
  return texts.join(',');
}

function jsonOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text);
}
