import { HoldfastError } from '../../protocol/errors.js';
import { isPattern } from '../../protocol/names.js';
import type { Position, TopicRow } from '../../store/store.js';
import { Topic } from './topic.js';
import { decodeTopicOptions, type TopicOptions, topicDefaults } from './topic-options.js';
import { TopicTree } from './topic-tree.js';

/** All topics, by name and by id. */
export class Topics {
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<number, Topic>();
  /** In the order in which they were made, also those that were deleted since: so who knows how many it has seen knows which. */
  readonly #made: Topic[] = [];
  readonly #tree = new TopicTree();
  #sorted: Topic[] = [];
  /** How many of those that were made were sorted so far. */
  #sortedMade = 0;

  get size(): number {
    return this.#byName.size;
  }

  load(rows: TopicRow[], position: Position): void {
    for (const row of rows) {
      if (row.isDeleted) this.#bury(new Topic(row.id, row.name, topicDefaults, position));
      else this.add(row.id, row.name, decodeTopicOptions(row.options), position).keptFrom = row.keptFrom;
    }
  }

  add(id: number, name: string, options: Readonly<TopicOptions>, position: Position): Topic {
    const topic = new Topic(id, name, options, position);
    this.#byName.set(name, topic);
    this.#byId.set(id, topic);
    this.#made.push(topic);
    this.#tree.add(topic);
    return topic;
  }

  /** Its name is free. The topic itself stays known by its id, as its messages go later. */
  remove(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#tree.delete(topic);
    this.#bury(topic);
  }

  /** Those whose messages may still be there. */
  get deletedIds(): number[] {
    return [...this.#byId.values()].filter(({ isDeleted }) => isDeleted).map(({ id }) => id);
  }

  /** How many were made so far, for `madeAfter`. */
  get made(): number {
    return this.#made.length;
  }

  #bury(topic: Topic): void {
    topic.isDeleted = true;
    this.#byId.set(topic.id, topic);
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

  /** The topics that a name or pattern covers, found as they are asked for. */
  covered(pattern: string): Iterable<Topic> {
    if (isPattern(pattern)) return this.#tree.covered(pattern);
    const topic = this.#byName.get(pattern);
    return topic ? [topic] : [];
  }

  /** Places in the tree of topics that were looked at so far, for `covered`. */
  get visits(): number {
    return this.#tree.visits;
  }

  all(): Iterable<Topic> {
    return this.#byName.values();
  }

  /** Those that were made after the first `count`. */
  madeAfter(count: number): readonly Topic[] {
    return count === 0 ? this.#made : this.#made.slice(count);
  }

  /** In the order of their names, those that come after `name`. Sorted again only if there are new ones. */
  *sortedAfter(name: string): Generator<Topic> {
    const sorted = this.#inOrder();
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.name <= name) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < sorted.length; at += 1) if (!sorted[at]!.isDeleted) yield sorted[at]!;
  }

  #inOrder(): Topic[] {
    const news = this.#made.slice(this.#sortedMade);
    this.#sortedMade = this.#made.length;
    if (news.length > 0) {
      const living = [...this.#sorted, ...news].filter(({ isDeleted }) => !isDeleted);
      this.#sorted = living.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    return this.#sorted;
  }
}
