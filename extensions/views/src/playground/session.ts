import type { Channel, Incoming } from "../channel";
import type { GraphView, PlaygroundView, RunFrame } from "../models";
import { GraphSession } from "../session";

/** A playground and the run that was launched from it. Its frames may come before the answer to Launch does. */
export class PlaygroundSession {
  launched: GraphSession | null = null;
  private early: RunFrame[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly view: PlaygroundView,
    readonly channel: Channel,
  ) {}

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  hear(message: Exclude<Incoming, { type: "answer" }>): void {
    if (message.type === "launched") {
      // Launch is answered too: whichever of the two comes second must not start over.
      const isShown = this.launched !== null && (this.launched.isLive || this.launched.fold.run === null);
      if (!isShown) this.show(message.graph);
    } else if (this.launched) this.launched.take(message.frame);
    else this.early.push(message.frame);
  }

  /** Show a launched run's graph; launching again starts over. */
  show(graph: GraphView): void {
    const session = new GraphSession(graph, this.channel);
    for (const frame of this.early) session.take(frame);
    this.early = [];
    this.launched = session;
    for (const listener of this.listeners) listener();
  }

  /** A launch begins: what comes from now on belongs to a new run. */
  begin(): void {
    this.launched = null;
    this.early = [];
  }
}
