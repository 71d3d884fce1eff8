import type { Message } from '../../src/protocol/api.gen.js';
import type { Happening, Sent } from './history.js';

/** Noon of some day; each line of a written history is 10 ms after the one before. */
const startMs = Date.UTC(2030, 0, 1, 12);
const stepMs = 10;

export type Line = Happening extends infer H ? (H extends Happening ? Omit<H, 'at'> & { at?: number } : never) : never;

/** A history out of lines without times. */
export function written(lines: Line[]): Happening[] {
  return lines.map((line, index) => ({ at: startMs + index * stepMs, ...line }) as Happening);
}

export function sent(n: number, more: Partial<Sent> = {}): Line {
  const usual = {
    socket: 1,
    topic: '/t',
    priority: 5,
    expirationSec: 3600,
    delaySec: 0,
    to: null,
    isInRam: false,
    msgId: null,
  };
  return { kind: 'sent', n, ...usual, data: JSON.stringify({ n }), ...more };
}

/** As the server makes them: they rise with the position. */
export function madeId(position: number): string {
  return `zpsm${String(position).padStart(11, '0')}0000000000000`;
}

export function answered(n: number, msgId = madeId(n), isDuplicate = false): Line {
  return { kind: 'answered', n, msgId, isDuplicate };
}

export function message(n: number, more: Partial<Message> = {}): Message {
  const expiration = more.expiration ?? 3600;
  return {
    data: { n },
    topic_name: '/t',
    msg_id: madeId(n),
    priority: 5,
    mime_type: 'application/json',
    pub_time_iso: iso(0),
    recv_time_iso: iso(0),
    expiration,
    expiration_time_iso: iso(expiration * 1000),
    size: Buffer.byteLength(JSON.stringify({ n })),
    delivery_count: 1,
    sub_key: 'zpsk1',
    ...more,
  };
}

export function delivered(messages: Message[], attachment = 2): Line {
  return { kind: 'delivered', sub: 's', attachment, messages };
}

/** `messages`: positions, or ids. */
export function acked(messages: (number | string)[], attachment = 2, isStale = false): Line {
  const ids = messages.map(one => (typeof one === 'number' ? madeId(one) : one));
  return { kind: 'responded', sub: 's', attachment, acked: ids, nacked: [], isStale };
}

/** A call of `ack` with its answer. */
export function ackedByCall(position: number): Line[] {
  const what = { sub: 's', acked: [madeId(position)] };
  return [
    { kind: 'asked', ...what },
    { kind: 'confirmed', ...what },
  ];
}

export function refused(n: number): Line {
  return { kind: 'refused', n, name: 'storage_full', outcome: 'definite' };
}

/** Everything before it is on disk. */
export function witnessed(): Line {
  return { kind: 'witnessed', upTo: startMs + 1e9 };
}

export const killed: Line = { kind: 'killed', lastSocket: 3 };
export const leaving: Line = { kind: 'leaving', attachment: 2 };
export const subscribed: Line = { kind: 'subscribed', sub: 's', topics: ['/t', '/u'], askedAt: startMs };
export const drained: Line = { kind: 'drained', sub: 's' };

function iso(afterMs: number): string {
  return new Date(startMs + afterMs).toISOString();
}
