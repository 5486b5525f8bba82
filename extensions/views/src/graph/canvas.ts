import { cut, duration, elide } from "../format";
import { type Camera, type Size, READABLE, fit, keepInSight, opening, reveal, wheelFactor, zoomAt } from "../geometry";
import type { EdgeState, EdgeView, GraphView, NodeState, NodeView } from "../models";

const NS = "http://www.w3.org/2000/svg";
const GLYPHS: Partial<Record<NodeState["status"], string>> = { failure: "✕ " };
const WORDS: Partial<Record<NodeState["status"], string>> = { failure: "failed", skipped: "skipped", canceled: "canceled" };
const SMALL = 6.1;
const CLICK_SLACK = 4;

export interface Handlers {
  select(id: string | null): void;
  open(id: string): void;
}

interface Card {
  readonly view: NodeView;
  readonly root: SVGGElement;
  readonly name: SVGTextElement;
  readonly sub: SVGTextElement;
  readonly when: SVGTextElement;
  readonly line: SVGRectElement;
  readonly title: SVGTitleElement;
  clock: SVGElement | null;
  state: NodeState | undefined;
}

interface Curve {
  readonly view: EdgeView;
  readonly path: SVGPathElement;
  tag: SVGGElement | null;
}

function make<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>, parent: Element): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NS, name);
  for (const key in attributes) element.setAttribute(key, String(attributes[key]));
  parent.append(element);
  return element;
}

/**
 * The graph as one inline SVG. Built once; afterwards only what changed is touched, so that 200 new states of 1000 solids
 * cost a few milliseconds.
 */
export class GraphCanvas {
  readonly svg: SVGSVGElement;
  private readonly world: SVGGElement;
  private readonly tags: SVGGElement;
  private readonly cards = new Map<string, Card>();
  private readonly curves = new Map<string, Curve>();
  private readonly edgesOf = new Map<string, Curve[]>();
  private camera: Camera = { x: 0, y: 0, scale: 1 };
  private selected: string | null = null;
  private found: readonly string[] = [];
  private hasOpened = false;
  private readonly size: Size;

  constructor(
    graph: GraphView,
    private readonly handlers: Handlers,
  ) {
    this.size = { width: Math.max(1, graph.width), height: Math.max(1, graph.height) };
    this.svg = document.createElementNS(NS, "svg");
    this.svg.setAttribute("class", "graph");
    this.svg.setAttribute("tabindex", "0");
    this.svg.setAttribute("role", "application");
    this.svg.setAttribute("aria-label", `graph of ${graph.name}, ${graph.nodes.length} solids; arrow keys move, Enter opens`);
    this.world = make("g", {}, this.svg);
    const edges = make("g", {}, this.world);
    const nodes = make("g", {}, this.world);
    this.tags = make("g", {}, this.world);
    for (const edge of graph.edges) this.addEdge(edge, edges);
    for (const node of graph.nodes) this.cards.set(node.id, this.addCard(node, nodes));
    this.listen();
  }

  private addEdge(view: EdgeView, parent: Element): void {
    const curve: Curve = { view, path: make("path", { class: "edge", d: view.path }, parent), tag: null };
    this.curves.set(view.id, curve);
    for (const id of [view.source, view.target]) this.edgesOf.set(id, [...(this.edgesOf.get(id) ?? []), curve]);
  }

  private addCard(view: NodeView, parent: Element): Card {
    const { width, height } = view;
    const root = make("g", { class: "node", transform: `translate(${view.x} ${view.y})`, "data-node": view.id, role: "img" }, parent);
    const title = make("title", {}, root);
    make("rect", { class: "card", width, height, rx: 5 }, root);
    if (view.kind === "composite") make("rect", { class: "inner", x: 3, y: 3, width: width - 6, height: height - 6, rx: 3 }, root);
    make("path", { class: "bar", d: `M5 0h-1a4 4 0 0 0-4 4v${height - 8}a4 4 0 0 0 4 4h1z` }, root);
    const name = make("text", { class: "name", x: 14, y: height / 2 - 4 }, root);
    name.textContent = view.label;
    const sub = make("text", { class: "sub", x: 14, y: height / 2 + 13 }, root);
    const when = make("text", { class: "when", x: width - 9, y: height / 2 + 13 }, root);
    const line = make("rect", { class: "line", x: 5, y: height - 2.5, width: 0, height: 2.5 }, root);
    const card: Card = { view, root, name, sub, when, line, title, clock: null, state: undefined };
    this.draw(card, "");
    return card;
  }

  /** Show the state of a solid; undefined: not in a run. `soFar` are the seconds that a running one has taken. */
  setState(id: string, state: NodeState | undefined, soFar: number | null): void {
    const card = this.cards.get(id);
    if (!card) return;
    if (card.state !== state) {
      card.state = state;
      this.classes(card);
      this.setClock(card, state?.stale ?? null);
      this.setLine(card, state);
    }
    this.draw(card, noteOf(state, soFar));
  }

  private draw(card: Card, note: string): void {
    const { view, state } = card;
    setText(card.when, note);
    const room = (view.width - 23 - (note ? note.length * SMALL + 6 : 0)) / SMALL;
    setText(card.sub, cut(view.subtitle, Math.floor(room)));
    const words = [view.name, view.subtitle, state ? `${state.status}${note ? `, ${note}` : ""}` : "", state?.stale ? `stale: ${state.stale}` : "", view.description];
    setText(card.title, words.filter(Boolean).join("\n"));
  }

  private setLine(card: Card, state: NodeState | undefined): void {
    const part = state?.status === "running" && state.total ? Math.min(1, (state.done ?? 0) / state.total) : 0;
    card.line.setAttribute("width", String(Math.max(0, (card.view.width - 8) * part)));
  }

  private setClock(card: Card, stale: string | null): void {
    if (stale === null) {
      card.clock?.remove();
      card.clock = null;
    } else if (!card.clock) {
      const clock = make("g", { class: "clock", transform: `translate(${card.view.width - 15} 7)` }, card.root);
      make("circle", { cx: 4, cy: 4, r: 4 }, clock);
      make("path", { d: "M4 1.8v2.4l1.6 1" }, clock);
      card.clock = clock;
    }
  }

  private classes(card: Card): void {
    const id = card.view.id;
    const parts = ["node", card.view.kind, card.state?.status, id === this.selected && "selected", this.found.includes(id) && "found"];
    card.root.setAttribute("class", parts.filter(Boolean).join(" "));
  }

  /** Show what went along an edge: the pill at its middle. */
  setEdge(id: string, state: EdgeState | undefined): void {
    const curve = this.curves.get(id);
    if (!curve) return;
    curve.tag?.remove();
    curve.tag = null;
    curve.path.classList.toggle("failure", state?.tone === "failure");
    if (!state?.label) return;
    const width = state.label.length * 6.4 + 12;
    const tag = make("g", { class: `tag ${state.tone}`, transform: `translate(${curve.view.label_x} ${curve.view.label_y})` }, this.tags);
    if (state.title) make("title", {}, tag).textContent = state.title;
    make("rect", { x: -width / 2, y: -8, width, height: 16, rx: 8 }, tag);
    make("text", { y: 4 }, tag).textContent = state.label;
    curve.tag = tag;
  }

  select(id: string | null): void {
    const before = this.selected;
    this.selected = id;
    for (const each of [before, id]) {
      const card = each === null ? undefined : this.cards.get(each);
      if (card) this.classes(card);
      for (const curve of (each !== null && this.edgesOf.get(each)) || []) curve.path.classList.toggle("near", each === id);
    }
  }

  /** Light up what a search found; null: no search. */
  highlight(found: readonly string[] | null): void {
    const touched = new Set([...this.found, ...(found ?? [])]);
    this.found = found ?? [];
    this.svg.classList.toggle("searching", found !== null);
    for (const id of touched) {
      const card = this.cards.get(id);
      if (card) this.classes(card);
    }
  }

  get window(): Size {
    return { width: Math.max(1, this.svg.clientWidth), height: Math.max(1, this.svg.clientHeight) };
  }

  /** Lay the first picture when the window's size is known; later sizes leave the camera alone. */
  opened(): void {
    if (this.hasOpened || this.svg.clientWidth === 0) return;
    this.hasOpened = true;
    this.fitNames();
    this.move(opening(this.size, this.window));
  }

  /** Shorten the names that this page's font makes too wide. All are measured first: the page is laid out once. */
  private fitNames(): void {
    const wide: (readonly [Card, number])[] = [];
    for (const card of this.cards.values()) {
      const width = card.view.label.length > 12 ? card.name.getComputedTextLength() : 0;
      const room = card.view.width - 14 - 9;
      if (width > room) wide.push([card, Math.floor((card.view.label.length * room) / width)]);
    }
    for (const [card, length] of wide) card.name.textContent = elide(card.view.name, length);
  }

  fit(): void {
    this.move(fit(this.size, this.window));
  }

  reveal(id: string): void {
    const card = this.cards.get(id);
    if (!card) return;
    const camera = this.camera.scale < READABLE ? zoomAt(this.camera, 0.8 / this.camera.scale, 0, 0) : this.camera;
    this.move(reveal(camera, card.view, this.window));
  }

  private move(camera: Camera): void {
    this.camera = camera;
    this.world.setAttribute("transform", `translate(${camera.x.toFixed(1)} ${camera.y.toFixed(1)}) scale(${camera.scale.toFixed(4)})`);
    this.world.classList.toggle("far", camera.scale < 0.42);
    this.world.classList.toggle("farther", camera.scale < 0.22);
  }

  private listen(): void {
    this.svg.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const box = this.svg.getBoundingClientRect();
        this.move(zoomAt(this.camera, wheelFactor(event.deltaY, event.deltaMode), event.clientX - box.left, event.clientY - box.top));
      },
      { passive: false },
    );
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("keydown", () => this.svg.classList.add("keys"));
    this.svg.addEventListener("keyup", (event) => event.key === "Tab" && this.svg.classList.add("keys"));
    this.svg.addEventListener("dblclick", (event) => {
      const id = nodeAt(event.target);
      if (id !== null) this.handlers.open(id);
    });
  }

  private press(down: PointerEvent): void {
    if (down.button !== 0) return;
    this.svg.classList.remove("keys");
    this.svg.focus({ preventScroll: true });
    const start = this.camera;
    let isDrag = false;
    const stop = new AbortController();
    const move = (event: PointerEvent): void => {
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      if (!isDrag && Math.hypot(dx, dy) < CLICK_SLACK) return;
      if (!isDrag) this.svg.setPointerCapture(down.pointerId);
      isDrag = true;
      this.svg.classList.add("dragging");
      this.move(keepInSight({ ...start, x: start.x + dx, y: start.y + dy }, this.size, this.window));
    };
    const up = (event: PointerEvent): void => {
      stop.abort();
      this.svg.classList.remove("dragging");
      if (!isDrag && event.type === "pointerup") this.handlers.select(nodeAt(down.target));
    };
    this.svg.addEventListener("pointermove", move, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"] as const) window.addEventListener(end, up, { signal: stop.signal });
  }
}

function noteOf(state: NodeState | undefined, soFar: number | null): string {
  if (!state) return "";
  const glyph = GLYPHS[state.status] ?? "";
  if (state.note) return glyph + state.note;
  if (state.status === "running") return state.total ? `${state.done ?? 0} / ${state.total}` : soFar === null ? "" : duration(soFar);
  return glyph + (WORDS[state.status] ?? "");
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const nodeAt = (target: EventTarget | null): string | null =>
  target instanceof Element ? (target.closest("[data-node]")?.getAttribute("data-node") ?? null) : null;
