/** The rules for names of topics, patterns and services; see "Names" in docs/PROTOCOL.md. */
import { HoldfastError } from './errors.js';
import { limits } from './limits.js';
import { utf8Bytes } from './utf8.js';

export const serviceTopicPrefix = '/zato/s/to';

/** Topics at or below these are reached only by patterns that spell the whole prefix. */
export const systemPrefixes = ['/holdfast', serviceTopicPrefix] as const;

/**
 * The topic name in its full form: a missing leading `/` is added. Throws `invalid_params` with `path` and `reason`
 * if it breaks a rule.
 */
export function topicName(text: string, path = 'topic_name'): string {
  const name = withLeadingSlash(text);
  const fault = isPattern(name) ? 'must not contain *' : faultOf(name);
  if (fault !== null) throw invalidName(path, fault);
  return name;
}

/** The same for a pattern, which may also have `*` within a segment and `**` as a whole one. */
export function pattern(text: string, path = 'topic_name'): string {
  const name = withLeadingSlash(text);
  const fault = faultOf(name) ?? (hasLooseStars(name) ? 'must have ** only as a whole segment' : null);
  if (fault !== null) throw invalidName(path, fault);
  return name;
}

export function isPattern(text: string): boolean {
  return text.includes('*');
}

/** Whether this is the name of a topic that the system keeps for itself. */
export function isSystemName(name: string): boolean {
  return systemPrefixOf(name) !== null;
}

/** The prefix that a pattern must spell to reach this topic, or null if any pattern may. */
export function systemPrefixOf(name: string): string | null {
  for (const prefix of systemPrefixes) if (isAtOrBelow(name, prefix)) return prefix;
  return null;
}

export function isAtOrBelow(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && (name.length === prefix.length || name[prefix.length] === '/');
}

/** Whether this could be the name of a service, which unlike a topic's has no `/`. */
export function isServiceName(text: string): boolean {
  return !text.includes('/') && !isPattern(text) && faultOf(serviceTopic(text)) === null;
}

/** The topic of a service: `my.api.new` has `/zato/s/to/my_api_new`. Dots and underscores lead to the same one. */
export function serviceTopic(serviceName: string): string {
  return `${serviceTopicPrefix}/${serviceName.replaceAll('.', '_')}`;
}

/** What the names of the subscriptions begin with that REST makes. No client can give such a name. */
const restPrefix = 'rest:';

/** The name of the subscription that an endpoint has to a topic over REST. */
export function restSubscription(topic: string): string {
  return restPrefix + topic;
}

function withLeadingSlash(text: string): string {
  return text.startsWith('/') ? text : `/${text}`;
}

function invalidName(path: string, reason: string): HoldfastError {
  return new HoldfastError('invalid_params', `${path} ${reason}`, { path, reason });
}

/** What is wrong with it but for stars, or null. The length comes first, so that nothing long is looked at. */
function faultOf(name: string): string | null {
  const { topic_name_bytes_max } = limits;
  if (name.length > topic_name_bytes_max || utf8Bytes(name) > topic_name_bytes_max) {
    return `must have at most ${topic_name_bytes_max} bytes of UTF-8`;
  }
  if (name.endsWith('/') || name.includes('//')) return 'must not have an empty segment';
  return faultOfCharacters(name);
}

function faultOfCharacters(name: string): string | null {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return 'must not contain control characters';
    if (code >= 0xd800 && code <= 0xdfff) {
      // Half a surrogate pair has no UTF-8: two names that differ in it would be one on disk.
      const isPair = code < 0xdc00 && (name.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
      if (!isPair) return 'must be well-formed Unicode';
      index += 1;
    }
  }
  return null;
}

function hasLooseStars(name: string): boolean {
  return name.split('/').some(segment => segment !== '**' && segment.includes('**'));
}
