import { isIP } from 'node:net';
import type { Settings } from './settings.js';

/** Addresses that begin alike: `10.0.0.0/8`, or a single one. */
export interface NetworkConfig {
  address: string;
  /** How many bits are alike. */
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** The network that a text names, or null if it names none. */
export function readNetwork(text: string): NetworkConfig | null {
  const [address = '', prefixText, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return null;
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText))) return null;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** What is wrong with the networks that are named, each as a sentence. */
export function networkFaults({ allowed_webhook_networks: networks = [] }: Settings): string[] {
  return networks.flatMap((text, i) =>
    readNetwork(text) ? [] : [`allowed_webhook_networks[${i}] is no network: ${JSON.stringify(text)}.`],
  );
}
