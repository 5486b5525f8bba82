import type { EdgeView, GraphView, NodeView, RunFrame, RunHeader } from "../src/models";

/** A graph of solids at (column, row) with edges written `a>b`. */
export function graphOf(places: Record<string, readonly [number, number]>, edges: readonly string[], direction: "lr" | "tb" = "lr"): GraphView {
  const nodes = Object.entries(places).map(
    ([id, [column, row]]): NodeView => ({ id, name: id, label: id, kind: "function", subtitle: "", x: column * 200, y: row * 80, width: 160, height: 46, description: "", parent: "", is_mapped: false }),
  );
  const links = edges.map((edge): EdgeView => {
    const [source = "", target = ""] = edge.split(">");
    return { id: edge, source, output: "result", target, input: source, path: "", label_x: 0, label_y: 0 };
  });
  return { name: "g", description: "", direction, width: 1000, height: 400, nodes, edges: links, groups: [] };
}

export const header = (over: Partial<RunHeader> = {}): RunHeader => ({
  run_id: "7c1e",
  short_id: "7c1e",
  pipeline: "g",
  state: "started",
  started: 100,
  ended: null,
  done: 0,
  total: 3,
  failed: 0,
  remaining: null,
  summary: "",
  error: null,
  ...over,
});

export const frame = (seq: number, over: Partial<RunFrame> = {}): RunFrame => ({ seq, run: header(), nodes: [], edges: [], details: [], ...over });
