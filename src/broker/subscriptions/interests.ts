import { limits } from '../../protocol/limits.js';
import { matches } from '../../protocol/matcher.js';
import type { Position, Scope, StretchRow } from '../../store/store.js';
import { type Endpoint, visibleStretches } from '../endpoints/endpoint.js';
import type { Topic } from '../topics/topic.js';
import type { Topics } from '../topics/topics.js';
import { contains, never, type Stretch } from './stretches.js';

interface Interest extends Stretch {
  readonly pattern: string;
}

/** Where a topic begins to be visible. */
type Beginning = Scope['topics'][number];

interface Remembered {
  ofInterests: number;
  ofEndpoint: number;
  /** By the ids of topics. */
  views: Map<number, readonly Stretch[]>;
  /** How many topics have been looked at for `few`; the others were made later. */
  looked: number;
  /** The topics of which something is visible, while they are few. */
  few: Beginning[];
  /** They are not few: then this is what is visible, by patterns. It stays so, though some may be deleted. */
  wide: StretchRow[][] | null;
}

/** Topics whose view is remembered for one subscription, before the memory is emptied. */
const rememberedMax = 10_000;

/** What one subscription wants: topics and patterns, each from a position to a position; and what of it it may see. */
export class Interests {
  readonly #endpoint: Endpoint;
  readonly #topicsMax: number;
  #interests: Interest[];
  #version = 0;
  #remembered: Remembered | null = null;

  /** `topicsMax`: as many topics are asked for by their ids. */
  constructor(endpoint: Endpoint, rows: StretchRow[], topicsMax: number = limits.merged_topics_max) {
    this.#endpoint = endpoint;
    this.#topicsMax = topicsMax;
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

  /** A topic that it has is gone: what is remembered is found out anew. */
  forget(): void {
    this.#version += 1;
  }

  /** The stretches of a topic that are visible: wanted, and permitted at the time. */
  view(topic: Topic): readonly Stretch[] {
    if (topic.isDeleted) return never;
    const { views } = this.#memory();
    const known = views.get(topic.id);
    if (known) return known;
    const wanted = this.#interests.filter(({ pattern }) => pattern === topic.name || matches(pattern, topic.name));
    const view = visibleStretches(this.#endpoint, topic, wanted);
    if (views.size >= rememberedMax) views.clear();
    views.set(topic.id, view);
    return view;
  }

  sees(topic: Topic, position: Position): boolean {
    return contains(this.view(topic), position);
  }

  /**
   * The topics of which something is visible, each with the position after which it starts; without those that have no
   * message after `above`. If there are more than `most` of them, and they are not few, then what is visible by patterns.
   */
  scope(topics: Topics, above: Position, most: number): { topics: Beginning[] } | { view: NonNullable<Scope['view']> } {
    const { few, wide } = this.#look(topics);
    if (!wide) return { topics: few.filter(({ topicId }) => topics.byId(topicId).last > above) };
    const newer: Beginning[] = [];
    for (const topic of topics.madeAfter(0)) {
      const beginning = topic.last > above ? this.#beginning(topic) : null;
      if (!beginning) continue;
      if (newer.length >= most) return { view: wide };
      newer.push(beginning);
    }
    return { topics: newer };
  }

  /** What the store is asked for: a few topics by their ids, or many by the patterns of interest and of right. */
  reach(topics: Topics): Pick<Scope, 'topics' | 'view'> {
    const { few, wide } = this.#look(topics);
    return wide ? { topics: [], view: wide } : { topics: few };
  }

  /** Brings what is remembered up to date: each topic is looked at once, and none any more when they are too many. */
  #look(topics: Topics): Remembered {
    const remembered = this.#memory();
    if (remembered.wide || remembered.looked === topics.made) return remembered;
    const isFirst = remembered.looked === 0;
    const few = isFirst ? [] : [...remembered.few];
    for (const topic of isFirst ? this.#coveredNow(topics) : topics.madeAfter(remembered.looked)) {
      const beginning = isFirst || this.covers(topic.name) ? this.#beginning(topic) : null;
      if (!beginning || few.some(({ topicId }) => topicId === topic.id)) continue;
      if (few.length >= this.#topicsMax) {
        remembered.wide = [this.#interests.map(toRow), this.#endpoint.rights];
        remembered.few = [];
        return remembered;
      }
      few.push(beginning);
    }
    remembered.few = few;
    remembered.looked = topics.made;
    return remembered;
  }

  *#coveredNow(topics: Topics): Generator<Topic> {
    for (const pattern of this.patterns) yield* topics.covered(pattern);
  }

  #beginning(topic: Topic): Beginning | null {
    const first = this.view(topic)[0];
    return first ? { topicId: topic.id, from: first.from } : null;
  }

  /** What is remembered holds as long as interests and rights are what they were. */
  #memory(): Remembered {
    const remembered = this.#remembered;
    if (remembered?.ofInterests === this.#version && remembered.ofEndpoint === this.#endpoint.version)
      return remembered;
    this.#remembered = {
      ofInterests: this.#version,
      ofEndpoint: this.#endpoint.version,
      views: new Map(),
      looked: 0,
      few: [],
      wide: null,
    };
    return this.#remembered;
  }
}

function toRow({ pattern, from, to }: Interest): StretchRow {
  return { pattern, from, to: to === Infinity ? null : to };
}
