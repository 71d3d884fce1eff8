/** What a schema cannot say of a route; see "Routes" in docs/PROTOCOL.md. */
import type { WebhookRoute } from '../../broker/subscriptions/receiver.js';
import { HoldfastError } from '../../protocol/errors.js';
import { limits } from '../../protocol/limits.js';
import { utf8Bytes } from '../../protocol/utf8.js';
import { AddressRefused, checkLiteral } from './guarded-lookup.js';
import type { Networks } from './networks.js';

/** They belong to a connection and not to a request, or Holdfast sets them itself. */
const reservedHeaders = new Set([
  ...['connection', 'expect', 'host', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['content-encoding', 'content-length', 'content-type', 'webhook-id', 'webhook-signature', 'webhook-timestamp'],
]);

/**
 * Throws `invalid_params` with `path` and `reason` of the first fault; neither ever holds a secret or the value of a
 * header. Whether a name leads to an allowed address is only known when it is invoked.
 */
export function checkRoute({ url, headers = {}, secret = [] }: WebhookRoute, networks: Networks): void {
  refuseIf(urlFault(url) ?? addressFault(url, networks), 'route.url');
  checkHeaders(headers, 'route.headers');
  if (typeof secret === 'string') refuseIf(secretFault(secret), 'route.secret');
  else for (const [index, one] of secret.entries()) refuseIf(secretFault(one), `route.secret[${index}]`);
}

/** The address without what may hold a secret, for people: no query and no credentials. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '(no URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function urlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'must be a whole URL, like https://shop.example/orders';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must begin with http:// or https://';
  if (url.username !== '' || url.password !== '') {
    return 'must hold no username and no password: put them into headers, as Authorization';
  }
  if (url.hash !== '') return 'must have no part after a #: it would not be sent';
  return null;
}

function addressFault(text: string, networks: Networks): string | null {
  try {
    checkLiteral(new URL(text).hostname, networks);
    return null;
  } catch (error) {
    if (error instanceof AddressRefused) return `leads nowhere: ${error.message}`;
    throw error;
  }
}

function checkHeaders(headers: Readonly<Record<string, string>>, path: string): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const at = `${path}.${name}`;
    refuseIf(headerFault(lower, value), at);
    if (seen.has(lower)) refuseIf('is there twice: names of headers do not differ by case', at);
    seen.add(lower);
    bytes += utf8Bytes(name) + utf8Bytes(value);
  }
  const { route_headers_bytes_max: most } = limits;
  if (bytes > most) refuseIf(`must have at most ${most} bytes in all`, path);
}

function headerFault(name: string, value: string): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return 'is no name of a header';
  if (reservedHeaders.has(name)) return 'cannot be set: it belongs to the connection, or Holdfast sets it itself';
  if (!/^[\t\x20-\x7e]*$/.test(value)) return 'must have a value of visible ASCII characters and spaces, in one line';
  return null;
}

/** Standard Webhooks: `whsec_` and the base64 form of 24 to 64 bytes. */
function secretFault(secret: string): string | null {
  const base64 = /^whsec_([A-Za-z0-9+/]+)={0,2}$/.exec(secret)?.[1];
  if (base64 === undefined || base64.length % 4 === 1) return 'must be whsec_ and the base64 form of its bytes';
  const bytes = Math.floor((base64.length * 3) / 4);
  if (bytes >= 24 && bytes <= 64) return null;
  return `must have 24 to 64 bytes after whsec_, it has ${bytes}`;
}

function refuseIf(reason: string | null, path: string): void {
  if (reason !== null) throw new HoldfastError('invalid_params', `${path} ${reason}`, { path, reason });
}
