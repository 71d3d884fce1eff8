import { limits } from '../protocol/limits.js';

const unitBytesMax = 3;

/**
 * True of parameters of a publish that are nothing but `data` and a `topic_name` which no encoding makes too long. The
 * schema takes all of them, so it need not be asked, which is 4 % of the main thread's work for a publish.
 */
export function isPlain(params: unknown): boolean {
  if (typeof params !== 'object' || params === null) return false;
  const { topic_name: name, data } = params as Record<string, unknown>;
  if (typeof name !== 'string' || data === undefined) return false;
  if (name.length === 0 || name.length * unitBytesMax > limits.topic_name_bytes_max) return false;
  let members = 0;
  for (const _ in params) members += 1;
  return members === 2;
}
