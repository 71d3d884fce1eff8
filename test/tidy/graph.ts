/** Nodes by their names, each with the nodes it points at. */
export type Graph = Map<string, string[]>;

/** One cycle for each node that lies on one and on none of those found before, as the path round. */
export function cyclesIn(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();

  function visit(node: string, path: string[]): void {
    const at = path.indexOf(node);
    if (at >= 0) cycles.push([...path.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  }
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}

/** The nodes that no path from the entries leads to. */
export function unreachedIn(graph: Graph, entries: string[]): string[] {
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    waiting.push(...(graph.get(node) ?? []));
  }
  return [...graph.keys()].filter(node => !reached.has(node));
}
