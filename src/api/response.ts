import type { Nack } from '../broker/sink.js';
import { limits } from '../protocol/limits.js';

/** What a client's response to `deliver` says. */
export type DeliverResponse = { kind: 'acked' } | { kind: 'nacked'; nacks: Nack[] } | { kind: 'failed'; error: string };

const acked: DeliverResponse = { kind: 'acked' };
const errorCharsMax = 500;

/** Any result acks all, but `{"nack": [...]}`, which acks the rest; an error nacks all. */
export function readResponse(result: unknown, error: unknown): DeliverResponse {
  if (error !== undefined) return { kind: 'failed', error: textOf(error) };
  if (typeof result !== 'object' || result === null) return acked;
  const { nack } = result as { nack?: unknown };
  if (!Array.isArray(nack)) return acked;
  return { kind: 'nacked', nacks: nack.flatMap(readNack) };
}

/**
 * An item that names no message is passed over; a delay that is no number of seconds counts as none given. Nobody would
 * hear of a delay that is too long, so it is cut to the longest that `nack` takes; `1e400` is infinite once parsed.
 */
function readNack(item: unknown): Nack[] {
  if (typeof item !== 'object' || item === null) return [];
  const { msg_id, delay } = item as { msg_id?: unknown; delay?: unknown };
  if (typeof msg_id !== 'string') return [];
  if (typeof delay !== 'number' || !(delay >= 0)) return [{ msgId: msg_id }];
  return [{ msgId: msg_id, delay: Math.min(delay, limits.delay_sec_max) }];
}

function textOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : undefined;
  const text = typeof message === 'string' ? message : JSON.stringify(error);
  return text.slice(0, errorCharsMax);
}
