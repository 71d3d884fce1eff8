import { HoldfastError } from '../protocol/errors.js';
import { matches } from '../protocol/matcher.js';
import { isPattern } from '../protocol/names.js';
import type { Position, TopicRow } from '../store/store.js';
import { Topic, type TopicOptions, topicDefaults } from './topic.js';

/** All topics, by name and by id. */
export class Topics {
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<number, Topic>();
  /** Rises with every new topic, for caches of what a pattern matches. */
  version = 0;

  get size(): number {
    return this.#byName.size;
  }

  load(rows: TopicRow[], position: Position): void {
    for (const row of rows) this.add(row.id, row.name, decodeTopicOptions(row.options), position);
  }

  add(id: number, name: string, options: Readonly<TopicOptions>, position: Position): Topic {
    const topic = new Topic(id, name, options, position);
    this.#byName.set(name, topic);
    this.#byId.set(id, topic);
    this.version += 1;
    return topic;
  }

  find(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  get(name: string): Topic {
    const topic = this.#byName.get(name);
    if (!topic) throw new HoldfastError('not_found', `There is no topic ${name}. Create it with topic.create.`);
    return topic;
  }

  byId(id: number): Topic {
    const topic = this.#byId.get(id);
    if (!topic) throw new Error(`No topic has the id ${id}`);
    return topic;
  }

  /** The topics that a name or pattern covers. */
  covered(pattern: string): Topic[] {
    if (!isPattern(pattern)) {
      const topic = this.#byName.get(pattern);
      return topic ? [topic] : [];
    }
    const covered: Topic[] = [];
    for (const topic of this.#byName.values()) if (matches(pattern, topic.name)) covered.push(topic);
    return covered;
  }

  all(): Iterable<Topic> {
    return this.#byName.values();
  }

  /** In the order of their names. */
  sorted(): Topic[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

export function decodeTopicOptions(json: string): Readonly<TopicOptions> {
  return json === '{}'
    ? topicDefaults
    : Object.freeze({ ...topicDefaults, ...(JSON.parse(json) as Partial<TopicOptions>) });
}
