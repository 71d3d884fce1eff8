import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { GroupCommit } from '../publish/group-commit.js';
import type { Uses } from '../subscriptions/uses.js';
import { Turns } from '../turns.js';
import type { ServiceTopics } from './service-topics.js';
import type { Topic } from './topic.js';
import type { TopicGates } from './topic-gates.js';
import { decodeTopicOptions, encodeTopicOptions, type TopicOptions } from './topic-options.js';
import type { Topics } from './topics.js';

export interface TopicAdminParts {
  topics: Topics;
  gates: TopicGates;
  uses: Uses;
  commit: GroupCommit;
  limits: Limits;
  mayAutoCreate: boolean;
}

/** Makes and changes topics. */
export class TopicAdmin {
  readonly #parts: TopicAdminParts;
  /** Null: no services run here. */
  services: ServiceTopics | null = null;
  /** Topics on their way to the disk, by name. */
  readonly #making = new Map<string, Promise<Topic>>();
  readonly #turns = new Turns();

  constructor(parts: TopicAdminParts) {
    this.#parts = parts;
  }

  /** Whether topics are made at their first use. */
  get mayAutoCreate(): boolean {
    return this.#parts.mayAutoCreate;
  }

  /** Throws `invalid_params` if a topic cannot have these options. */
  check(options: Partial<TopicOptions>): void {
    this.#parts.gates.check(options);
  }

  /** The topic of that name, made if it is not there and topics may be made on first use. */
  async ensure(name: string): Promise<Topic> {
    const topic = this.#parts.topics.find(name) ?? this.#making.get(name);
    if (topic) return topic;
    if (!this.#parts.mayAutoCreate && !this.isOfService(name)) return this.#parts.topics.get(name);
    return this.#make(name, {});
  }

  /** Whether this is the topic of a service that runs here, there already or to be made. */
  isOfService(name: string): boolean {
    return this.services?.isServed(name) === true;
  }

  async create(name: string, options: Partial<TopicOptions>): Promise<Topic> {
    if (this.#parts.topics.find(name) || this.#making.has(name)) {
      throw new HoldfastError('conflict', `There is a topic ${name} already.`, { reason: 'the name is taken' });
    }
    return this.#make(name, options);
  }

  /** Makes the topic, or brings its options up to date. */
  async declare(name: string, options: Partial<TopicOptions>): Promise<Topic> {
    const topic = this.#parts.topics.find(name) ?? (await this.#making.get(name));
    return topic ? this.update(topic, options) : this.#make(name, options);
  }

  /** Changes the options that are named; the others stay. Changes of one topic follow each other. */
  update(topic: Topic, options: Partial<TopicOptions>): Promise<Topic> {
    return this.#turns.take(topic.name, async () => {
      if (topic.isDeleted) return this.#parts.topics.get(topic.name);
      const changed = { ...topic.options, ...defined(options) };
      const json = encodeTopicOptions(changed);
      const keeps = changed.on_no_subs_pub === 'keep';
      if (json === encodeTopicOptions(topic.options)) return topic;
      this.#parts.gates.check(options);
      return this.#parts.commit.submit({ kind: 'update_topic', id: topic.id, options: json, keeps }, ({ position }) => {
        topic.options = decodeTopicOptions(json);
        topic.keptFrom = keeps ? (topic.keptFrom ?? position) : null;
        this.#parts.gates.renew(topic);
        this.#parts.uses.renew(topic);
        topic.gate?.look();
        return topic;
      });
    });
  }

  /** Throws `overloaded` if so many topics could not be made. */
  checkRoom(count: number): void {
    const { topics, limits } = this.#parts;
    if (topics.size + this.#making.size + count <= limits.topics_max) return;
    throw new HoldfastError('overloaded', `There may be ${limits.topics_max} topics (topics_max), and no more.`);
  }

  #make(name: string, options: Partial<TopicOptions>): Promise<Topic> {
    const { topics, commit } = this.#parts;
    this.checkRoom(1);
    this.#parts.gates.check(options);
    const json = encodeTopicOptions(options);
    const keeps = options.on_no_subs_pub === 'keep';
    const add = () =>
      commit.submit({ kind: 'create_topic', name, options: json, keeps }, ({ id, position }) => {
        // Here and not later, so that it is never counted twice.
        this.#making.delete(name);
        const topic = topics.add(id, name, decodeTopicOptions(json), position);
        topic.keptFrom = keeps ? position : null;
        this.#parts.gates.renew(topic);
        this.#parts.uses.renew(topic);
        return topic;
      });
    // Whoever finds the topic may publish to it at once, and its service is not to miss that.
    const made = this.isOfService(name) ? this.services!.serve(name).then(add) : add();
    const making = made.catch((error: unknown) => {
      this.#making.delete(name);
      throw error;
    });
    this.#making.set(name, making);
    return making;
  }
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
