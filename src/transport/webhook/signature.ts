import { createHmac } from 'node:crypto';

/** The bytes that secrets of the form `whsec_<base64>` stand for. */
export function keysOf(secret: string | readonly string[] = []): Buffer[] {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  return secrets.map(one => Buffer.from(one.slice('whsec_'.length), 'base64'));
}

/**
 * Headers by which a receiver knows who sent a request, by the Standard Webhooks specification: a signature for each
 * key. Without a key only the id and the time are there.
 */
export function webhookHeaders(
  id: string,
  timestampSec: number,
  body: Buffer,
  keys: readonly Buffer[],
): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestampSec) };
  if (keys.length === 0) return headers;
  const signatures = keys.map(key => {
    const hmac = createHmac('sha256', key).update(`${id}.${timestampSec}.`).update(body);
    return `v1,${hmac.digest('base64')}`;
  });
  return { ...headers, 'webhook-signature': signatures.join(' ') };
}
