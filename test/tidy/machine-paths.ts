import type { Source } from './source.js';

/** Homes of people on the usual systems. */
const homes = /\/home\/[a-z_][\w-]*\/|\/Users\/[A-Za-z][\w-]*\/|\/root\/|\b[A-Z]:\\Users\\/;

/**
 * Lines that name a place on one machine only: someone's home, or the folder of this checkout (if it is a path of
 * several folders; a single one, like `/app`, may as well be a topic).
 */
export function machinePaths({ path, text }: Source, checkout: string): string[] {
  const own = checkout.split('/').length > 2 ? checkout : undefined;
  return text.split('\n').flatMap((line, index) => {
    const isFound = homes.test(line) || (own !== undefined && line.includes(own));
    return isFound ? [`${path}:${index + 1} ${line.trim()}`] : [];
  });
}
