import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { elapsed, hasEnded } from "../fold";
import type { SolidDetails } from "../models";
import { type Arrow, linksOf, neighbour } from "../navigate";
import { SolidPanel } from "../panel/SolidPanel";
import { search } from "../search";
import { type GraphSession, NO_NEWS, type Panel, seconds } from "../session";
import { GraphCanvas } from "./canvas";
import { RunHead } from "./RunHead";

const TICK = 250;
const REFRESH = 1000;
const LOWEST = 130;
const HIGHEST = 460;
const WITH_PANEL = 300;
const EMPTY = 72;

/** A pipeline's graph with its run: header, graph, and the panel of the selected solid. */
export function GraphPane({ session }: { readonly session: GraphSession }) {
  const { graph } = session;
  const links = useMemo(() => linksOf(graph), [graph]);
  const [selected, setSelected] = useState<string | null>(null);
  const [query, setQuery] = useState("");
  const [now, setNow] = useState(seconds());
  const found = useMemo(() => (query.trim() ? search(graph, links, query) : null), [graph, links, query]);
  const panel = usePanel(session, selected);
  const input = useRef<HTMLInputElement>(null);

  const canvas = useMemo(() => new GraphCanvas(graph, { select: (id) => setSelected(id), open: (id) => setSelected(id) }), [graph]);
  const hasPanel = panel !== null;
  const stage = useStage(canvas, graph.nodes.length === 0 ? null : graph.height);
  useRun(session, canvas, setNow);

  useEffect(() => canvas.select(selected), [canvas, selected]);
  useEffect(() => canvas.highlight(found), [canvas, found]);
  useLayoutEffect(() => {
    // Once more when the panel has taken its room.
    if (selected !== null) canvas.reveal(selected);
  }, [canvas, selected, hasPanel]);

  const jump = useCallback(
    (ids: readonly string[], step = 1) => {
      const at = selected === null ? -1 : ids.indexOf(selected);
      const next = ids[(at + step + ids.length) % ids.length];
      if (next !== undefined) setSelected(next);
    },
    [selected],
  );

  const onKey = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") input.current?.focus();
    else if (event.key === "Escape") setSelected(null);
    else if (event.target !== canvas.svg) return;
    else if (event.key.startsWith("Arrow")) {
      const to = selected === null ? (graph.nodes[0]?.id ?? null) : neighbour(graph, links, selected, event.key as Arrow);
      if (to !== null) setSelected(to);
    } else if (event.key === "Enter" || event.key === " ") {
      const side = canvas.svg.closest(".body")?.querySelector<HTMLElement>(".side");
      if (selected === null) setSelected(graph.nodes[0]?.id ?? null);
      side?.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
  };

  const height = hasPanel ? Math.max(stage.height, WITH_PANEL) : stage.height;
  const isSilent = session.isLive && now - session.lastNews > NO_NEWS;
  return (
    <div class="frame" onKeyDown={onKey}>
      <RunHead
        session={session}
        now={now}
        query={query}
        found={found}
        input={input}
        onQuery={setQuery}
        onJump={jump}
        onFit={() => canvas.fit()}
        onLeave={() => canvas.svg.focus({ preventScroll: true })}
      />
      <div class="body" style={{ height: `${height}px` }}>
        <div class="stage" ref={stage.ref} style={{ minHeight: `${stage.height}px` }}>
          {graph.nodes.length === 0 && <div class="empty">This pipeline has no solids. Call one in its body, for example load_flights().</div>}
        </div>
        {selected !== null && panel && <SolidPanel key={selected} panel={panel} onClose={() => setSelected(null)} onEscape={() => canvas.svg.focus({ preventScroll: true })} />}
      </div>
      {isSilent && <div class="note failure">No news from the kernel for {Math.round(now - session.lastNews)} s: it is busy, or gone. Running the cell again, or dagnb.run(), shows how far the run came.</div>}
    </div>
  );
}

/** Put the canvas into the stage, and choose a height that then stays. */
function useStage(canvas: GraphCanvas, graphHeight: number | null) {
  const ref = useRef<HTMLDivElement>(null);
  const height = graphHeight === null ? EMPTY : Math.round(Math.min(HIGHEST, Math.max(LOWEST, graphHeight + 36)));
  useLayoutEffect(() => {
    const stage = ref.current;
    if (!stage) return;
    if (graphHeight === null) return;
    stage.append(canvas.svg);
    canvas.opened();
    const observer = new ResizeObserver(() => canvas.opened());
    observer.observe(stage);
    return () => observer.disconnect();
  }, [canvas]);
  return { ref, height };
}

/** Draw the run's states as they change, at most once a frame, and let the seconds of a live run pass. */
function useRun(session: GraphSession, canvas: GraphCanvas, tick: (now: number) => void): void {
  useLayoutEffect(() => {
    const nodes = new Set(session.fold.nodes.keys());
    const edges = new Set(session.fold.edges.keys());
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      const now = seconds();
      for (const id of nodes) {
        const state = session.fold.nodes.get(id);
        canvas.setState(id, state, state ? elapsed({ started: state.started, ended: state.ended }, session.fold.ahead, now) : null);
      }
      for (const id of edges) canvas.setEdge(id, session.fold.edges.get(id));
      nodes.clear();
      edges.clear();
      tick(now);
    };
    draw();
    const stop = session.listen((change) => {
      for (const id of change.nodes) nodes.add(id);
      for (const id of change.edges) edges.add(id);
      frame ||= requestAnimationFrame(draw);
    });
    const timer = setInterval(() => {
      if (!session.isLive || document.hidden) return;
      for (const [id, state] of session.fold.nodes) if (state.status === "running") nodes.add(id);
      frame ||= requestAnimationFrame(draw);
    }, TICK);
    return () => {
      stop();
      clearInterval(timer);
      cancelAnimationFrame(frame);
    };
  }, [session, canvas, tick]);
}

/** The panel of `selected`: at once where it is known, else asked for; of a running solid again every second. */
function usePanel(session: GraphSession, selected: string | null): Panel | null {
  const [shown, setShown] = useState<{ readonly id: string; readonly panel: Panel } | null>(null);
  useEffect(() => {
    if (selected === null) return;
    let isCurrent = true;
    let isAsking = false;
    let last = 0;
    const show = (panel: Panel): void => {
      if (!isCurrent) return;
      setShown((before) => (panel.state !== "ready" && before?.id === selected && before.panel.state === "ready" ? before : { id: selected, panel }));
    };
    const look = (): void => {
      const known: SolidDetails | null = session.known(selected);
      if (known) return show({ state: "ready", details: known });
      if (isAsking || Date.now() - last < REFRESH) return;
      isAsking = true;
      last = Date.now();
      void session.ask(selected, show).finally(() => (isAsking = false));
    };
    show({ state: "loading" });
    look();
    const stop = session.listen((change) => (session.known(selected) || change.nodes.includes(selected)) && look());
    const timer = setInterval(() => {
      const status = session.fold.nodes.get(selected)?.status;
      if (session.isLive && status && !hasEnded(status) && status !== "waiting") look();
    }, REFRESH);
    return () => {
      isCurrent = false;
      stop();
      clearInterval(timer);
    };
  }, [session, selected]);
  return shown?.id === selected ? shown.panel : null;
}
