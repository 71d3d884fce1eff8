import type { Route } from '../broker/subscriptions/receiver.js';
import type { Route as GivenRoute } from '../protocol/api.gen.js';
import { HoldfastError } from '../protocol/errors.js';

const ofFolders = ['folder', 'file_name', 'encoding'] as const;

/** One of the kinds of routes, by its members. Throws `invalid_params` if it is none of them, or a bit of several. */
export function readRoute(given: GivenRoute): Route {
  const { url, folder, file_name, encoding, ...more } = given;
  if ((url === undefined) === (folder === undefined)) throw refusal('route', 'must have either url or folder');
  if (folder === undefined) {
    const stray = ofFolders.find(member => given[member] !== undefined);
    if (stray) throw refusal(`route.${stray}`, 'is for a route with a folder');
    return { url: url!, ...more };
  }
  const [stray] = Object.keys(more);
  if (stray) throw refusal(`route.${stray}`, 'is for a route with a url');
  return { folder, ...(file_name === undefined ? {} : { file_name }), ...(encoding === undefined ? {} : { encoding }) };
}

function refusal(path: string, reason: string): HoldfastError {
  return new HoldfastError('invalid_params', `${path} ${reason}`, { path, reason });
}
