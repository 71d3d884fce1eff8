import { matches } from '../../protocol/matcher.js';
import type { EndpointRow, Position, StretchRow } from '../../store/store.js';
import { intersect, type Stretch, unite } from '../subscriptions/stretches.js';
import type { Topic } from '../topics/topic.js';

export type Role = 'admin' | 'monitor' | 'user';

interface Right extends Stretch {
  readonly pattern: string;
}

/** Topics for which the rights of one endpoint are remembered, before the memory is emptied. */
const rememberedMax = 10_000;

/** An identity: a name, a credential, a role, and patterns that say where it may publish and what it may receive. */
export class Endpoint {
  readonly id: number;
  readonly username: string;
  role: Role;
  credential: string;
  #publishPatterns: string[];
  #rights: Right[];
  readonly #mayPublish = new Map<number, boolean>();
  readonly #stretches = new Map<number, readonly Stretch[]>();
  /** Rises with every change of rights, for who remembers what it may see. */
  version = 0;

  constructor(row: EndpointRow) {
    this.id = row.id;
    this.username = row.username;
    this.role = row.role as Role;
    this.credential = row.credential;
    this.#publishPatterns = row.publishPatterns;
    this.#rights = row.rights.map(right => ({ ...right, to: right.to ?? Infinity }));
  }

  /** Its permissions as they are written: `pub=/a/*`, `sub=/b/**`. */
  get patterns(): string[] {
    return [...this.#publishPatterns.map(p => `pub=${p}`), ...this.subscribePatterns.map(p => `sub=${p}`)];
  }

  get subscribePatterns(): string[] {
    return this.#rights.filter(right => right.to === Infinity).map(right => right.pattern);
  }

  /** From when to when it had, or has, the right to receive by which pattern. */
  get rights(): StretchRow[] {
    return this.#rights.map(right => ({ ...right, to: right.to === Infinity ? null : right.to }));
  }

  get publishPatterns(): readonly string[] {
    return this.#publishPatterns;
  }

  mayPublishTo(name: string): boolean {
    return this.#publishPatterns.some(pattern => matches(pattern, name));
  }

  mayPublish(topic: Topic): boolean {
    const known = this.#mayPublish.get(topic.id);
    if (known !== undefined) return known;
    const may = this.mayPublishTo(topic.name);
    if (this.#mayPublish.size >= rememberedMax) this.#mayPublish.clear();
    this.#mayPublish.set(topic.id, may);
    return may;
  }

  /** True if it may receive what is published to this name from now on. */
  mayReceiveFrom(name: string): boolean {
    return this.#rights.some(right => right.to === Infinity && matches(right.pattern, name));
  }

  /** When it was permitted to receive from the topic. */
  rightsOn(topic: Topic): readonly Stretch[] {
    const known = this.#stretches.get(topic.id);
    if (known) return known;
    const stretches = unite(this.#rights.filter(right => matches(right.pattern, topic.name)));
    if (this.#stretches.size >= rememberedMax) this.#stretches.clear();
    this.#stretches.set(topic.id, stretches);
    return stretches;
  }

  setPublishPatterns(patterns: string[]): void {
    this.#publishPatterns = patterns;
    this.#mayPublish.clear();
  }

  /** Opens and ends rights as of `position`. */
  changeRights(grant: string[], revoke: string[], position: Position): void {
    const ended = new Set(revoke);
    this.#rights = this.#rights.map(right =>
      right.to === Infinity && ended.has(right.pattern) ? { ...right, to: position } : right,
    );
    for (const pattern of grant) this.#rights.push({ pattern, from: position, to: Infinity });
    this.#stretches.clear();
    this.version += 1;
  }
}

/** What of `interests` in a topic the endpoint had the right to at the time. */
export function visibleStretches(endpoint: Endpoint, topic: Topic, interests: readonly Stretch[]): readonly Stretch[] {
  return intersect(unite(interests), endpoint.rightsOn(topic));
}
