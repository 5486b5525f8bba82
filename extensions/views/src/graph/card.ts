import { duration } from "../format";
import type { NodeState, NodeView } from "../models";
import type { Ruler } from "./ruler";
import { element, make, setText } from "./svg";
import { toggleOf } from "./toggle";

const GLYPHS: Partial<Record<NodeState["status"], string>> = { failure: "✕ " };
const WORDS: Partial<Record<NodeState["status"], string>> = { failure: "failed", skipped: "skipped", canceled: "canceled" };
const LEFT = 12;
const RIGHT = 8;
const BETWEEN = 6;
/** The control of a closed composite, in the upper right corner: from there to the edge, and to the top. */
const TOGGLE = { right: 21, top: 6 };

/** The fonts of a graph, measured: of names, and of all else. */
export interface Rulers {
  readonly name: Ruler;
  readonly small: Ruler;
}

interface Texts {
  readonly rulers: Rulers;
  readonly name: SVGTextElement;
  readonly sub: SVGTextElement;
}

/** What of a card is drawn while it is in sight; what not every card has is made when it is needed. */
interface Body {
  readonly title: SVGTitleElement;
  texts: Texts | null;
  when: SVGTextElement | null;
  line: SVGRectElement | null;
  clock: SVGElement | null;
}

/**
 * A solid in the graph.
 *
 * Its element is always in the page, with the solid's id, status and words for those who listen to the page. The rest is
 * drawn where it can be seen: elements are what a large graph costs.
 */
export class Card {
  readonly root: SVGGElement;
  private body: Body | null = null;
  private state: NodeState | undefined;
  private note = "";
  private isSelected = false;
  private isFound = false;

  constructor(
    readonly view: NodeView,
    parent: Element,
  ) {
    this.root = make("g", { "data-node": view.id, role: "img" }, parent);
    this.mark();
    this.describe();
  }

  /** Show a state; undefined: not in a run. `soFar` are the seconds that a running solid has taken. */
  show(state: NodeState | undefined, soFar: number | null): void {
    const isNew = this.state !== state;
    const note = noteOf(state, soFar);
    if (!isNew && note === this.note) return;
    this.state = state;
    this.note = note;
    if (isNew) this.mark();
    this.describe();
    if (this.body) this.fill(this.body);
  }

  select(isSelected: boolean): void {
    this.isSelected = isSelected;
    this.mark();
  }

  find(isFound: boolean): void {
    this.isFound = isFound;
    this.mark();
  }

  /** Draw it, in sight now; without `rulers` no texts: they could not be read. */
  draw(rulers: Rulers | null): void {
    if (this.body && (this.body.texts || !rulers)) return;
    if (!this.body) {
      this.root.setAttribute("transform", `translate(${this.view.x} ${this.view.y})`);
      this.root.append(shapeOf(this.view));
      this.body = { title: this.root.firstElementChild as SVGTitleElement, texts: null, when: null, line: null, clock: null };
      this.describe();
      if (this.view.kind === "composite") toggleOf(this.view.id, false, this.view.width - TOGGLE.right, TOGGLE.top, this.root);
    }
    if (rulers) this.body.texts = this.textsOf(rulers);
    this.fill(this.body);
  }

  /** Take away what `draw` has drawn. */
  drop(): void {
    if (!this.body) return;
    this.body = null;
    this.root.replaceChildren();
    this.describe();
  }

  /** Say in words what it shows: for a pointer that rests on it, and for those who do not see it. */
  private describe(): void {
    const { view, state, note } = this;
    const words = [view.id, secondLine(view, state), state ? `${state.status}${note ? `, ${note}` : ""}` : "", state?.stale ? `stale: ${state.stale}` : "", view.description];
    const text = words.filter(Boolean).join("\n");
    if (!this.body) return this.root.setAttribute("aria-label", text);
    this.root.removeAttribute("aria-label");
    setText(this.body.title, text);
  }

  private mark(): void {
    const parts = ["node", this.view.kind, this.state?.status, this.isSelected && "selected", this.isFound && "found"];
    this.root.setAttribute("class", parts.filter(Boolean).join(" "));
  }

  private textsOf(rulers: Rulers): Texts {
    const middle = this.view.height / 2;
    return { rulers, name: make("text", { class: "name", x: LEFT, y: middle - 4 }, this.root), sub: make("text", { class: "sub", x: LEFT, y: middle + 13 }, this.root) };
  }

  private fill(body: Body): void {
    this.setClock(body, this.state?.stale ?? null);
    this.setLine(body, this.state);
    if (body.texts) this.write(body, body.texts);
  }

  /** Write as much of the texts as fits. */
  private write(body: Body, { rulers: { name, small }, ...texts }: Texts): void {
    const { view, note } = this;
    const room = view.width - LEFT - RIGHT;
    const when = small.fit(note, room * 0.7, "start");
    if (when) body.when ??= make("text", { class: "when", x: view.width - RIGHT, y: view.height / 2 + 13 }, this.root);
    if (body.when) setText(body.when, when);
    setText(texts.name, name.fit(view.name, room - (body.clock ? RIGHT : 0) - (view.kind === "composite" ? TOGGLE.right - RIGHT : 0), "ends"));
    setText(texts.sub, small.fit(secondLine(view, this.state), room - (when ? small.width(when) + BETWEEN : 0), "start"));
  }

  private setLine(body: Body, state: NodeState | undefined): void {
    const part = state?.status === "running" && state.total ? Math.min(1, (state.done ?? 0) / state.total) : 0;
    if (part > 0) body.line ??= make("rect", { class: "line", x: 5, y: this.view.height - 2.5, height: 2.5 }, this.root);
    body.line?.setAttribute("width", String(Math.max(0, (this.view.width - 8) * part)));
  }

  private setClock(body: Body, stale: string | null): void {
    if (stale === null) {
      body.clock?.remove();
      body.clock = null;
    } else if (!body.clock) {
      const clock = make("g", { class: "clock", transform: `translate(${this.view.width - 15} 7)` }, this.root);
      make("circle", { cx: 4, cy: 4, r: 4 }, clock);
      make("path", { d: "M4 1.8v2.4l1.6 1" }, clock);
      body.clock = clock;
    }
  }
}

const shapes = new Map<string, DocumentFragment>();

/** The title (empty) and shapes that all cards of a size share: a copy is made faster than they are. */
function shapeOf({ width, height, kind }: NodeView): DocumentFragment {
  const isDouble = kind === "composite";
  const key = `${width} ${height} ${isDouble}`;
  let shape = shapes.get(key);
  if (!shape) {
    shape = document.createDocumentFragment();
    shape.append(element("title"), element("rect", { class: "card", width, height, rx: 5 }));
    if (isDouble) shape.append(element("rect", { class: "inner", x: 3, y: 3, width: width - 6, height: height - 6, rx: 3 }));
    shape.append(element("path", { class: "bar", d: `M5 0h-1a4 4 0 0 0-4 4v${height - 8}a4 4 0 0 0 4 4h1z` }));
    shapes.set(key, shape);
  }
  return shape.cloneNode(true) as DocumentFragment;
}

/** What stands under the name: of a mapped solid first how many steps it has. */
const secondLine = (view: NodeView, state: NodeState | undefined): string => (view.is_mapped ? `× ${state?.count ?? "n"} · ${view.subtitle}` : view.subtitle);

function noteOf(state: NodeState | undefined, soFar: number | null): string {
  if (!state) return "";
  const glyph = GLYPHS[state.status] ?? "";
  if (state.note) return glyph + state.note;
  if (state.status === "running") return state.total ? `${state.done ?? 0} / ${state.total}` : soFar === null ? "" : duration(soFar);
  return glyph + (WORDS[state.status] ?? "");
}
