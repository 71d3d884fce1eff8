import { BlockList, isIP, isIPv4 } from 'node:net';

/** Addresses that begin alike. */
export interface Network {
  address: string;
  /** How many bits are alike. */
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** What is not the public internet (IANA special-purpose registry), and what a cloud answers its own machines on. */
const privateIPv4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Of the public block 2000::/3: protocols and tunnels, which may lead to any IPv4 address, and documentation. */
const privateIPv6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/**
 * Which addresses a route may lead to: public ones, and those of the networks that the operator allows. A route is a
 * way to send requests from inside the operator's network, where machines trust who asks.
 */
export class Networks {
  /** Apart, since rules of Node for IPv6 hold IPv4 addresses too, in their mapped form. */
  readonly #allowed = { ipv4: new BlockList(), ipv6: new BlockList() };
  readonly #private = new BlockList();
  readonly #public = new BlockList();

  constructor(allowed: readonly Network[]) {
    for (const { address, prefix, family } of allowed) this.#allowed[family].addSubnet(address, prefix, family);
    for (const [address, prefix] of privateIPv4) this.#private.addSubnet(address, prefix, 'ipv4');
    for (const [address, prefix] of privateIPv6) this.#private.addSubnet(address, prefix, 'ipv6');
    this.#public.addSubnet('0.0.0.0', 0, 'ipv4');
    this.#public.addSubnet('2000::', 3, 'ipv6');
  }

  /** `address`: as a resolver answers it. */
  allow(address: string): boolean {
    if (isIP(address) === 0) return false;
    const real = carried(address);
    const family = isIPv4(real) ? 'ipv4' : 'ipv6';
    if (this.#allowed[family].check(real, family)) return true;
    return this.#public.check(real, family) && !this.#private.check(real, family);
  }
}

/** The IPv4 address that an IPv6 one carries: mapped (::ffff:0:0/96), or behind NAT64 (64:ff9b::/96). Else itself. */
function carried(address: string): string {
  if (isIPv4(address)) return address;
  const words = wordsOf(address.replace(/%.*$/, ''));
  const isMapped = words.slice(0, 5).every(word => word === 0) && words[5] === 0xffff;
  const isNat64 = words[0] === 0x64 && words[1] === 0xff9b && words.slice(2, 6).every(word => word === 0);
  if (!isMapped && !isNat64) return address;
  const [high, low] = words.slice(6) as [number, number];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight words of an IPv6 address, whichever way it is written. */
function wordsOf(address: string): number[] {
  // The parser of URLs knows every form, also with an IPv4 address at the end, and answers one of them.
  const [front = '', back] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = front === '' ? [] : front.split(':');
  const right = back ? back.split(':') : [];
  const zeros = back === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...new Array<string>(zeros).fill('0'), ...right].map(word => Number.parseInt(word, 16));
}
