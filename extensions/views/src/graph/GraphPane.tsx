import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { copyText } from "../clipboard";
import { elapsed, hasEnded } from "../fold";
import { count } from "../format";
import type { GraphView, SolidDetails } from "../models";
import { widthScale } from "../geometry";
import { type Arrow, linksOf, neighbour } from "../navigate";
import { SolidPanel } from "../panel/SolidPanel";
import { StepError } from "../panel/parts";
import { search } from "../search";
import { type GraphSession, NO_NEWS, type Panel, seconds } from "../session";
import { GraphCanvas } from "./canvas";
import { RunHead } from "./RunHead";

const TICK = 250;
const REFRESH = 1000;
const LOWEST = 130;
const HIGHEST = { lr: 460, tb: 560 };
const WITH_PANEL = 300;
const EMPTY = 72;
const NOTICE = 2500;

/** A pipeline's graph with its run: header, graph, and the panel of the selected solid. */
export function GraphPane({ session }: { readonly session: GraphSession }) {
  const { graph } = session;
  const links = useMemo(() => linksOf(graph), [graph]);
  const [selection, setSelection] = useState<readonly string[]>([]);
  const selected = selection.at(-1) ?? null;
  const setSelected = useCallback((id: string | null) => setSelection(id === null ? [] : [id]), []);
  const [notice, say] = useNotice();
  const [query, setQuery] = useState("");
  const [now, setNow] = useState(seconds());
  const found = useMemo(() => (query.trim() ? search(graph, links, query) : null), [graph, links, query]);
  const [inner, setInner] = useState<{ readonly of: string | null; readonly id: string } | null>(null);
  const shown = inner && inner.of === selected ? inner.id : selected;
  const panel = usePanel(session, shown);
  const input = useRef<HTMLInputElement>(null);

  const canvas = useCanvas(session, setSelection);
  const hasPanel = panel !== null;
  const stage = useStage(canvas, graph, selected);
  useRun(session, canvas, setNow);

  useEffect(() => canvas.select(selection), [canvas, selection]);
  useEffect(() => canvas.highlight(found), [canvas, found]);
  useLayoutEffect(() => {
    if (selected !== null) canvas.reveal(selected);
  }, [canvas, selected]);

  const openPart = (id: string): void => {
    if (canvas.boxOf(id)) setSelected(id);
    else setInner({ of: selected, id });
  };
  const jump = useCallback(
    (ids: readonly string[], step = 1) => {
      const at = selected === null ? -1 : ids.indexOf(selected);
      const next = ids[(at + step + ids.length) % ids.length];
      if (next !== undefined) setSelected(next);
    },
    [selected, setSelected],
  );
  const copySelection = async (): Promise<void> => say((await copyText(selection.join(", "))) ? `Copied ${selection.length === 1 ? selection[0] : count(selection.length, "solid")}` : selection.join(", "));

  const onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === "c" && event.target === canvas.svg && selection.length > 0) {
      event.preventDefault();
      void copySelection();
      return;
    }
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") input.current?.focus();
    else if (event.key === "Escape") setSelected(null);
    else if (event.target !== canvas.svg) return;
    else if (event.key.startsWith("Arrow")) {
      const to = selected === null ? (graph.nodes[0]?.id ?? null) : (neighbour(graph, links, selected, event.key as Arrow) ?? graph.nodes.find((node) => node.parent === selected)?.id ?? null);
      if (to !== null) setSelected(to);
    } else if (event.key === "Enter" || event.key === " ") {
      const side = canvas.svg.closest(".body")?.querySelector<HTMLElement>(".side");
      if (selected === null) setSelected(graph.nodes[0]?.id ?? null);
      else if (event.key === "Enter" && graph.groups.some((group) => group.id === selected)) void session.toggle(selected);
      else side?.focus({ preventScroll: true });
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
        notice={notice || (selection.length > 1 ? `${selection.length} selected` : "")}
        onFit={() => canvas.fit()}
        onTurn={() => void session.turn()}
        onOpenAll={(isOpen) => void session.toggleAll(isOpen)}
        onLeave={() => canvas.svg.focus({ preventScroll: true })}
      />
      <div class="body" style={{ height: `${height}px` }}>
        <div class="stage" ref={stage.ref} style={{ minHeight: `${stage.height}px` }}>
          {graph.nodes.length === 0 && <div class="empty">This pipeline has no solids. Call one in its body, for example load_flights().</div>}
        </div>
        {selected !== null && panel && <SolidPanel key={shown} panel={panel} state={session.fold.nodes.get(shown ?? selected)} back={shown === selected ? null : selected} onBack={() => setInner(null)} onPart={openPart} onCopy={() => void copySelection()} onClose={() => setSelected(null)} onEscape={() => canvas.svg.focus({ preventScroll: true })} />}
      </div>
      {session.fold.run?.error && <StepError error={session.fold.run.error} isCollapsed />}
      {session.problem && <div class="note failure">{session.problem}</div>}
      {isSilent && <div class="note failure">No news from the kernel for {Math.round(now - session.lastNews)} s: it is busy, or gone. Running the cell again, or dagnb.run(), shows how far the run came.</div>}
    </div>
  );
}

/** The canvas of the session's graph: a new one when the graph is laid out anew. */
function useCanvas(session: GraphSession, setSelection: (change: (before: readonly string[]) => readonly string[]) => void): GraphCanvas {
  const { graph } = session;
  const last = useRef<GraphCanvas | null>(null);
  const canvas = useMemo(() => {
    const isComposite = (id: string): boolean => graph.groups.some((group) => group.id === id);
    const { anchor } = session;
    return new GraphCanvas(
      graph,
      {
        select: (id, isAdding) => setSelection((before) => chosen(before, id, isAdding)),
        open: (id) => (isComposite(id) ? void session.toggle(id) : setSelection(() => [id])),
        toggle: (id, isByKey) => void session.toggle(id, isByKey),
      },
      anchor && last.current ? last.current.standing(anchor.id) : null,
    );
  }, [session, graph, setSelection]);
  useEffect(() => {
    const isAnew = last.current !== null && last.current !== canvas;
    last.current = canvas;
    if (isAnew && session.anchor?.isByKey) canvas.focusToggle(session.anchor.id);
  }, [session, canvas]);
  return canvas;
}

/** Put the canvas into the stage, and choose a height that then stays. */
function useStage(canvas: GraphCanvas, graph: GraphView, selected: string | null) {
  const ref = useRef<HTMLDivElement>(null);
  const current = useRef(selected);
  current.current = selected;
  const isEmpty = graph.nodes.length === 0;
  const [scale, setScale] = useState(1);
  const height = isEmpty ? EMPTY : Math.round(Math.min(HIGHEST[graph.direction], Math.max(LOWEST, graph.height * scale + 36)));
  // Before the first paint, and for a turned graph: a graph that is shrunk to the width needs less height.
  useLayoutEffect(() => setScale(ref.current ? widthScale(graph, ref.current.clientWidth) : 1), [graph]);
  useLayoutEffect(() => {
    const stage = ref.current;
    if (!stage || isEmpty) return;
    const look = (): void => canvas.resized({ width: stage.clientWidth, height: stage.clientHeight }, current.current);
    canvas.measure(getComputedStyle(stage).fontFamily);
    look();
    stage.append(canvas.svg);
    const observer = new ResizeObserver(look);
    observer.observe(stage);
    return () => {
      observer.disconnect();
      canvas.svg.remove();
    };
  }, [canvas, isEmpty]);
  return { ref, height };
}

/** What a click on `id` (null: on the ground) leaves selected, the newest last; `isAdding` adds it or takes it away. */
function chosen(before: readonly string[], id: string | null, isAdding: boolean): readonly string[] {
  if (id === null) return isAdding ? before : [];
  if (!isAdding) return [id];
  return before.includes(id) ? before.filter((each) => each !== id) : [...before, id];
}

/** A word in the graph's head that goes by itself. */
function useNotice(): readonly [string, (text: string) => void] {
  const [text, setText] = useState("");
  useEffect(() => {
    if (text === "") return;
    const timer = setTimeout(() => setText(""), NOTICE);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
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
    const handle = selected.split("[")[0] ?? selected;
    const stop = session.listen((change) => (session.known(selected) || change.nodes.includes(handle)) && look());
    const timer = setInterval(() => {
      const status = session.fold.nodes.get(handle)?.status;
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
