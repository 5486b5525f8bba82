import type { EdgeState, NodeState, RunFrame, RunHeader, RunState, SolidDetails, Status } from "./models";

/** Everything known of a run: the fold of its frames. Mutable, since a frame changes few of many nodes. */
export interface RunFold {
  seq: number;
  run: RunHeader | null;
  readonly nodes: Map<string, NodeState>;
  readonly edges: Map<string, EdgeState>;
  readonly details: Map<string, SolidDetails>;
  /** Seconds that this page's clock is ahead of the kernel's, at most; null before the first frame with a time. */
  ahead: number | null;
}

/** What a frame changed. */
export interface Change {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

const LIVE: ReadonlySet<RunState> = new Set<RunState>(["queued", "starting", "started", "canceling"]);
const ENDED: ReadonlySet<Status> = new Set<Status>(["success", "failure", "skipped", "canceled"]);

export const isLive = (run: RunHeader | null): boolean => run !== null && LIVE.has(run.state);
export const hasEnded = (status: Status): boolean => ENDED.has(status);

export const emptyFold = (): RunFold => ({ seq: -1, run: null, nodes: new Map(), edges: new Map(), details: new Map(), ahead: null });

/**
 * Fold `frame`, which arrived at `now` (seconds since 1970), into `fold`.
 *
 * A frame of another run starts over. A frame older than what is known changes nothing but what is not known yet.
 */
export function foldFrame(fold: RunFold, frame: RunFrame, now: number): Change {
  const nodes: string[] = [];
  const edges: string[] = [];
  if (fold.run !== null && fold.run.run_id !== frame.run.run_id) {
    nodes.push(...fold.nodes.keys());
    edges.push(...fold.edges.keys());
    Object.assign(fold, { seq: -1, run: null, ahead: null });
    for (const map of [fold.nodes, fold.edges, fold.details]) map.clear();
  }
  const isOld = frame.seq < fold.seq;
  if (!isOld) {
    fold.seq = frame.seq;
    fold.run = frame.run;
    fold.ahead = aheadOf(fold.ahead, frame, now);
  }
  for (const state of frame.nodes) {
    if (isOld && fold.nodes.has(state.id)) continue;
    fold.nodes.set(state.id, state);
    nodes.push(state.id);
    if (!hasEnded(state.status)) fold.details.delete(state.id);
  }
  for (const state of frame.edges) {
    if (isOld && fold.edges.has(state.id)) continue;
    fold.edges.set(state.id, state);
    edges.push(state.id);
  }
  for (const details of frame.details) if (!isOld || !fold.details.has(details.id)) fold.details.set(details.id, details);
  return { nodes, edges };
}

/**
 * How far this clock is ahead of the kernel's. A frame arrives soon after its newest time, so the least difference seen
 * is the nearest to the truth.
 */
function aheadOf(known: number | null, frame: RunFrame, now: number): number | null {
  let newest = frame.run.ended ?? frame.run.started ?? 0;
  for (const node of frame.nodes) newest = Math.max(newest, node.started ?? 0, node.ended ?? 0);
  if (newest === 0) return known;
  return known === null ? now - newest : Math.min(known, now - newest);
}

/** Seconds that the run or node has taken so far; `now` is this page's clock. */
export function elapsed(of: { readonly started: number | null; readonly ended: number | null }, ahead: number | null, now: number): number | null {
  if (of.started === null) return null;
  return Math.max(0, (of.ended ?? now - (ahead ?? 0)) - of.started);
}
