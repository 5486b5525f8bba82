import { type Camera, type Size, SMALLEST, fit, inSight, keepInSight, meets, opening, refit, reveal, wheelFactor, zoomAt } from "../geometry";
import type { EdgeState, GraphView, NodeState } from "../models";
import { Card, type Rulers } from "./card";
import { Edges } from "./edges";
import { Ruler } from "./ruler";
import { element, make } from "./svg";
import { Viewport } from "./viewport";

const CLICK_SLACK = 4;

export interface Handlers {
  /** A card, or the ground (null), was clicked; `isAdding` with the shift key. */
  select(id: string | null, isAdding: boolean): void;
  open(id: string): void;
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
  ) {
    this.size = { width: Math.max(1, graph.width), height: Math.max(1, graph.height) };
    const label = `graph of ${graph.name}, ${graph.nodes.length} solids; arrow keys move, Enter opens`;
    this.svg = element("svg", { class: "graph", tabindex: 0, role: "application", "aria-label": label });
    this.world = make("g", {}, this.svg);
    const [below, nodes, above] = [make("g", {}, this.world), make("g", {}, this.world), make("g", {}, this.world)];
    this.edges = new Edges(graph, below, above);
    for (const node of graph.nodes) this.cards.set(node.id, new Card(node, nodes));
    this.listen();
  }

  /** Show the state of a solid; undefined: not in a run. `soFar` are the seconds that a running one has taken. */
  setState(id: string, state: NodeState | undefined, soFar: number | null): void {
    this.cards.get(id)?.show(state, soFar);
  }

  /** Show what went along an edge: the pill at its middle. */
  setEdge(id: string, state: EdgeState | undefined): void {
    this.edges.show(id, state);
  }

  select(ids: readonly string[]): void {
    const before = this.selected;
    this.selected = new Set(ids);
    for (const id of new Set([...before, ...ids])) this.cards.get(id)?.select(this.selected.has(id));
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
    if (isFirst) this.view.jump(opening(this.size, this.window, this.graph.nodes));
    else if (this.isByHand) this.look(this.view.camera);
    else this.view.glide(refit(this.view.camera, this.size, this.window));
    if (selected !== null) this.reveal(selected);
  }

  /** Fit the texts to a font of the page. Asked for before anything is drawn: texts are slow to lay out twice. */
  measure(fontFamily: string): void {
    this.rulers = { name: new Ruler(`600 13px ${fontFamily}`), small: new Ruler(`10.5px ${fontFamily}`) };
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

const nodeAt = (target: EventTarget | null): string | null =>
  target instanceof Element ? (target.closest("[data-node]")?.getAttribute("data-node") ?? null) : null;
