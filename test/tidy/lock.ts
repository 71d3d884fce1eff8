/** What is read of `package-lock.json` (version 3). */
export interface Lock {
  packages: Record<string, LockedPackage>;
}

export interface LockedPackage {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

/**
 * What would hurt on another machine: an optional dependency without an entry of its own (npm leaves out what is not
 * for this platform when the registry has no such version, and `npm ci` then fails on that platform), and addresses,
 * which tie the lock to one registry.
 */
export function lockFaults({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, resolved }]) => [
    ...(resolved === undefined ? [] : [`${path} has an address`]),
    ...Object.keys(optionalDependencies)
      .filter(name => !placesOf(name, path).some(place => place in packages))
      .map(name => `${path} needs ${name} on some platform, which has no entry`),
  ]);
}

/** Where Node looks for a package, from the inside out: `a/node_modules/name`, then `node_modules/name`. */
function placesOf(name: string, path: string): string[] {
  const folders = path.split(/\/?node_modules\//).slice(1);
  return [...folders.keys(), folders.length]
    .map(depth => folders.slice(0, depth).map(folder => `node_modules/${folder}`))
    .map(parents => [...parents, `node_modules/${name}`].join('/'))
    .reverse();
}
