import { type HookName, hookNames } from '../../broker/hooks/hooks.js';
import { limits } from '../../protocol/limits.js';
import { pattern } from '../../protocol/names.js';
import type { LoadedHooks, LoadedService } from '../thread-messages.js';

/*
 * What files define is read here, from values that may be anything. Faults are thrown as errors whose message says what
 * is wrong, with the name of the definition if it has one.
 */

const serviceMembers = ['name', 'topics', 'options', 'concurrency', 'timeout_sec', 'handle'];
const hooksMembers = ['topics', 'timeout_sec', ...hookNames];
/** Parameters of `subscribe` that are no options, or concern sockets and pulls alone. */
const notOptions = ['topic_name', 'topic_name_list', 'name', 'delivery_method', 'unsub_on_close', 'ack_wait'];
const nameForm = /^[A-Za-z0-9_.-]+$/;
const nameCharsMax = 200;

export function readService(given: unknown, file: string): LoadedService {
  const {
    name,
    topics = [],
    options = {},
    concurrency = 1,
    timeout_sec: timeoutSec,
    handle,
  } = objectOf(given, 'service');
  if (typeof name !== 'string' || name.length > nameCharsMax || !nameForm.test(name)) {
    throw fault(`the name of a service must have 1 to ${nameCharsMax} letters, digits, "_", "." or "-"`, name);
  }
  return within(`service ${name}`, () => {
    onlyKnown(given as object, serviceMembers);
    if (typeof handle !== 'function') throw fault('handle must be a function', handle);
    if (!isWhole(concurrency, limits.service_concurrency_max)) {
      throw fault(`concurrency must be a whole number from 1 to ${limits.service_concurrency_max}`, concurrency);
    }
    return {
      name,
      file,
      topics: readTopics(topics),
      options: readOptions(options),
      concurrency,
      timeoutSec: readTimeout(timeoutSec, limits.service_timeout_sec),
    };
  });
}

export function readHooks(given: unknown, file: string): LoadedHooks {
  const members = objectOf(given, 'hooks');
  return within('hooks', () => {
    onlyKnown(members, hooksMembers);
    const topics = readTopics(members.topics);
    if (topics.length === 0) throw fault('topics must have at least one topic or pattern', members.topics);
    const has = hookNames.filter(name => members[name] !== undefined);
    if (has.length === 0) throw fault(`at least one of ${hookNames.join(', ')} must be there`);
    for (const name of has) if (typeof members[name] !== 'function') throw fault(`${name} must be a function`);
    return {
      file,
      topics,
      timeoutSec: readTimeout(members.timeout_sec, limits.hook_timeout_sec),
      has: has as HookName[],
    };
  });
}

/** What a subscription cannot have at all is found by its schema, in the main thread. */
function readOptions(given: unknown): Record<string, unknown> {
  const options = { ...objectOf(given, 'options') };
  const wrong = notOptions.find(name => name in options);
  if (wrong !== undefined) throw new Error(`options: ${wrong} is none that a service may have`);
  return options;
}

function readTopics(given: unknown): string[] {
  if (!Array.isArray(given) || given.some(topic => typeof topic !== 'string')) {
    throw fault('topics must be a list of topics and patterns', given);
  }
  return given.map((topic: string, index) => pattern(topic, `topics[${index}]`));
}

function readTimeout(given: unknown, otherwise: number): number {
  if (given === undefined) return otherwise;
  const most = limits.extension_timeout_sec_max;
  if (typeof given === 'number' && given > 0 && given <= most) return given;
  throw fault(`timeout_sec must be a number of seconds above 0 and up to ${most}`, given);
}

function isWhole(given: unknown, most: number): given is number {
  return Number.isInteger(given) && (given as number) >= 1 && (given as number) <= most;
}

function objectOf(given: unknown, what: string): Record<string, unknown> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Record<string, unknown>;
  throw fault(`${what} must be an object`, given);
}

function onlyKnown(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find(name => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not known. Known here: ${known.join(', ')}`);
}

function within<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`);
  }
}

const shownCharsMax = 60;

function fault(demand: string, given?: unknown): Error {
  const shown =
    given === undefined ? '' : `, not ${String(JSON.stringify(given) ?? typeof given).slice(0, shownCharsMax)}`;
  return new Error(`${demand}${shown}`);
}
