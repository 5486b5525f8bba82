import type { GraphView, NodeView } from "./models";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** Who feeds whom, looked up often. */
export interface Links {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly after: ReadonlyMap<string, readonly string[]>;
}

export function linksOf(graph: GraphView): Links {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const before = new Map<string, string[]>(graph.nodes.map((node) => [node.id, []]));
  const after = new Map<string, string[]>(graph.nodes.map((node) => [node.id, []]));
  for (const edge of graph.edges) {
    before.get(edge.target)?.push(edge.source);
    after.get(edge.source)?.push(edge.target);
  }
  return { nodes, before, after };
}

/**
 * The solid that an arrow key leads to from `from`, or null.
 *
 * Along the graph's direction: the nearest of the solids it feeds or is fed by. Across it: the nearest solid on that side.
 */
export function neighbour(graph: GraphView, links: Links, from: string, arrow: Arrow): string | null {
  const node = links.nodes.get(from);
  if (!node) return null;
  const isHorizontal = arrow === "ArrowLeft" || arrow === "ArrowRight";
  const isForward = arrow === "ArrowRight" || arrow === "ArrowDown";
  if (isHorizontal === (graph.direction === "lr")) {
    const ids = (isForward ? links.after : links.before).get(from) ?? [];
    return nearest(node, ids.flatMap((id) => links.nodes.get(id) ?? []));
  }
  const across = graph.direction === "lr" ? "y" : "x";
  const beside = graph.nodes.filter((other) => (isForward ? other[across] > node[across] : other[across] < node[across]));
  return nearest(node, beside, across);
}

/** The nearest of `others`; a step along `across` costs less than one beside it, so that columns are followed. */
function nearest(node: NodeView, others: readonly NodeView[], across?: "x" | "y"): string | null {
  let best: string | null = null;
  let least = Infinity;
  for (const other of others) {
    const dx = (other.x - node.x) * (across === "y" ? 4 : 1);
    const dy = (other.y - node.y) * (across === "x" ? 4 : 1);
    const distance = dx * dx + dy * dy;
    if (distance < least) [least, best] = [distance, other.id];
  }
  return best;
}
