import { HoldfastError } from '../../protocol/errors.js';

/** The part of a path that names a topic or a message, decoded as a whole. Throws `invalid_request`. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    const advice = 'After each % there are two hex digits, which together are UTF-8; a % itself is %25';
    throw new HoldfastError('invalid_request', `The path ends in ${text}, which cannot be decoded. ${advice}.`);
  }
}

/** What stands after the `?`. */
export function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

/** What would be without effect is not passed over in silence. Throws `invalid_request`. */
export function refuseQuery(query: string): void {
  if (query === '') return;
  throw new HoldfastError('invalid_request', `This call takes no query: leave out ?${query}`);
}
