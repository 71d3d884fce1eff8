import { covers, matches } from '../../protocol/matcher.js';
import { isPattern } from '../../protocol/names.js';
import type { Topic } from './topic.js';

/** What has a place in the tree; most are leaves, which need no Map of their own. */
interface Node {
  topic: Topic | null;
  below: Map<string, Node> | null;
}

/**
 * Topics by the segments of their names, so that a pattern visits what lies below the segments that it spells out, and
 * not all topics. Up to the first `**` each level is narrowed; what lies below it is judged by `matches`, as is all
 * that is found, so that the rules of patterns are in one place.
 */
export class TopicTree {
  readonly #root: Node = { topic: null, below: null };
  /** Places that were looked at so far: what patterns have cost. */
  visits = 0;

  add(topic: Topic): void {
    let node = this.#root;
    for (const segment of segmentsOf(topic.name)) {
      node.below ??= new Map();
      let next = node.below.get(segment);
      if (!next) {
        next = { topic: null, below: null };
        node.below.set(segment, next);
      }
      node = next;
    }
    node.topic = topic;
  }

  delete(topic: Topic): void {
    const path = [this.#root];
    const segments = segmentsOf(topic.name);
    for (const segment of segments) {
      const next = path.at(-1)!.below?.get(segment);
      if (!next) return;
      path.push(next);
    }
    if (path.at(-1)!.topic === topic) path.at(-1)!.topic = null;
    for (let at = path.length - 1; at > 0 && path[at]!.topic === null && !path[at]!.below?.size; at -= 1) {
      path[at - 1]!.below!.delete(segments[at - 1]!);
    }
  }

  /** The topics that a pattern covers, one after another: who has seen enough of them stops. */
  *covered(pattern: string): Generator<Topic> {
    for (const topic of this.#at(this.#root, segmentsOf(pattern), 0)) if (matches(pattern, topic.name)) yield topic;
  }

  *#at(node: Node, segments: string[], depth: number): Generator<Topic> {
    this.visits += 1;
    const segment = segments[depth];
    if (segment === '**') yield* this.#below(node);
    else if (segment === undefined) {
      if (node.topic) yield node.topic;
    } else if (!isPattern(segment)) {
      const next = node.below?.get(segment);
      if (next) yield* this.#at(next, segments, depth + 1);
    } else {
      for (const [name, next] of node.below ?? [])
        if (covers(segment, name)) yield* this.#at(next, segments, depth + 1);
    }
  }

  *#below(node: Node): Generator<Topic> {
    if (node.topic) yield node.topic;
    for (const next of node.below?.values() ?? []) {
      this.visits += 1;
      yield* this.#below(next);
    }
  }
}

function segmentsOf(name: string): string[] {
  return name.slice(1).split('/');
}
