import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import type { NodeState, SolidDetails, TableView } from "../models";
import type { Panel } from "../session";
import { CopyButton } from "./CopyButton";
import { firstRows, hasMore, numbersOf } from "./facts";
import { Expectations, Materializations, Parts, Ports, StepError, Values } from "./parts";
import { Table } from "./Table";

interface Props {
  readonly panel: Panel;
  /** How the solid stands now: its panel may be a second older. */
  readonly state: NodeState | undefined;
  /** What a step's panel was opened from; null for what is selected itself. */
  readonly back: string | null;
  readonly onBack: () => void;
  readonly onPart: (id: string) => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
  readonly onEscape: () => void;
}

/** The panel beside a graph: what a solid is, and what it did in the run. */
export function SolidPanel({ panel, state, back, onBack, onPart, onCopy, onClose, onEscape }: Props) {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
    onEscape();
  };
  const close = (
    <span class="tools">
      <button type="button" class="plain copy" title="Copy the names of what is selected, for solid_selection (Ctrl+C in the graph)" onClick={onCopy}>
        copy
      </button>
      <button type="button" class="close" aria-label="Close" title="Close (Esc)" onClick={onClose}>
        ✕
      </button>
    </span>
  );
  return (
    <aside class="side" tabIndex={-1} onKeyDown={onKey}>
      {back !== null && (
        <button type="button" class="plain copy back" title={`Back to ${back}`} onClick={onBack}>
          ‹ {back}
        </button>
      )}
      {panel.state === "ready" ? <Solid details={panel.details} state={state} close={close} onPart={onPart} /> : <Waiting panel={panel} close={close} />}
    </aside>
  );
}

function Waiting({ panel, close }: { readonly panel: Exclude<Panel, { state: "ready" }>; readonly close: ComponentChildren }) {
  const text = {
    loading: "",
    slow: "The kernel is busy: this is shown when it answers, at the latest when the cell ends.",
    silent: "No answer from the kernel. If it was restarted, run the cell again.",
    problem: panel.state === "problem" ? panel.message : "",
  }[panel.state];
  return (
    <>
      <h3>{close}</h3>
      <p class={panel.state === "problem" ? "failure" : "muted"}>{text}</p>
    </>
  );
}

const TONES: Partial<Record<NonNullable<SolidDetails["status"]>, string>> = { success: "success", running: "running", failure: "failure" };

const PREVIEW = 5;
const SHORT = 10;

/** Most telling first: what went wrong, what goes on, a line for each value, what was written; then the rest. */
function Solid({ details, state, close, onPart }: { readonly details: SolidDetails; readonly state: NodeState | undefined; readonly close: ComponentChildren; readonly onPart: (id: string) => void }) {
  const { inputs, outputs, input_values: took, output_values: gave } = details;
  const hasRun = took.length > 0 || gave.length > 0;
  const isComposite = details.kind === "composite";
  const [open, setOpen] = useState<readonly string[]>([]);
  const openOf = (side: string): readonly string[] => open.filter((key) => key.startsWith(side)).map((key) => key.slice(side.length));
  const toggle = (key: string): void => setOpen(open.includes(key) ? open.filter((each) => each !== key) : [...open, key]);
  const first = gave.find((value) => value.table !== null);
  return (
    <>
      <h3>
        <Handle name={details.name} />
        {details.status && <span class={`pill ${TONES[state?.status ?? details.status] ?? ""}`}>{state?.note || (state?.status ?? (details.note || details.status))}</span>}
        {close}
      </h3>
      <div class="muted">{details.subtitle}</div>
      {details.error && <StepError error={details.error} />}
      <Section title="Running now" isShown={details.now !== ""}>
        <pre class="now">{details.now}</pre>
      </Section>
      {isComposite && details.description && <p>{details.description}</p>}
      <Section title={isComposite ? "Solids" : "Steps"} isShown={details.parts.length > 0}>
        <Parts parts={details.parts} note={details.parts_note} onOpen={onPart} />
      </Section>
      {details.description && !hasRun && !isComposite && <p>{details.description}</p>}
      <Section title="Inputs" isShown={inputs.length > 0 || took.length > 0}>
        {took.length > 0 ? <Values values={took} open={openOf("in ")} onToggle={(name) => toggle(`in ${name}`)} /> : <Ports ports={inputs} />}
      </Section>
      <Section title="Outputs" isShown={outputs.length > 0 || gave.length > 0}>
        {gave.length > 0 ? <Values values={gave} open={openOf("out ")} onToggle={(name) => toggle(`out ${name}`)} /> : <Ports ports={outputs} />}
      </Section>
      <Written details={details} />
      <Section title="Expectations" isShown={details.expectations.length > 0}>
        <Expectations items={details.expectations} />
      </Section>
      {first?.table && !open.includes(`out ${first.name}`) && (
        <Section title={first.name} isShown>
          <Table table={firstRows(first.table, PREVIEW)} isData />
        </Section>
      )}
      {details.description && hasRun && !isComposite && <p class="muted">{details.description}</p>}
      <Section title="Notebook" isShown={details.notebook !== null}>
        <div class="path">
          <span title={details.notebook ?? ""}>
            <bdi>{details.notebook}</bdi>
          </span>
          <CopyButton label="copy path" title="Copy the path of the executed notebook" text={() => details.notebook ?? ""} />
        </div>
      </Section>
      <Section title="Resources" isShown={details.resources.length > 0}>
        {details.resources.join(", ")}
      </Section>
      <Section title="Tags" isShown={details.tags.length > 0}>
        {details.tags.join(", ")}
      </Section>
      <Texts details={details} isOpen={!hasRun && !details.error && details.parts.length === 0} />
    </>
  );
}

/** The name of a solid, which breaks behind its dots and underscores. A short one has no second line. */
function Handle({ name }: { readonly name: string }) {
  return (
    <span class={name.length > SHORT ? "long" : ""}>
      {name.split(/(?<=[._])/).map((part, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}

/** The assets that a step wrote: their numbers in a table where that holds them, all that was recorded below. */
function Written({ details }: { readonly details: SolidDetails }) {
  const items = details.materializations;
  const numbers: TableView | null = details.materialization_table && numbersOf(details.materialization_table);
  return (
    <Section title="Materializations" isShown={items.length > 0}>
      {numbers && <Table table={numbers} />}
      <Materializations items={numbers ? items.filter((item) => hasMore(item, numbers)) : items} isOpen={!numbers} />
    </Section>
  );
}

function Section({ title, isShown, children }: { readonly title: string; readonly isShown: boolean; readonly children: ComponentChildren }) {
  if (!isShown) return null;
  return (
    <section>
      <h4>{title}</h4>
      {children}
    </section>
  );
}

/** The long texts, one at a time: config, schema, source, log. */
function Texts({ details, isOpen }: { readonly details: SolidDetails; readonly isOpen: boolean }) {
  const texts = [
    { name: "Config", text: details.config },
    { name: "Schema", text: details.schema },
    { name: "Source", text: details.source },
    { name: "Log", text: details.log.join("\n") },
  ].filter(({ text }) => text.trim() !== "");
  const [open, setOpen] = useState<string | null>(isOpen ? (texts[0]?.name ?? null) : null);
  const shown = texts.find(({ name }) => name === open);
  if (texts.length === 0) return null;
  return (
    <>
      <div class="tabs">
        {texts.map(({ name }) => (
          <button key={name} type="button" class={name === open ? "on" : ""} aria-pressed={name === open} onClick={() => setOpen(name === open ? null : name)}>
            {name}
          </button>
        ))}
      </div>
      {shown && <pre>{shown.text}</pre>}
    </>
  );
}
