/** Ids: of messages (`zpsm…`) and of subscriptions (`zpsk…`). Without `-` and `_`, so that a double click selects one. */
import { customAlphabet } from 'nanoid';
import { limits } from './limits.js';

/** Digits whose order is the order of their characters, so that ids of one length sort by what they encode. */
const digits = '0123456789abcdefghijklmnopqrstuv';
const messagePrefix = 'zpsm';
const subKeyPrefix = 'zpsk';

/** 26 digits of 5 random bits: 130. No id that a store makes is this long, so none can be taken for one. */
const randomDigits = customAlphabet(digits, 26);

/** The secret that names a subscription and opens it. */
export function newSubKey(): string {
  return subKeyPrefix + randomDigits();
}

/** An id for a publisher's own use, made before the message is sent. `MessageIds.decode` never takes it for its own. */
export function newMessageId(): string {
  return messagePrefix + randomDigits();
}

/** The same made of at least 26 bytes that nobody else has, such as a digest: who has them again gets the id again. */
export function messageIdFrom(bytes: Uint8Array): string {
  let id = messagePrefix;
  for (const byte of bytes.subarray(0, 26)) id += digits[byte % digits.length];
  return id;
}

/** Whether a text has the form of a message's id, whoever made it. */
export function isMessageId(text: string): boolean {
  return hasForm(text, messagePrefix);
}

/** Whether a text has the form of a sub_key. Whether it names a subscription, only the store can tell. */
export function isSubKey(text: string): boolean {
  return hasForm(text, subKeyPrefix);
}

/** Visible ASCII that JSON does not escape, so that ids can be put into texts as they are. */
function hasForm(text: string, prefix: string): boolean {
  if (text.length <= prefix.length || text.length > limits.id_chars_max || !text.startsWith(prefix)) return false;
  for (let index = prefix.length; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
  }
  return true;
}

const positionDigits = 11;
const storeIdLength = messagePrefix.length + positionDigits + 13;

/**
 * The ids that a store gives to its messages: 11 digits of position, so that no index is needed to find a message and
 * ids sort as messages do, and 64 bits of check.
 *
 * The check tells ids of this store from those of another one and from made-up ones. It is a fast mix and no
 * cryptography: who collects many ids can work out the key. So nothing may rest on ids being hard to guess, and the
 * secret should be one that is derived for this alone.
 */
export class MessageIds {
  readonly #key: Int32Array;

  /** Takes the first 128 bits of the secret, given as hex. Throws a RangeError if it has fewer. */
  constructor(secretHex: string) {
    if (!/^[0-9a-f]{32}/i.test(secretHex)) throw new RangeError('The secret must have at least 32 hex digits');
    this.#key = Int32Array.from([0, 8, 16, 24], from => Number.parseInt(secretHex.slice(from, from + 8), 16));
  }

  /** The position is a whole number from 0 to 2^53 - 1. */
  encode(position: number): string {
    const key = this.#key;
    let a = position | 0;
    let b = Math.floor(position / 2 ** 32);
    // Each step can be undone, so no two positions have the same check.
    for (let round = 0; round < 4; round += 1) {
      a = (Math.imul(a ^ (a >>> 15), 0x85ebca6b) + key[round]!) | 0;
      b ^= a;
      b = (Math.imul(b ^ (b >>> 13), 0xc2b2ae35) + key[round ^ 1]!) | 0;
      a ^= b ^ (b >>> 16);
    }
    const high = Math.floor(position / 2 ** 30);
    const low = position % 2 ** 30;
    const of = digitCodes;
    // Made at once, because a text that is put together in parts is a tree of texts first: half the time.
    // biome-ignore format: a row for each number
    return String.fromCharCode(
      0x7a, 0x70, 0x73, 0x6d,
      of[(high >>> 20) & 31]!, of[(high >>> 15) & 31]!, of[(high >>> 10) & 31]!, of[(high >>> 5) & 31]!, of[high & 31]!,
      of[low >>> 25]!, of[(low >>> 20) & 31]!, of[(low >>> 15) & 31]!, of[(low >>> 10) & 31]!, of[(low >>> 5) & 31]!, of[low & 31]!,
      of[a >>> 27]!, of[(a >>> 22) & 31]!, of[(a >>> 17) & 31]!, of[(a >>> 12) & 31]!, of[(a >>> 7) & 31]!, of[(a >>> 2) & 31]!,
      of[b >>> 27]!, of[(b >>> 22) & 31]!, of[(b >>> 17) & 31]!, of[(b >>> 12) & 31]!, of[(b >>> 7) & 31]!, of[(b >>> 2) & 31]!,
      of[((a & 3) << 2) | (b & 3)]!,
    );
  }

  /** The position, or null if this store did not make the id. */
  decode(msgId: string): number | null {
    if (msgId.length !== storeIdLength || !msgId.startsWith(messagePrefix)) return null;
    let position = 0;
    for (let index = messagePrefix.length; index < messagePrefix.length + positionDigits; index += 1) {
      const value = digitValues[msgId.charCodeAt(index)];
      if (value === undefined || value < 0) return null;
      position = position * 32 + value;
    }
    return Number.isSafeInteger(position) && this.encode(position) === msgId ? position : null;
  }
}

/** The value of each digit by its character code, -1 for what is no digit. */
const digitValues = new Int8Array(128).fill(-1);
for (const [value, digit] of [...digits].entries()) digitValues[digit.charCodeAt(0)] = value;

const digitCodes = Uint8Array.from(digits, digit => digit.charCodeAt(0));
