import { isPattern, systemPrefixOf } from './names.js';
import { SegmentGlobs } from './segment-globs.js';

/** Where a pattern leads after some of its segments. Most lead to one place only, so what is not needed is not made. */
class PatternNode<T> {
  /** A `**`: it may take any segment and stay where it is. */
  readonly isDeep: boolean;
  literals: Map<string, PatternNode<T>> | undefined;
  /** Behind a `*` that is a whole segment, the most frequent of all. */
  star: PatternNode<T> | undefined;
  globs: SegmentGlobs<PatternNode<T>> | undefined;
  deep: PatternNode<T> | undefined;
  values: Set<T> | undefined;

  constructor(isDeep = false) {
    this.isDeep = isDeep;
  }

  get isEmpty(): boolean {
    return !this.values && !this.literals && !this.globs && !this.star && !this.deep;
  }

  child(segment: string): PatternNode<T> | undefined {
    if (segment === '**') return this.deep;
    if (segment === '*') return this.star;
    return isPattern(segment) ? this.globs?.get(segment) : this.literals?.get(segment);
  }

  ensureChild(segment: string): PatternNode<T> {
    const known = this.child(segment);
    if (known) return known;
    const child = new PatternNode<T>(segment === '**');
    if (segment === '**') this.deep = child;
    else if (segment === '*') this.star = child;
    else if (isPattern(segment)) {
      this.globs ??= new SegmentGlobs();
      this.globs.set(segment, child);
    } else {
      this.literals ??= new Map();
      this.literals.set(segment, child);
    }
    return child;
  }

  deleteChild(segment: string): void {
    if (segment === '**') this.deep = undefined;
    else if (segment === '*') this.star = undefined;
    else if (isPattern(segment)) {
      this.globs?.delete(segment);
      if (this.globs?.size === 0) this.globs = undefined;
    } else {
      this.literals?.delete(segment);
      if (this.literals?.size === 0) this.literals = undefined;
    }
  }

  /** False if it was there. */
  addValue(value: T): boolean {
    this.values ??= new Set();
    const { size } = this.values;
    return this.values.add(value).size > size;
  }

  /** False if it was not there. */
  deleteValue(value: T): boolean {
    const isDeleted = this.values?.delete(value) ?? false;
    if (this.values?.size === 0) this.values = undefined;
    return isDeleted;
  }
}

/**
 * Values by pattern, found by the topic names that the patterns cover: as `matches` says, without asking it of each.
 *
 * Patterns share a tree of their segments, and a name walks down all branches that fit at once, each node at most once
 * a segment. So a match costs what lies near the name, not the number of patterns, and no pattern can make it explode:
 * the bound is nodes times segments of the name. Patterns and names are in their full form (see `names.ts`).
 */
export class PatternIndex<T> {
  readonly #root = new PatternNode<T>();
  /** Patterns without stars, by far the most, need no walk. */
  readonly #exact = new Map<string, Set<T>>();
  #size = 0;

  /** Pairs of a pattern and a value. */
  get size(): number {
    return this.#size;
  }

  /** Adding a pair that is there changes nothing. */
  add(pattern: string, value: T): void {
    const isAdded = isPattern(pattern) ? this.#ensureNode(pattern).addValue(value) : this.#addExact(pattern, value);
    if (isAdded) this.#size += 1;
  }

  /** False if the pair was not there. */
  delete(pattern: string, value: T): boolean {
    const deleted = isPattern(pattern) ? this.#deleteFromTree(pattern, value) : this.#deleteExact(pattern, value);
    if (deleted) this.#size -= 1;
    return deleted;
  }

  /** The values of all patterns that cover the topic, each once, in no promised order. */
  match(name: string): Set<T> {
    const found = new Set(this.#exact.get(name));
    for (const { values } of this.#walk(name)) if (values) for (const value of values) found.add(value);
    return found;
  }

  /** The nodes at which the patterns that cover the name end, and others that have no values. */
  #walk(name: string): Set<PatternNode<T>> {
    const segments = segmentsOf(name);
    const prefix = systemPrefixOf(name);
    const spelled = prefix === null ? 0 : segmentsOf(prefix).length;
    let active = new Set([this.#root]);
    for (const [index, segment] of segments.entries()) {
      active = index < spelled ? stepLiterally(active, segment) : step(withDeep(active), segment);
      if (active.size === 0) return active;
    }
    return withDeep(active);
  }

  #addExact(name: string, value: T): boolean {
    const values = this.#exact.get(name);
    if (values?.has(value)) return false;
    if (values) values.add(value);
    else this.#exact.set(name, new Set([value]));
    return true;
  }

  #ensureNode(pattern: string): PatternNode<T> {
    let node = this.#root;
    for (const segment of segmentsOf(pattern)) node = node.ensureChild(segment);
    return node;
  }

  #deleteExact(name: string, value: T): boolean {
    const values = this.#exact.get(name);
    if (values === undefined || !values.delete(value)) return false;
    if (values.size === 0) this.#exact.delete(name);
    return true;
  }

  #deleteFromTree(pattern: string, value: T): boolean {
    const segments = segmentsOf(pattern);
    const path = [this.#root];
    for (const segment of segments) {
      const child = path.at(-1)!.child(segment);
      if (child === undefined) return false;
      path.push(child);
    }
    if (!path.at(-1)!.deleteValue(value)) return false;
    for (let depth = segments.length; depth > 0 && path[depth]!.isEmpty; depth -= 1) {
      path[depth - 1]!.deleteChild(segments[depth - 1]!);
    }
    return true;
  }
}

function segmentsOf(name: string): string[] {
  return name.slice(1).split('/');
}

/** With the nodes behind a `**` that takes no segment. The set grows while it is walked, so those of these too. */
function withDeep<T>(nodes: Set<PatternNode<T>>): Set<PatternNode<T>> {
  for (const node of nodes) if (node.deep !== undefined) nodes.add(node.deep);
  return nodes;
}

function step<T>(nodes: Set<PatternNode<T>>, segment: string): Set<PatternNode<T>> {
  const next = stepLiterally(nodes, segment);
  for (const node of nodes) {
    if (node.isDeep) next.add(node);
    if (node.star !== undefined) next.add(node.star);
    if (node.globs !== undefined) for (const child of node.globs.match(segment)) next.add(child);
  }
  return next;
}

/** The part of a system topic's name that must be spelled is reached by no star. */
function stepLiterally<T>(nodes: Set<PatternNode<T>>, segment: string): Set<PatternNode<T>> {
  const next = new Set<PatternNode<T>>();
  for (const node of nodes) {
    const child = node.literals?.get(segment);
    if (child !== undefined) next.add(child);
  }
  return next;
}
