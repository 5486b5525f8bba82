import { type Box, type Camera, READABLE, type Size, SMALLEST, fit, inSight, keepInSight, meets, opening, refit, reveal, wheelFactor, zoomAt } from "../geometry";
import type { EdgeState, GraphView, NodeState } from "../models";
import { Card, type Rulers } from "./card";
import { Edges } from "./edges";
import { GroupBox } from "./group";
import { Ruler } from "./ruler";
import { element, make } from "./svg";
import { toggleAt } from "./toggle";
import { Viewport } from "./viewport";

const CLICK_SLACK = 4;
/** Two clicks are one double click: within this many milliseconds, and pixels. */
const DOUBLE = { time: 400, slack: 8 };

export interface Handlers {
  /** A card, or the ground (null), was clicked; `isAdding` with the shift key. */
  select(id: string | null, isAdding: boolean): void;
  open(id: string): void;
  /** A composite's control was clicked, or chosen by the keyboard. */
  toggle(id: string, isByKey: boolean): void;
}

/** Where a composite was on the screen before the graph was laid out anew. */
export interface Before {
  readonly id: string;
  readonly camera: Camera;
  readonly box: Box;
}

/** Below it no text is drawn. */
const TEXTS = 0.22;
/** How far beyond the window cards are drawn, and kept, in pixels: so that a drag need not draw at each move. */
const NEAR = 60;
const FAR = 400;

/**
 * The graph as one inline SVG. Built once, and drawn where it is looked at; afterwards only what changed is touched, so
 * that 200 new states of 1000 solids cost a few milliseconds.
 */
export class GraphCanvas {
  readonly svg: SVGSVGElement;
  private readonly world: SVGGElement;
  private readonly cards = new Map<string, Card>();
  private readonly groups = new Map<string, GroupBox>();
  private clicked: { readonly id: string | null; readonly at: number; readonly x: number; readonly y: number } | null = null;
  private readonly edges: Edges;
  private readonly view = new Viewport((camera) => this.place(camera));
  private selected: ReadonlySet<string> = new Set();
  private found: ReadonlySet<string> = new Set();
  private rulers: Rulers | null = null;
  private seen: Size = { width: 0, height: 0 };
  /** Whether a person has zoomed or dragged: then the picture stays where they put it. */
  private isByHand = false;
  private readonly size: Size;

  constructor(
    private readonly graph: GraphView,
    private readonly handlers: Handlers,
    private readonly before: Before | null = null,
  ) {
    this.size = { width: Math.max(1, graph.width), height: Math.max(1, graph.height) };
    const label = `graph of ${graph.name}, ${graph.nodes.length} solids; arrow keys move, Enter opens`;
    this.svg = element("svg", { class: "graph", tabindex: 0, role: "application", "aria-label": label });
    this.world = make("g", {}, this.svg);
    const [boxes, below, heads, nodes, above] = [make("g", {}, this.world), make("g", {}, this.world), make("g", {}, this.world), make("g", {}, this.world), make("g", {}, this.world)];
    for (const group of graph.groups) if (group.is_open && group.width > 0) this.groups.set(group.id, new GroupBox(group, boxes, heads));
    this.edges = new Edges(graph, below, above);
    for (const node of graph.nodes) this.cards.set(node.id, new Card(node, nodes));
    this.listen();
  }

  /** Show the state of a solid; undefined: not in a run. `soFar` are the seconds that a running one has taken. */
  setState(id: string, state: NodeState | undefined, soFar: number | null): void {
    this.cards.get(id)?.show(state, soFar);
    this.groups.get(id)?.show(state);
  }

  /** Show what went along an edge: the pill at its middle. */
  setEdge(id: string, state: EdgeState | undefined): void {
    this.edges.show(id, state);
  }

  select(ids: readonly string[]): void {
    const before = this.selected;
    this.selected = new Set(ids);
    for (const id of new Set([...before, ...ids])) (this.cards.get(id) ?? this.groups.get(id))?.select(this.selected.has(id));
    this.edges.select(before, this.selected);
  }

  /** Light up what a search found; null: no search. */
  highlight(found: readonly string[] | null): void {
    const before = this.found;
    this.found = new Set(found ?? []);
    this.svg.classList.toggle("searching", found !== null);
    for (const id of new Set([...before, ...this.found])) this.cards.get(id)?.find(this.found.has(id));
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
    if (isFirst) this.open();
    else if (this.isByHand) this.look(this.view.camera);
    else this.view.glide(refit(this.view.camera, this.size, this.window));
    if (selected !== null) this.reveal(selected);
  }

  /** The first picture; of a large graph with what was opened or closed where it was. */
  private open(): void {
    const box = this.before && this.boxOf(this.before.id);
    if (!this.before || !box || fit(this.size, this.window).scale >= READABLE) return this.view.jump(opening(this.size, this.window, this.graph.nodes));
    const { camera, box: old } = this.before;
    const same = { ...camera, x: camera.x + (old.x - box.x) * camera.scale, y: camera.y + (old.y - box.y) * camera.scale };
    this.isByHand = true;
    this.view.jump(reveal(same, box, this.window));
  }

  /** Where a card or a box is in the graph; null: it is not shown. */
  boxOf(id: string): Box | null {
    return this.cards.get(id)?.view ?? this.groups.get(id)?.view ?? null;
  }

  /** Where a composite is on the screen now, for the canvas that comes after this one. */
  standing(id: string): Before | null {
    const box = this.boxOf(id);
    return box && this.seen.width > 0 ? { id, camera: this.view.camera, box } : null;
  }

  /** Give the keyboard to a composite's control. */
  focusToggle(id: string): void {
    this.svg.querySelector<SVGElement>(`[data-toggle="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }

  /** Fit the texts to a font of the page. Asked for before anything is drawn: texts are slow to lay out twice. */
  measure(fontFamily: string): void {
    this.rulers = { name: new Ruler(`600 13px ${fontFamily}`), small: new Ruler(`10.5px ${fontFamily}`) };
    for (const group of this.groups.values()) group.measure(this.rulers);
  }

  fit(): void {
    this.isByHand = false;
    this.view.glide(fit(this.size, this.window));
  }

  /** Scroll just so far that a card is wholly seen, and zoom in when it could not be read. */
  reveal(id: string): void {
    const box = this.boxOf(id);
    if (!box || this.seen.width === 0) return;
    const { camera } = this.view;
    const readable = camera.scale < SMALLEST ? zoomAt(camera, 0.8 / camera.scale, 0, 0) : camera;
    this.view.glide(reveal(readable, box, this.window));
  }

  private place(camera: Camera): void {
    this.world.setAttribute("transform", `translate(${camera.x.toFixed(1)} ${camera.y.toFixed(1)}) scale(${camera.scale.toFixed(4)})`);
    this.world.classList.toggle("far", camera.scale < SMALLEST);
    this.world.classList.toggle("farther", camera.scale < TEXTS);
    this.look(camera);
  }

  /** Draw what comes into sight, and take away what has gone well out of it. */
  private look(camera: Camera): void {
    if (!this.rulers) return;
    const near = inSight(camera, this.window, NEAR);
    const far = inSight(camera, this.window, FAR);
    // On the way to a picture without texts none are written.
    const texts = this.view.camera.scale < TEXTS ? null : this.rulers;
    for (const card of this.cards.values()) {
      if (meets(card.view, near)) card.draw(texts);
      else if (!meets(card.view, far)) card.drop();
    }
    this.edges.look(camera.scale < SMALLEST ? null : near, this.rulers.small);
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
    this.svg.addEventListener("keydown", (event) => {
      const id = toggleAt(event.target);
      if (id === null || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      event.stopPropagation();
      this.handlers.toggle(id, true);
    });
  }

  /** A click is a double click by where the pointer was, since the first may have moved the graph. */
  private click(down: PointerEvent): void {
    const toggle = toggleAt(down.target);
    if (toggle !== null) return this.handlers.toggle(toggle, false);
    const id = nodeAt(down.target);
    const { clicked } = this;
    const isDouble = clicked !== null && down.timeStamp - clicked.at < DOUBLE.time && Math.hypot(down.clientX - clicked.x, down.clientY - clicked.y) < DOUBLE.slack;
    this.clicked = isDouble ? null : { id, at: down.timeStamp, x: down.clientX, y: down.clientY };
    if (!isDouble) this.handlers.select(id, down.shiftKey);
    else if (clicked.id !== null) this.handlers.open(clicked.id);
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
      if (!isDrag && event.type === "pointerup") this.click(down);
    };
    this.svg.addEventListener("pointermove", move, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"] as const) window.addEventListener(end, up, { signal: stop.signal });
  }
}

const nodeAt = (target: EventTarget | null): string | null =>
  target instanceof Element ? idOf(target.closest("[data-node], [data-group]")) : null;

const idOf = (found: Element | null): string | null => found?.getAttribute("data-node") ?? found?.getAttribute("data-group") ?? null;
