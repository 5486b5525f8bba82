import { type Channel, RequestProblem } from "./channel";
import { type Change, type RunFold, emptyFold, foldFrame, hasEnded, isLive } from "./fold";
import type { Direction, GraphView, RunFrame, SolidDetails } from "./models";

const SLOW = 500;
const SILENT = 4000;
/** Longer without a frame during a run than any heartbeat takes. */
export const NO_NEWS = 20;

/** A solid's panel as far as it is known. */
export type Panel =
  | { readonly state: "loading" }
  | { readonly state: "slow" }
  | { readonly state: "silent" }
  | { readonly state: "problem"; readonly message: string }
  | { readonly state: "ready"; readonly details: SolidDetails };

/** A composite that was opened or closed, and whether the keyboard did it: then it keeps the focus. */
export interface Anchor {
  readonly id: string;
  readonly isByKey: boolean;
}

type Listener = (change: Change) => void;

/** A graph and its run, shared by every place that shows them: folds frames, asks for panels, cancels. */
export class GraphSession {
  readonly fold: RunFold = emptyFold();
  lastNews = seconds();
  cancelAsked = false;
  /** What the last request for another direction met, in words; empty when it was answered. */
  problem = "";
  /** What was opened or closed when the graph was last laid out; it stays where it is on the screen. */
  anchor: Anchor | null = null;
  private readonly declared = new Map<string, SolidDetails>();
  private readonly listeners = new Set<Listener>();

  constructor(
    public graph: GraphView,
    readonly channel: Channel,
    first: RunFrame | null = null,
  ) {
    if (first) foldFrame(this.fold, first, seconds());
    // A state that was kept says nothing about when it was sent.
    this.fold.ahead = first && isLive(first.run) ? this.fold.ahead : null;
  }

  get isLive(): boolean {
    return isLive(this.fold.run);
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  take(frame: RunFrame): void {
    const before = this.fold.run?.run_id;
    const change = foldFrame(this.fold, frame, seconds());
    this.lastNews = seconds();
    if (before !== frame.run.run_id) this.cancelAsked = false;
    for (const listener of this.listeners) listener(change);
  }

  /** What is known of a solid's panel without asking: all of it for a step that has ended. */
  known(id: string): SolidDetails | null {
    return this.fold.details.get(id) ?? (this.fold.run ? null : (this.declared.get(id) ?? null));
  }

  /** Ask for a solid's panel; `show` hears of waiting and of the answer. */
  async ask(id: string, show: (panel: Panel) => void): Promise<void> {
    let isSettled = false;
    const slow = setTimeout(() => show({ state: this.isLive ? "slow" : "loading" }), SLOW);
    const silent = setTimeout(() => !this.isLive && !isSettled && show({ state: "silent" }), SILENT);
    try {
      const run = this.fold.run?.run_id ?? null;
      const details = await this.channel.request({ method: "solid", solid: id, run_id: run });
      if (run === null) this.declared.set(id, details);
      else if (details.status && hasEnded(details.status) && run === this.fold.run?.run_id) this.fold.details.set(id, details);
      show({ state: "ready", details });
    } catch (error) {
      show({ state: "problem", message: textOf(error) });
    } finally {
      isSettled = true;
      clearTimeout(slow);
      clearTimeout(silent);
    }
  }

  /** Stop the run: by message, and by interrupting the kernel when no answer comes (its comms may wait for the cell). */
  cancel(): void {
    const run = this.fold.run;
    if (!run || !this.isLive || this.cancelAsked) return;
    this.cancelAsked = true;
    const impatient = setTimeout(() => void this.channel.interrupt(), SLOW);
    this.channel
      .request({ method: "cancel", run_id: run.run_id })
      .then(
        () => undefined,
        () => void this.channel.interrupt(),
      )
      .finally(() => clearTimeout(impatient));
    this.tell();
  }

  /** Have the graph laid out from left to right, or from top to bottom: the other way than now. */
  async turn(): Promise<void> {
    await this.arrange(this.graph.direction === "lr" ? "tb" : "lr", this.opened, null);
  }

  /** The handles of the composites that are open, or will be when those around them are. */
  get opened(): readonly string[] {
    return this.graph.groups.filter((group) => group.is_open).map((group) => group.id);
  }

  /** Open a composite in place, or close it. */
  async toggle(id: string, isByKey = false): Promise<void> {
    const { opened } = this;
    await this.arrange(this.graph.direction, opened.includes(id) ? opened.filter((each) => each !== id) : [...opened, id], { id, isByKey });
  }

  /** Open all composites, or close them. */
  async toggleAll(isOpen: boolean): Promise<void> {
    await this.arrange(this.graph.direction, isOpen ? this.graph.groups.map((group) => group.id) : [], null);
  }

  private async arrange(direction: Direction, open: readonly string[], anchor: Anchor | null): Promise<void> {
    const silent = setTimeout(() => this.tell("The kernel is busy: the graph is drawn anew when it answers."), SILENT);
    try {
      this.graph = await this.channel.request({ method: "layout", direction, run_id: this.fold.run?.run_id ?? null, open });
      this.anchor = anchor;
      this.tell("");
    } catch (error) {
      this.tell(textOf(error));
    } finally {
      clearTimeout(silent);
    }
  }

  private tell(problem = this.problem): void {
    this.problem = problem;
    for (const listener of this.listeners) listener({ nodes: [], edges: [] });
  }
}

export const seconds = (): number => Date.now() / 1000;

export const textOf = (error: unknown): string =>
  error instanceof RequestProblem && error.problem.hint ? `${error.message}\n${error.problem.hint}` : error instanceof Error ? error.message : String(error);
