import { covers } from './matcher.js';

/** What a pattern of a segment says about all segments that it covers. */
interface Anchor {
  /** Lengths of what stands before the first star and after the last. */
  readonly before: number;
  readonly after: number;
  /** Of one that begins and ends with stars: the length of the longest text between them. */
  readonly inside: number;
  /** The texts themselves. */
  readonly text: string;
}

/** Patterns whose anchors have the same lengths: by the text of the anchor, and by the pattern. */
interface Shape<V> extends Omit<Anchor, 'text'> {
  readonly byText: Map<string, Map<string, V>>;
}

/**
 * Values by patterns of a single segment, like `sensor-*`. They are grouped by how they begin and end, or else by the
 * longest text between their stars, so that a segment is compared only with those whose text stands in it. What remains
 * to be compared one by one are patterns that differ in nothing but what stands between: `a*1*b`, `a*2*b`.
 */
export class SegmentGlobs<V> {
  readonly #shapes = new Map<string, Shape<V>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(glob: string): V | undefined {
    const anchor = anchorOf(glob);
    return this.#shapes.get(nameOf(anchor))?.byText.get(anchor.text)?.get(glob);
  }

  set(glob: string, value: V): void {
    const anchor = anchorOf(glob);
    const name = nameOf(anchor);
    let shape = this.#shapes.get(name);
    if (shape === undefined) {
      const { before, after, inside } = anchor;
      shape = { before, after, inside, byText: new Map() };
      this.#shapes.set(name, shape);
    }
    let group = shape.byText.get(anchor.text);
    if (group === undefined) {
      group = new Map();
      shape.byText.set(anchor.text, group);
    }
    if (!group.has(glob)) this.#size += 1;
    group.set(glob, value);
  }

  delete(glob: string): void {
    const anchor = anchorOf(glob);
    const name = nameOf(anchor);
    const shape = this.#shapes.get(name);
    const group = shape?.byText.get(anchor.text);
    if (!shape || !group?.delete(glob)) return;
    this.#size -= 1;
    if (group.size === 0) shape.byText.delete(anchor.text);
    if (shape.byText.size === 0) this.#shapes.delete(name);
  }

  /** The values of all patterns that cover the segment. */
  match(segment: string): V[] {
    const found: V[] = [];
    for (const shape of this.#shapes.values()) {
      for (const group of groupsFor(segment, shape)) {
        for (const [glob, value] of group) if (covers(glob, segment)) found.push(value);
      }
    }
    return found;
  }
}

function anchorOf(glob: string): Anchor {
  const before = glob.slice(0, glob.indexOf('*'));
  const after = glob.slice(glob.lastIndexOf('*') + 1);
  let inside = '';
  if (before === '' && after === '') {
    for (const text of glob.split('*')) if (text.length > inside.length) inside = text;
  }
  const text = inside === '' ? `${before}*${after}` : inside;
  return { before: before.length, after: after.length, inside: inside.length, text };
}

function nameOf({ before, after, inside }: Anchor): string {
  return `${before} ${after} ${inside}`;
}

/** The groups that may have a pattern for the segment: never more looks than there are groups, whatever it is made of. */
function* groupsFor<V>(segment: string, shape: Shape<V>): Iterable<Map<string, V>> {
  const { before, after, inside, byText } = shape;
  const { length } = segment;
  if (length < before + after + inside) return;
  if (byText.size <= length - inside + 1 && (inside > 0 || byText.size === 1)) {
    yield* byText.values();
    return;
  }
  for (const text of inside > 0 ? windowsOf(segment, inside) : [endsOf(segment, before, after)]) {
    const group = byText.get(text);
    if (group) yield group;
  }
}

/** How a pattern begins and ends, if it has these lengths and covers the segment. */
function endsOf(segment: string, before: number, after: number): string {
  return `${segment.slice(0, before)}*${segment.slice(segment.length - after)}`;
}

/** All texts of a length that stand in the segment, each once. */
function windowsOf(segment: string, length: number): Set<string> {
  const texts = new Set<string>();
  for (let at = 0; at + length <= segment.length; at += 1) texts.add(segment.slice(at, at + length));
  return texts;
}
