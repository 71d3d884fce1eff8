import { isPattern, systemPrefixOf } from './names.js';
import { SegmentGlobs } from './segment-globs.js';

/** Where a pattern leads after some of its segments. */
class PatternNode<T> {
  /** A `**`: it may take any segment and stay where it is. */
  readonly isDeep: boolean;
  readonly literals = new Map<string, PatternNode<T>>();
  readonly globs = new SegmentGlobs<PatternNode<T>>();
  deep: PatternNode<T> | undefined;
  readonly values = new Set<T>();

  constructor(isDeep = false) {
    this.isDeep = isDeep;
  }

  get isEmpty(): boolean {
    return this.values.size === 0 && this.literals.size === 0 && this.globs.size === 0 && this.deep === undefined;
  }

  child(segment: string): PatternNode<T> | undefined {
    if (segment === '**') return this.deep;
    return isPattern(segment) ? this.globs.get(segment) : this.literals.get(segment);
  }

  ensureChild(segment: string): PatternNode<T> {
    const child = this.child(segment) ?? new PatternNode<T>(segment === '**');
    if (segment === '**') this.deep = child;
    else if (isPattern(segment)) this.globs.set(segment, child);
    else this.literals.set(segment, child);
    return child;
  }

  deleteChild(segment: string): void {
    if (segment === '**') this.deep = undefined;
    else if (isPattern(segment)) this.globs.delete(segment);
    else this.literals.delete(segment);
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
    const values = isPattern(pattern) ? this.#ensureNode(pattern).values : this.#ensureExact(pattern);
    if (values.has(value)) return;
    values.add(value);
    this.#size += 1;
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
    for (const node of this.#walk(name)) for (const value of node.values) found.add(value);
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

  #ensureExact(name: string): Set<T> {
    let values = this.#exact.get(name);
    if (values === undefined) {
      values = new Set();
      this.#exact.set(name, values);
    }
    return values;
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
    if (!path.at(-1)!.values.delete(value)) return false;
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
    for (const child of node.globs.match(segment)) next.add(child);
  }
  return next;
}

/** The part of a system topic's name that must be spelled is reached by no star. */
function stepLiterally<T>(nodes: Set<PatternNode<T>>, segment: string): Set<PatternNode<T>> {
  const next = new Set<PatternNode<T>>();
  for (const node of nodes) {
    const child = node.literals.get(segment);
    if (child !== undefined) next.add(child);
  }
  return next;
}
