import type { RefObject } from "preact";
import { elapsed, isLive } from "../fold";
import { count, duration, number, timeLeft } from "../format";
import type { GraphView, NodeState, RunHeader, RunState } from "../models";
import type { GraphSession } from "../session";

const WORDS: Record<RunState, string> = {
  queued: "queued",
  starting: "starting",
  started: "running",
  canceling: "canceling",
  canceled: "canceled",
  success: "succeeded",
  failure: "failed",
};
const TONES: Partial<Record<RunState, string>> = { starting: "running", started: "running", canceling: "running", success: "success", failure: "failure" };
const MARKS: Partial<Record<RunState, string>> = { starting: "● ", started: "● ", canceling: "● ", success: "✓ ", failure: "✕ " };

interface Props {
  readonly session: GraphSession;
  readonly now: number;
  readonly query: string;
  readonly found: readonly string[] | null;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onQuery: (query: string) => void;
  readonly onJump: (ids: readonly string[], step?: number) => void;
  readonly notice: string;
  readonly onFit: () => void;
  readonly onTurn: () => void;
  readonly onOpenAll: (isOpen: boolean) => void;
  readonly onLeave: () => void;
}

/** The line above a graph: name, the run's state in pills, search, fit, cancel. */
export function RunHead({ session, now, query, found, input, onQuery, onJump, notice, onFit, onTurn, onOpenAll, onLeave }: Props) {
  const { fold, graph } = session;
  const hasClosed = graph.groups.some((group) => !group.is_open);
  const isAcross = graph.direction === "lr";
  const failed = graph.nodes.filter((node) => hasFailed(fold.nodes.get(node.id))).map((node) => node.id);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && found && found.length > 0) onJump(found, event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      onQuery("");
      onLeave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="head">
      <span class="title" title={graph.description ? `${graph.name}\n${graph.description}` : graph.name}>
        {graph.name}
      </span>
      {fold.run ? <RunPills run={fold.run} ahead={fold.ahead} now={now} onFailed={failed.length > 0 ? () => onJump(failed) : null} /> : <span class="pill">{count(solidsOf(graph), "solid")}</span>}
      <span class="gap" />
      {notice && <span class="muted" role="status">{notice}</span>}
      {found && <span class="muted">{found.length === 0 ? "none" : `${found.length} found`}</span>}
      <span class="hands">
        {graph.nodes.length > 1 && <input
          ref={input}
          type="search"
          placeholder="Find a solid, or load+ …"
          aria-label="Find a solid by name; name+ also takes those after it, +name those before it"
          value={query}
          onInput={(event) => onQuery(event.currentTarget.value)}
          onKeyDown={onKey}
        />}
        {graph.groups.length > 0 && (
          <button type="button" class="icon" title={hasClosed ? "Open all composites" : "Close all composites"} aria-label={hasClosed ? "Open all composites" : "Close all composites"} onClick={() => onOpenAll(hasClosed)}>
            {hasClosed ? "⊞" : "⊟"}
          </button>
        )}
        {graph.nodes.length > 1 && (
          <>
            <button type="button" class="icon" title={isAcross ? "Draw from top to bottom" : "Draw from left to right"} aria-label={isAcross ? "Draw from top to bottom" : "Draw from left to right"} onClick={onTurn}>
              {isAcross ? "↓" : "→"}
            </button>
            <button type="button" title="Show the whole graph" aria-label="Show the whole graph" onClick={onFit}>
              ⟲<span class="wide"> fit</span>
            </button>
          </>
        )}
        {session.isLive && (
          <button type="button" disabled={session.cancelAsked} onClick={() => session.cancel()}>
            {session.cancelAsked ? "Canceling" : "Cancel"}
          </button>
        )}
      </span>
    </div>
  );
}

const hasFailed = (state: NodeState | undefined): boolean => state !== undefined && (state.status === "failure" || state.failed > 0);

/** How many solids compute: those in closed composites too. */
const solidsOf = (graph: GraphView): number => graph.nodes.filter((node) => node.kind !== "composite").length + graph.groups.reduce((sum, group) => sum + group.solids.length, 0);

function RunPills({ run, ahead, now, onFailed }: { readonly run: RunHeader; readonly ahead: number | null; readonly now: number; readonly onFailed: (() => void) | null }) {
  const took = elapsed(run, ahead, now);
  const live = isLive(run);
  return (
    <>
      <span class={`pill ${TONES[run.state] ?? ""}`} title={run.summary || `run ${run.short_id}`} data-state={run.state}>
        {`${MARKS[run.state] ?? ""}${WORDS[run.state]}${took === null ? "" : ` ${duration(took)}`}`}
      </span>
      <span class="pill" title="steps finished">{`${number(run.done)} of ${number(run.total)}`}</span>
      {run.failed > 0 && (
        <button type="button" class="pill failure" title="Go to the step that failed" disabled={!onFailed} onClick={() => onFailed?.()}>
          {`${number(run.failed)} failed`}
        </button>
      )}
      {live && run.remaining !== null && <span class="muted">{timeLeft(run.remaining)}</span>}
    </>
  );
}
