import type { GraphView } from "./models";
import { type Links } from "./navigate";

const SELECTION = /^(\*|\+*)([\w.]+)(\*|\+*)$/;

/**
 * The cards that `text` finds, in the graph's order: of a solid in a closed composite the composite's.
 *
 * Words are looked for in handles, all of them, in any order. `*name`, `name*`, `+name`, `name++` take the solids before and
 * after it along: all of them, or as many steps as there are plus signs.
 */
export function search(graph: GraphView, links: Links, text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const selection = SELECTION.exec(wanted);
  if (selection && (selection[1] || selection[3])) {
    const [, ahead = "", name = "", behind = ""] = selection;
    const seeds = graph.nodes.filter((node) => node.id.toLowerCase() === name).map((node) => node.id);
    const roots = seeds.length > 0 ? seeds : named(graph, [name]);
    const found = new Set([...reach(roots, links.before, depth(ahead)), ...reach(roots, links.after, depth(behind))]);
    return graph.nodes.filter((node) => found.has(node.id)).map((node) => node.id);
  }
  return named(graph, wanted.split(/\s+/));
}

function named(graph: GraphView, words: readonly string[]): readonly string[] {
  const inside = new Map(graph.groups.map((group) => [group.id, group.solids]));
  const isMeant = (handle: string): boolean => words.every((word) => handle.toLowerCase().includes(word));
  return graph.nodes.filter((node) => isMeant(node.id) || (inside.get(node.id) ?? []).some(isMeant)).map((node) => node.id);
}

const depth = (mark: string): number => (mark === "*" ? Infinity : mark.length);

function reach(from: readonly string[], next: ReadonlyMap<string, readonly string[]>, steps: number): Set<string> {
  const found = new Set(from);
  let edge = [...from];
  for (let step = 0; step < steps && edge.length > 0; step++) {
    edge = edge.flatMap((id) => next.get(id) ?? []).filter((id) => !found.has(id) && found.add(id));
  }
  return found;
}
