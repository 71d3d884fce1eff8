import { matches } from '../protocol/matcher.js';
import type { Position, StretchRow } from '../store/store.js';
import { type Endpoint, visibleStretches } from './endpoint.js';
import { contains, type Stretch } from './stretches.js';
import type { Topic } from './topic.js';
import type { Topics } from './topics.js';

interface Interest extends Stretch {
  readonly pattern: string;
}

interface Remembered {
  ofInterests: number;
  ofEndpoint: number;
  /** The version of the topics that `scope` was made from. */
  ofTopics: number;
  of: Map<number, readonly Stretch[]>;
  scope: { topicId: number; from: Position }[] | null;
}

/** Topics whose view is remembered for one subscription, before the memory is emptied. */
const rememberedMax = 10_000;

/** What one subscription wants: topics and patterns, each from a position to a position; and what of it it may see. */
export class Interests {
  readonly #endpoint: Endpoint;
  #interests: Interest[];
  #version = 0;
  #remembered: Remembered | null = null;

  constructor(endpoint: Endpoint, rows: StretchRow[]) {
    this.#endpoint = endpoint;
    this.#interests = rows.map(row => ({ ...row, to: row.to ?? Infinity }));
  }

  /** The topics and patterns, as they were subscribed. */
  get patterns(): string[] {
    return [...new Set(this.#interests.map(interest => interest.pattern))];
  }

  /** Those that are open: new messages of them enter the queue. */
  get openPatterns(): string[] {
    return this.#interests.filter(interest => interest.to === Infinity).map(interest => interest.pattern);
  }

  has(pattern: string): boolean {
    return this.#interests.some(interest => interest.pattern === pattern);
  }

  covers(name: string): boolean {
    return this.#interests.some(interest => matches(interest.pattern, name));
  }

  open(patterns: string[], position: Position): void {
    const isOpen = new Set(this.openPatterns);
    for (const pattern of patterns)
      if (!isOpen.has(pattern)) this.#interests.push({ pattern, from: position, to: Infinity });
    this.#version += 1;
  }

  close(patterns: string[], position: Position): void {
    const closed = new Set(patterns);
    this.#interests = this.#interests.map(interest =>
      interest.to === Infinity && closed.has(interest.pattern) ? { ...interest, to: position } : interest,
    );
    this.#version += 1;
  }

  remove(pattern: string): void {
    this.#interests = this.#interests.filter(interest => interest.pattern !== pattern);
    this.#version += 1;
  }

  /** The stretches of a topic that are visible: wanted, and permitted at the time. */
  view(topic: Topic): readonly Stretch[] {
    const remembered = this.#memory();
    const known = remembered.of.get(topic.id);
    if (known) return known;
    const wanted = this.#interests.filter(({ pattern }) => pattern === topic.name || matches(pattern, topic.name));
    const view = visibleStretches(this.#endpoint, topic, wanted);
    if (remembered.of.size >= rememberedMax) remembered.of.clear();
    remembered.of.set(topic.id, view);
    return view;
  }

  sees(topic: Topic, position: Position): boolean {
    return contains(this.view(topic), position);
  }

  /** The topics of which something is visible, each with the position after which it starts. */
  scope(topics: Topics): { topicId: number; from: Position }[] {
    const remembered = this.#memory();
    if (remembered.scope && remembered.ofTopics === topics.version) return remembered.scope;
    remembered.ofTopics = topics.version;
    const covered = new Set(this.patterns.flatMap(pattern => topics.covered(pattern)));
    remembered.scope = [];
    for (const topic of covered) {
      const first = this.view(topic)[0];
      if (first) remembered.scope.push({ topicId: topic.id, from: first.from });
    }
    return remembered.scope;
  }

  /** What is remembered holds as long as interests and rights are what they were. */
  #memory(): Remembered {
    const remembered = this.#remembered;
    if (remembered?.ofInterests === this.#version && remembered.ofEndpoint === this.#endpoint.version)
      return remembered;
    this.#remembered = {
      ofInterests: this.#version,
      ofEndpoint: this.#endpoint.version,
      ofTopics: -1,
      of: new Map(),
      scope: null,
    };
    return this.#remembered;
  }
}
