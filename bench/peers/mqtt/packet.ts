/** The few packets of MQTT 3.1.1 that a load writes and reads. */

/** The upper half of a packet's first byte. */
export const packetTypes = {
  connack: 2,
  publish: 3,
  puback: 4,
  suback: 9,
  pingresp: 13,
} as const;

export const pubackBytes = 4;
/** The first two bytes of every PUBACK; the packet id follows. */
export const pubackHead = 0x4002;

const protocolLevel = 4;
const cleanFlag = 0x02;
const passwordFlag = 0x40;
const usernameFlag = 0x80;
const qos1 = 1;

export const pingreqPacket = Buffer.from([0xc0, 0]);
export const disconnectPacket = Buffer.from([0xe0, 0]);

/** A text behind its length in two bytes. */
function field(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function packet(firstByte: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([firstByte, ...length]), body]);
}

export interface ConnectOptions {
  clientId: string;
  /** Begin without what was kept under this id, and keep nothing. */
  isClean: boolean;
  /** Empty: nobody in particular. */
  username: string;
  password: string;
}

/** Without a keep-alive: a load that waits must not be taken for dead. */
export function connectPacket({ clientId, isClean, username, password }: ConnectOptions): Buffer {
  const credentials = username === '' ? [] : [field(username), field(password)];
  const flags = (isClean ? cleanFlag : 0) | (username === '' ? 0 : usernameFlag | passwordFlag);
  const head = Buffer.concat([field('MQTT'), Buffer.from([protocolLevel, flags, 0, 0])]);
  return packet(0x10, head, field(clientId), ...credentials);
}

export function subscribePacket(packetId: number, topic: string): Buffer {
  return packet(0x82, uint16(packetId), field(topic), Buffer.from([qos1]));
}

export function publishPacket(packetId: number, topic: string, payload: Buffer): Buffer {
  return packet(0x30 | (qos1 << 1), field(topic), uint16(packetId), payload);
}

/** The qos of a PUBLISH by its first byte. */
export function qosOf(firstByte: number): number {
  return (firstByte >> 1) & 3;
}

const refusals = [
  'accepted',
  'it does not speak MQTT 3.1.1',
  'it refuses the client id',
  'it is not available',
  'it refuses the name or the password',
  'it refuses this user',
];

/** Why a broker refuses a connection, by the return code of its CONNACK. */
export function refusalOf(returnCode: number): string {
  const hint = returnCode >= 4 ? '; tell them in the URL: mqtt://user:password@host' : '';
  return `The broker refuses the connection: ${refusals[returnCode] ?? `code ${returnCode}`}${hint}`;
}
