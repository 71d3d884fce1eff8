import { compileDataSchema } from '../data-schema.js';
import { isPattern, pattern, topicName } from '../protocol/names.js';
import type { Settings } from './settings.js';

/** What is wrong with the names of topics, endpoints and subscriptions, beyond what a schema can say: each as a sentence. */
export function nameFaults({ topics = [], endpoints = [], subscriptions = [], file_drops = [] }: Settings): string[] {
  const topicPaths = topics.map((_, i) => `topics[${i}].topic_name`);
  const faults = [
    ...topics.flatMap(({ topic_name }, i) => faultOf(() => topicName(topic_name, topicPaths[i]))),
    ...topics.flatMap(({ schema }, i) => (schema ? faultOf(() => compileDataSchema(schema), `topics[${i}].`) : [])),
    ...endpoints.flatMap(({ patterns = [] }, i) =>
      patterns.flatMap((line, j) =>
        faultOf(() => pattern(line.slice('pub='.length), `endpoints[${i}].patterns[${j}]`)),
      ),
    ),
    ...file_drops.flatMap(({ topic_name }, i) => faultOf(() => topicName(topic_name, `file_drops[${i}].topic_name`))),
    ...subscriptions.flatMap(({ topic_name_list, route, service_name }, i) => [
      ...topic_name_list.flatMap((name, j) =>
        faultOf(() => nameOrPattern(name, `subscriptions[${i}].topic_name_list[${j}]`)),
      ),
      ...(route && service_name ? [`subscriptions[${i}] must not have both route and service_name.`] : []),
    ]),
  ];
  if (faults.length > 0) return faults;
  return [
    ...repeated(topics.map(({ topic_name }) => topicName(topic_name))).map(i => `topics[${i}] is there twice.`),
    ...repeated(endpoints.map(({ username }) => username)).map(i => `endpoints[${i}] has the username of another one.`),
    ...repeated(subscriptions.map(({ username, name }) => `${username}\n${name}`)).map(
      i => `subscriptions[${i}] has the username and the name of another one.`,
    ),
  ];
}

function nameOrPattern(name: string, path: string): string {
  return isPattern(name) ? pattern(name, path) : topicName(name, path);
}

function faultOf(check: () => unknown, place = ''): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [`${place}${(error as Error).message}.`];
  }
}

/** The indexes of names that stand further up already. */
function repeated(names: string[]): number[] {
  const seen = new Set<string>();
  return names.flatMap((name, i) => (seen.size === seen.add(name).size ? [i] : []));
}
