import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Networks } from './networks.js';

/** All addresses of a name; `dns.promises.lookup` with `all`. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** The route leads to where it must not. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(host: string, address: string) {
    const what = host === address ? `the address ${address}` : `${host} is ${address}, which`;
    super(`${what} is in no network that routes may reach (allowed_webhook_networks)`);
  }
}

/** Throws `AddressRefused` if the host is an address, for which nobody asks a resolver, and not an allowed one. */
export function checkLiteral(host: string, networks: Networks): void {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && !networks.allow(address)) throw new AddressRefused(address, address);
}

/**
 * A resolver for `net.connect`, which goes to the very addresses that it answers: what was checked cannot be another
 * one a moment later. A name of which any address is refused is refused as a whole, since the others may be bait.
 */
export function guardedLookup(networks: Networks, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      addresses => {
        const refused = addresses.find(({ address }) => !networks.allow(address));
        const [first] = addresses;
        if (refused) callback(new AddressRefused(hostname, refused.address), []);
        else if (!first) callback(new Error(`${hostname} has no address`), []);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}
