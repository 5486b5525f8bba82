import { type Box, meets } from "../geometry";
import type { EdgeState, EdgeView, GraphView } from "../models";
import type { Ruler } from "./ruler";
import { make } from "./svg";

const CHUNK = 32;
/** What a pill may reach beyond its middle, in the graph's units. */
const REACH = { x: 60, y: 10 };

interface Edge {
  readonly view: EdgeView;
  /** Its own curve, over the others', when it is not as they are. */
  curve: SVGPathElement | null;
  pill: SVGGElement | null;
  state: EdgeState | undefined;
  isNear: boolean;
}

/** The edges of a graph: many curves in one path each, since most look alike, and the pills that are in sight. */
export class Edges {
  private readonly all = new Map<string, Edge>();
  private readonly of = new Map<string, Edge[]>();
  private readonly own: SVGGElement;
  private sight: Box | null = null;
  private small: Ruler | null = null;

  /** Draws curves as the next of `below`; pills go into `above`. */
  constructor(
    graph: GraphView,
    below: Element,
    private readonly above: Element,
  ) {
    const group = make("g", {}, below);
    // Neighbours share a path, so that what is out of sight is passed over when the page is painted.
    const along = graph.direction === "lr" ? "label_x" : "label_y";
    const sorted = [...graph.edges].sort((a, b) => a[along] - b[along]);
    for (let at = 0; at < sorted.length; at += CHUNK) {
      const d = sorted.slice(at, at + CHUNK).map((view) => view.path).join("");
      make("path", { class: "edge", d }, group);
    }
    this.own = make("g", {}, below);
    for (const view of graph.edges) {
      const edge: Edge = { view, curve: null, pill: null, state: undefined, isNear: false };
      this.all.set(view.id, edge);
      for (const id of [view.source, view.target]) {
        const known = this.of.get(id);
        if (known) known.push(edge);
        else this.of.set(id, [edge]);
      }
    }
  }

  /** Show what went along an edge; undefined: nothing yet. */
  show(id: string, state: EdgeState | undefined): void {
    const edge = this.all.get(id);
    if (!edge || edge.state === state) return;
    edge.state = state;
    this.outline(edge);
    edge.pill?.remove();
    edge.pill = null;
    this.drawPill(edge);
  }

  /** Draw the pills that are in `sight` and only those; none are when it is null. */
  look(sight: Box | null, small: Ruler): void {
    this.sight = sight;
    this.small = small;
    for (const edge of this.all.values()) this.drawPill(edge);
  }

  /** Mark the edges at the solids that are selected. */
  select(before: Iterable<string>, selected: ReadonlySet<string>): void {
    for (const id of new Set([...before, ...selected])) {
      for (const edge of this.of.get(id) ?? []) {
        edge.isNear = selected.has(edge.view.source) || selected.has(edge.view.target);
        this.outline(edge);
      }
    }
  }

  private outline(edge: Edge): void {
    const isFailure = edge.state?.tone === "failure";
    if (isFailure || edge.isNear) {
      edge.curve ??= make("path", { d: edge.view.path }, this.own);
      edge.curve.setAttribute("class", `edge${isFailure ? " failure" : ""}${edge.isNear ? " near" : ""}`);
    } else {
      edge.curve?.remove();
      edge.curve = null;
    }
  }

  private drawPill(edge: Edge): void {
    const { sight, small } = this;
    const { view, state } = edge;
    if (sight && small && state?.label && meets(boxOf(view), sight)) edge.pill ??= pillOf(view, state, small, this.above);
    else if (edge.pill) {
      edge.pill.remove();
      edge.pill = null;
    }
  }
}

const boxOf = (view: EdgeView): Box => ({ x: view.label_x - REACH.x, y: view.label_y - REACH.y, width: 2 * REACH.x, height: 2 * REACH.y });

function pillOf(view: EdgeView, state: EdgeState, small: Ruler, parent: Element): SVGGElement {
  const width = small.width(state.label) + 12;
  const pill = make("g", { class: `tag ${state.tone}`, transform: `translate(${view.label_x} ${view.label_y})` }, parent);
  if (state.title) make("title", {}, pill).textContent = state.title;
  make("rect", { x: -width / 2, y: -8, width, height: 16, rx: 8 }, pill);
  make("text", { y: 4 }, pill).textContent = state.label;
  return pill;
}
