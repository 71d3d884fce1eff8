/** The devices of a storm: who each is, made of its number alone, so that every process of the bench knows them all. */

/** What the devices sign in with: keys that the server made, or passwords that people made up. */
export type Secrets = 'keys' | 'passwords';

const subKeyDigits = 26;
const keyDigits = 32;

/** All of them have the same, because hashing thousands of passwords takes minutes. Checking does not get cheaper by it. */
export const fleetPassword = 'correct horse battery staple';

export function usernameOf(device: number): string {
  return `device-${device}`;
}

/** As long as the keys that the server makes. */
export function keyOf(device: number): string {
  return `hfkey${String(device).padStart(keyDigits, '0')}`;
}

/** The base64 text of its Basic authentication. */
export function basicOf(device: number, secrets: Secrets): string {
  const password = secrets === 'keys' ? keyOf(device) : fleetPassword;
  return Buffer.from(`${usernameOf(device)}:${password}`).toString('base64');
}

export function topicOf(device: number): string {
  return `/bench/storm/${device}`;
}

export function subKeyOf(device: number): string {
  return `zpsk${device.toString(32).padStart(subKeyDigits, '0')}`;
}
