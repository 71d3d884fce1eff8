import { HoldfastError } from '../../protocol/errors.js';

/** Data of these types is no text, also where its bytes happen to be UTF-8. */
const binaryKinds = new Set(['audio', 'font', 'image', 'model', 'multipart', 'video']);
const binaryTypes = new Set([
  'application/octet-stream',
  'application/cbor',
  'application/gzip',
  'application/msgpack',
  'application/pdf',
  'application/protobuf',
  'application/wasm',
  'application/x-protobuf',
  'application/zip',
]);
/** What `curl -d` sends unless it is told otherwise: it says nothing about the body. */
const formType = 'application/x-www-form-urlencoded';
const charsets = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
const form = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/**
 * What a body is: null for JSON, which is also what one without a type is; else the MIME type of a text, without its
 * charset. Throws `invalid_request` for what is no text, and for charsets other than UTF-8.
 */
export function textType(contentType: string | undefined): string | null {
  if (contentType === undefined) return null;
  const [first, ...parameters] = contentType.split(';').map(part => part.trim()) as [string, ...string[]];
  const type = first.toLowerCase();
  if (!form.test(type)) throw refusal(`The Content-Type ${contentType} is not of the form type/subtype.`);
  const charset = parameters.find(isCharset);
  if (charset !== undefined && !charsets.has(charsetOf(charset))) {
    throw refusal(`Bodies are read as UTF-8, and the Content-Type says ${charset}. Convert the body to UTF-8.`);
  }
  if (isJson(type)) return null;
  if (isBinary(type)) throw noText(`A body of type ${type} is no text`);
  return [type, ...parameters.filter(one => one !== '' && !isCharset(one))].join('; ');
}

/** What is no UTF-8 has no place in JSON. */
export function notUtf8(): HoldfastError {
  return noText('The body is not UTF-8');
}

function noText(what: string): HoldfastError {
  return refusal(`${what}. Send JSON, {"data": …, "mime_type": …}, with the bytes as base64 in data.`);
}

function refusal(message: string): HoldfastError {
  return new HoldfastError('invalid_request', message);
}

function isJson(type: string): boolean {
  return type === formType || type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

function isBinary(type: string): boolean {
  if (type.endsWith('+xml')) return false;
  return binaryKinds.has(type.slice(0, type.indexOf('/'))) || binaryTypes.has(type);
}

function isCharset(parameter: string): boolean {
  return /^charset\s*=/i.test(parameter);
}

function charsetOf(parameter: string): string {
  const value = parameter.slice(parameter.indexOf('=') + 1);
  return value.replaceAll('"', '').trim().toLowerCase();
}
