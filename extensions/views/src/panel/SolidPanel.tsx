import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { SolidDetails } from "../models";
import type { Panel } from "../session";
import { Expectations, Materializations, Ports, StepError, Values } from "./parts";
import { Table } from "./Table";

interface Props {
  readonly panel: Panel;
  readonly onClose: () => void;
  readonly onEscape: () => void;
}

/** The panel beside a graph: what a solid is, and what it did in the run. */
export function SolidPanel({ panel, onClose, onEscape }: Props) {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
    onEscape();
  };
  const close = (
    <button type="button" class="close" aria-label="Close" title="Close (Esc)" onClick={onClose}>
      ✕
    </button>
  );
  return (
    <aside class="side" tabIndex={-1} onKeyDown={onKey}>
      {panel.state === "ready" ? <Solid details={panel.details} close={close} /> : <Waiting panel={panel} close={close} />}
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

function Solid({ details, close }: { readonly details: SolidDetails; readonly close: ComponentChildren }) {
  const { inputs, outputs, input_values: took, output_values: gave } = details;
  const hasRun = took.length > 0 || gave.length > 0;
  return (
    <>
      <h3>
        <span>{details.name}</span>
        {details.status && <span class={`pill ${TONES[details.status] ?? ""}`}>{details.note || details.status}</span>}
        {close}
      </h3>
      <div class="muted">{details.subtitle}</div>
      {details.description && <p>{details.description}</p>}
      {details.error && <StepError error={details.error} />}
      <Section title="Running now" isShown={details.now !== ""}>
        <pre>{details.now}</pre>
      </Section>
      <Section title="Inputs" isShown={inputs.length > 0 || took.length > 0}>
        {took.length > 0 ? <Values values={took} isOpen={false} /> : <Ports ports={inputs} />}
      </Section>
      <Section title="Outputs" isShown={outputs.length > 0 || gave.length > 0}>
        {gave.length > 0 ? <Values values={gave} isOpen /> : <Ports ports={outputs} />}
      </Section>
      <Section title="Materializations" isShown={details.materializations.length > 0}>
        {details.materialization_table && <Table table={details.materialization_table} />}
        <Materializations items={details.materializations} isOpen={!details.materialization_table} />
      </Section>
      <Section title="Expectations" isShown={details.expectations.length > 0}>
        <Expectations items={details.expectations} />
      </Section>
      <Section title="Resources" isShown={details.resources.length > 0}>
        {details.resources.join(", ")}
      </Section>
      <Section title="Tags" isShown={details.tags.length > 0}>
        {details.tags.join(", ")}
      </Section>
      <Texts details={details} isOpen={!hasRun && !details.error} />
    </>
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

/** The long texts, one at a time: config, schema, source, log, notebook. */
function Texts({ details, isOpen }: { readonly details: SolidDetails; readonly isOpen: boolean }) {
  const texts = [
    { name: "Config", text: details.config },
    { name: "Schema", text: details.schema },
    { name: "Source", text: details.source },
    { name: "Log", text: details.log.join("\n") },
    { name: "Notebook", text: details.notebook ?? "" },
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
