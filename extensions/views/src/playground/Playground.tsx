import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { count } from "../format";
import { GraphPane } from "../graph/GraphPane";
import type { ConfigCheck, DiagnosticView, Fields } from "../models";
import { Table } from "../panel/Table";
import { textOf } from "../session";
import { type Editor, createEditor } from "./editor";
import { asPython } from "./problems";
import type { PlaygroundSession } from "./session";

const DEBOUNCE = 150;
const SLOW = 500;

/** The playground: a config editor that Python checks as one types, and the run launched from it below. */
export function Playground({ session }: { readonly session: PlaygroundSession }) {
  const { view, channel } = session;
  const [mode, setMode] = useState(view.mode);
  const [text, setText] = useState(view.text);
  const [isLaunching, setLaunching] = useState(false);
  const [message, setMessage] = useState<{ readonly text: string; readonly tone: string } | null>(null);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const { check, isCurrent, isSlow, setCheck } = useCheck(session, text, mode, (error) => setMessage({ text: textOf(error), tone: "failure" }));

  const isValid = !check.diagnostics.some((problem) => problem.severity === "error");
  const isBusy = isLaunching || (session.launched?.isLive ?? false);
  const canLaunch = isValid && isCurrent && !isBusy;

  const launch = async (): Promise<void> => {
    if (!canLaunch) return;
    setLaunching(true);
    setMessage(null);
    session.begin();
    try {
      const answer = await channel.request({ method: "launch", text, mode });
      setCheck(answer.check);
      if (answer.graph && answer.run_id !== null && !session.launched) session.show(answer.graph);
    } catch (error) {
      setMessage({ text: textOf(error), tone: "failure" });
    } finally {
      setLaunching(false);
    }
  };
  const live = useRef({ mode, launch });
  live.current = { mode, launch };

  const { host, editor } = useEditor(session, setText, live);
  // Also for a text that is again what was checked: on the way there its marks may have been deleted.
  useEffect(() => {
    if (isCurrent) editor.current?.mark(check.diagnostics);
  }, [check, editor, isCurrent]);
  useEffect(() => session.listen(() => redraw(0)), [session]);
  const run = session.launched;
  useEffect(() => run?.listen(() => redraw(0)), [run]);

  const fill = async (request: { method: "preset"; name: string } | { method: "scaffold"; mode: string; fields: Fields }): Promise<void> => {
    try {
      editor.current?.replace(await channel.request(request));
      setMessage(null);
    } catch (error) {
      setMessage({ text: textOf(error), tone: "failure" });
    }
  };
  const copy = async (): Promise<void> => {
    const python = asPython(view.pipeline, text, mode, view.modes.length < 2);
    const isCopied = await navigator.clipboard?.writeText(python).then(
      () => true,
      () => false,
    );
    setMessage(isCopied ? { text: "Copied: paste it into a cell.", tone: "muted" } : { text: python, tone: "muted" });
  };
  const onKey = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof Element && event.target.closest("input, select, textarea, .cm-editor") !== null;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if ((event.altKey && event.code === "KeyL") || (isPlain && !isTyping && event.key === "l")) {
      event.preventDefault();
      void launch();
    }
  };

  return (
    <div onKeyDown={onKey}>
      <div class="frame playground">
        <div class="head">
          <span class="title">{view.pipeline}</span>
          {view.presets.length > 0 && <Menu label="preset" title="Fill in a preset's config" choices={view.presets.map((name) => [name, name])} onChoose={(name) => void fill({ method: "preset", name })} />}
          {view.modes.length > 1 && (
            <label class="picker">
              mode
              <select value={mode} onChange={(event) => setMode(event.currentTarget.value)}>
                {view.modes.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <span class="gap" />
          <Menu
            label="Scaffold"
            title="Replace the config by one to fill in"
            choices={[
              ["required", "required fields"],
              ["all", "all fields"],
            ]}
            onChoose={(fields) => void fill({ method: "scaffold", mode, fields: fields as Fields })}
          />
          <button type="button" title="Copy the Python that runs this config" onClick={() => void copy()}>
            Copy as Python
          </button>
          <button type="button" class="main" disabled={!canLaunch} title={isValid ? "Run the pipeline with this config (Alt+L)" : "The config has errors"} onClick={() => void launch()}>
            {isLaunching ? "Launching" : "Launch"}
          </button>
        </div>
        <div class="body">
          <div class="stage editor" ref={host} />
          <Verdict check={check} isSlow={isSlow} onGo={(problem) => editor.current?.go(problem.line, problem.column)} />
        </div>
        {message && <div class={`note ${message.tone}`} style={{ whiteSpace: "pre-wrap" }}>{message.text}</div>}
      </div>
      {run && <GraphPane key={run.fold.run?.run_id ?? "run"} session={run} />}
    </div>
  );
}

/** A choice that does something: it shows its label, not what was chosen. */
function Menu({ label, title, choices, onChoose }: { readonly label: string; readonly title: string; readonly choices: readonly (readonly [string, string])[]; readonly onChoose: (value: string) => void }) {
  return (
    <select
      value=""
      title={title}
      aria-label={title}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        event.currentTarget.value = "";
        if (chosen) onChoose(chosen);
      }}
    >
      <option value="" hidden>
        {label}
      </option>
      {choices.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** What Python says of the config: its problems, and what will run. */
function Verdict({ check, isSlow, onGo }: { readonly check: ConfigCheck; readonly isSlow: boolean; readonly onGo: (problem: DiagnosticView) => void }) {
  const errors = check.diagnostics.filter((problem) => problem.severity === "error");
  return (
    <div class="side">
      <h4 style={{ marginTop: 0 }} class={errors.length > 0 ? "failure" : "success"}>
        {errors.length > 0 ? `✕ ${count(errors.length, "error")}` : "✓ valid"}
      </h4>
      {check.diagnostics.map((problem, at) => (
        <button key={at} type="button" class={`problem ${problem.severity}`} title="Go to the line" onClick={() => onGo(problem)}>
          <span class="path">{problem.path || `line ${problem.line + 1}`}</span>
          <span>{problem.message}</span>
        </button>
      ))}
      {check.plan && (
        <>
          <h4>What will run</h4>
          <Table table={check.plan} />
        </>
      )}
      {check.summary && <p class="muted">{check.summary}</p>}
      {isSlow && <p class="muted">The kernel is busy: the config is checked when it answers.</p>}
    </div>
  );
}

/** The newest check of the text; `isCurrent` is false from a change until Python has looked at it. */
function useCheck(session: PlaygroundSession, text: string, mode: string, onError: (error: unknown) => void) {
  const [check, setCheck] = useState<ConfigCheck>(session.view.check);
  const [checked, setChecked] = useState({ text: session.view.text, mode: session.view.mode });
  const [isSlow, setSlow] = useState(false);
  const isCurrent = checked.text === text && checked.mode === mode;
  useEffect(() => {
    if (isCurrent) return;
    let isWanted = true;
    let slow: ReturnType<typeof setTimeout> | undefined;
    const timer = setTimeout(() => {
      slow = setTimeout(() => setSlow(true), SLOW);
      session.channel
        .request({ method: "check", text, mode })
        .then(
          (answer) => {
            if (!isWanted) return;
            setCheck(answer);
            setChecked({ text, mode });
          },
          (error: unknown) => isWanted && onError(error),
        )
        .finally(() => {
          clearTimeout(slow);
          setSlow(false);
        });
    }, DEBOUNCE);
    return () => {
      isWanted = false;
      clearTimeout(timer);
      clearTimeout(slow);
    };
  }, [session, text, mode, isCurrent]);
  return { check, isCurrent, isSlow, setCheck };
}

function useEditor(session: PlaygroundSession, onChange: (text: string) => void, live: { readonly current: { readonly mode: string; readonly launch: () => Promise<void> } }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  useLayoutEffect(() => {
    if (!host.current) return;
    const made = createEditor(host.current, {
      text: session.view.text,
      label: `run config of ${session.view.pipeline}`,
      onChange,
      onLaunch: () => void live.current.launch(),
      complete: (text, line, column) => session.channel.request({ method: "complete", text, mode: live.current.mode, line, column }),
    });
    editor.current = made;
    made.mark(session.view.check.diagnostics);
    return () => {
      editor.current = null;
      made.destroy();
    };
  }, [session, live, onChange]);
  return { host, editor };
}
