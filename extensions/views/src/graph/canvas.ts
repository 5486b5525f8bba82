import { duration } from "../format";
import { type Camera, type Size, SMALLEST, fit, keepInSight, opening, refit, reveal, wheelFactor, zoomAt } from "../geometry";
import type { EdgeState, EdgeView, GraphView, NodeState, NodeView } from "../models";
import { Ruler } from "./ruler";
import { Viewport } from "./viewport";

const NS = "http://www.w3.org/2000/svg";
const GLYPHS: Partial<Record<NodeState["status"], string>> = { failure: "✕ " };
const WORDS: Partial<Record<NodeState["status"], string>> = { failure: "failed", skipped: "skipped", canceled: "canceled" };
const LEFT = 12;
const RIGHT = 8;
const BETWEEN = 6;
const CLICK_SLACK = 4;

export interface Handlers {
  /** A card, or the ground (null), was clicked; `isAdding` with the shift key. */
  select(id: string | null, isAdding: boolean): void;
  open(id: string): void;
}

interface Card {
  readonly view: NodeView;
  readonly root: SVGGElement;
  readonly name: SVGTextElement;
  readonly sub: SVGTextElement;
  readonly title: SVGTitleElement;
  /** What not every card has is made when it is needed: elements are what a large graph's first paint costs. */
  when: SVGTextElement | null;
  line: SVGRectElement | null;
  clock: SVGElement | null;
  note: string;
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
  private readonly view = new Viewport((camera) => this.place(camera));
  private selected: ReadonlySet<string> = new Set();
  private found: ReadonlySet<string> = new Set();
  private rulers: { readonly name: Ruler; readonly small: Ruler } | null = null;
  private seen: Size = { width: 0, height: 0 };
  /** Whether a person has zoomed or dragged: then the picture stays where they put it. */
  private isByHand = false;
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
    const name = make("text", { class: "name", x: LEFT, y: height / 2 - 4 }, root);
    const sub = make("text", { class: "sub", x: LEFT, y: height / 2 + 13 }, root);
    const card: Card = { view, root, name, sub, title, when: null, line: null, clock: null, note: "", state: undefined };
    this.classes(card);
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
    card.note = noteOf(state, soFar);
    this.draw(card);
  }

  /** Write a card's texts, as much of them as fits. Not before the page's font is known: texts are slow to lay out twice. */
  private draw(card: Card): void {
    if (!this.rulers) return;
    const { name, small } = this.rulers;
    const { view, state, note } = card;
    const room = view.width - LEFT - RIGHT;
    const when = small.fit(note, room * 0.7, "start");
    if (when) card.when ??= make("text", { class: "when", x: view.width - RIGHT, y: view.height / 2 + 13 }, card.root);
    if (card.when) setText(card.when, when);
    setText(card.name, name.fit(view.name, room - (card.clock ? RIGHT : 0), "ends"));
    setText(card.sub, small.fit(view.subtitle, room - (when ? small.width(when) + BETWEEN : 0), "start"));
    const words = [view.name, view.subtitle, state ? `${state.status}${note ? `, ${note}` : ""}` : "", state?.stale ? `stale: ${state.stale}` : "", view.description];
    setText(card.title, words.filter(Boolean).join("\n"));
  }

  private setLine(card: Card, state: NodeState | undefined): void {
    const part = state?.status === "running" && state.total ? Math.min(1, (state.done ?? 0) / state.total) : 0;
    if (part > 0) card.line ??= make("rect", { class: "line", x: 5, y: card.view.height - 2.5, height: 2.5 }, card.root);
    card.line?.setAttribute("width", String(Math.max(0, (card.view.width - 8) * part)));
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
    const parts = ["node", card.view.kind, card.state?.status, this.selected.has(id) && "selected", this.found.has(id) && "found"];
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
    const width = (this.rulers?.small.width(state.label) ?? state.label.length * 6.4) + 12;
    const tag = make("g", { class: `tag ${state.tone}`, transform: `translate(${curve.view.label_x} ${curve.view.label_y})` }, this.tags);
    if (state.title) make("title", {}, tag).textContent = state.title;
    make("rect", { x: -width / 2, y: -8, width, height: 16, rx: 8 }, tag);
    make("text", { y: 4 }, tag).textContent = state.label;
    curve.tag = tag;
  }

  select(ids: readonly string[]): void {
    const before = this.selected;
    this.selected = new Set(ids);
    for (const id of [...before, ...ids]) {
      const card = this.cards.get(id);
      if (card) this.classes(card);
      for (const { path, view } of this.edgesOf.get(id) ?? []) path.classList.toggle("near", this.selected.has(view.source) || this.selected.has(view.target));
    }
  }

  /** Light up what a search found; null: no search. */
  highlight(found: readonly string[] | null): void {
    const touched = new Set([...this.found, ...(found ?? [])]);
    this.found = new Set(found ?? []);
    this.svg.classList.toggle("searching", found !== null);
    for (const id of touched) {
      const card = this.cards.get(id);
      if (card) this.classes(card);
    }
  }

  /** As large as it was last seen: to ask the page would have it laid out at once. */
  private get window(): Size {
    return { width: Math.max(1, this.seen.width), height: Math.max(1, this.seen.height) };
  }

  /** Lay the first picture when the window has a size; when the size changes, show as much as before again. */
  resized({ width, height }: Size, selected: string | null): void {
    if (width === 0 || (width === this.seen.width && height === this.seen.height)) return;
    const isFirst = this.seen.width === 0;
    this.seen = { width, height };
    if (isFirst) {
      this.view.jump(opening(this.size, this.window));
    } else if (!this.isByHand) this.view.glide(refit(this.view.camera, this.size, this.window));
    if (selected !== null) this.reveal(selected);
  }

  /** Write the texts, fitted to the font of the page. */
  measure(fontFamily: string): void {
    this.rulers = { name: new Ruler(`600 13px ${fontFamily}`), small: new Ruler(`10.5px ${fontFamily}`) };
    for (const card of this.cards.values()) this.draw(card);
  }

  fit(): void {
    this.isByHand = false;
    this.view.glide(fit(this.size, this.window));
  }

  /** Scroll just so far that a card is wholly seen, and zoom in when it could not be read. */
  reveal(id: string): void {
    const card = this.cards.get(id);
    if (!card || this.seen.width === 0) return;
    const { camera } = this.view;
    const readable = camera.scale < SMALLEST ? zoomAt(camera, 0.8 / camera.scale, 0, 0) : camera;
    this.view.glide(reveal(readable, card.view, this.window));
  }

  private place(camera: Camera): void {
    this.world.setAttribute("transform", `translate(${camera.x.toFixed(1)} ${camera.y.toFixed(1)}) scale(${camera.scale.toFixed(4)})`);
    this.world.classList.toggle("far", camera.scale < SMALLEST);
    this.world.classList.toggle("farther", camera.scale < 0.22);
  }

  private moveByHand(camera: Camera): void {
    this.isByHand = true;
    this.view.jump(camera);
  }

  private listen(): void {
    this.svg.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const box = this.svg.getBoundingClientRect();
        this.moveByHand(zoomAt(this.view.camera, wheelFactor(event.deltaY, event.deltaMode), event.clientX - box.left, event.clientY - box.top));
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
    const start = this.view.camera;
    let isDrag = false;
    const stop = new AbortController();
    const move = (event: PointerEvent): void => {
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      if (!isDrag && Math.hypot(dx, dy) < CLICK_SLACK) return;
      if (!isDrag) this.svg.setPointerCapture(down.pointerId);
      isDrag = true;
      this.svg.classList.add("dragging");
      this.moveByHand(keepInSight({ ...start, x: start.x + dx, y: start.y + dy }, this.size, this.window));
    };
    const up = (event: PointerEvent): void => {
      stop.abort();
      this.svg.classList.remove("dragging");
      if (!isDrag && event.type === "pointerup") this.handlers.select(nodeAt(down.target), down.shiftKey);
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
