import { exactly, when } from "../format";
import type { ErrorView, ExpectationView, MaterializationView, MetadataView, PartView, PortView, Status, ValueView } from "../models";
import { shortFirst } from "./facts";
import { Table } from "./Table";

interface ValuesProps {
  readonly values: readonly ValueView[];
  readonly open: readonly string[];
  readonly onToggle: (name: string) => void;
}

/** Values that went in or out: a line each, which opens the value's preview and the columns' types. */
export function Values({ values, open, onToggle }: ValuesProps) {
  return (
    <table class="values">
      <tbody>
        {values.map((value) => (
          <Value key={value.name} value={value} isOpen={open.includes(value.name)} onToggle={() => onToggle(value.name)} />
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, isOpen, onToggle }: { readonly value: ValueView; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const hasMore = value.table !== null || value.schema !== null || value.text !== "";
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onToggle();
  };
  const props = hasMore ? { class: "row-button", tabIndex: 0, role: "button" as const, "aria-expanded": isOpen, onClick: onToggle, onKeyDown: onKey } : {};
  return (
    <>
      <tr {...props} title={[`${value.name}: ${value.type}`, value.summary, value.source && `from ${value.source}`, value.note].filter(Boolean).join("\n")}>
        <td>
          {hasMore && <span class="muted">{isOpen ? "▾ " : "▸ "}</span>}
          {value.name}
        </td>
        <td class="muted">{value.type}</td>
        <td class={`right short ${value.tone}`}>{value.summary}</td>
      </tr>
      {isOpen && hasMore && (
        <tr class="more">
          <td colSpan={3}>
            <div>
              {value.table && <Table table={value.table} isData />}
              {value.text && <pre>{value.text}</pre>}
              {value.schema && (
                <details>
                  <summary class="muted">columns</summary>
                  <Table table={value.schema} isData />
                </details>
              )}
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

const MARKS: Partial<Record<Status, string>> = { success: "✓", running: "●", failure: "✕", waiting: "·", skipped: "–", canceled: "–" };
const TONES: Partial<Record<Status, string>> = { success: "success", running: "running", failure: "failure" };

/** The steps of a mapped solid, or the solids of a composite: a line each, which leads to its own panel. */
export function Parts({ parts, note, onOpen }: { readonly parts: readonly PartView[]; readonly note: string; readonly onOpen: (id: string) => void }) {
  return (
    <>
      <table class="values steps">
        <tbody>
          {parts.map((part) => (
            <Part key={part.id} part={part} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
      {note && (
        <div class="caption">
          <span>{note}</span>
        </div>
      )}
    </>
  );
}

function Part({ part, onOpen }: { readonly part: PartView; readonly onOpen: (id: string) => void }) {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onOpen(part.id);
  };
  return (
    <tr class="row-button" tabIndex={0} role="button" data-part={part.id} title={[part.id, part.status, part.summary].filter(Boolean).join("\n")} onClick={() => onOpen(part.id)} onKeyDown={onKey}>
      <td>
        {part.status && <span class={TONES[part.status] ?? "muted"}>{`${MARKS[part.status] ?? ""} `}</span>}
        {part.label}
      </td>
      <td class={part.status === "failure" ? "failure" : "muted"}>{part.summary}</td>
      <td class="right short muted">{part.note || part.status}</td>
    </tr>
  );
}

/** Declared inputs or outputs: name, type, what is said of them. */
export function Ports({ ports }: { readonly ports: readonly PortView[] }) {
  return (
    <table class="ports">
      <tbody>
        {ports.map((port) => (
          <tr key={port.name}>
            <td class={shortClass(port.name)}>
              {port.name}
              {port.description && <div class="muted">{port.description}</div>}
            </td>
            <td class={`muted ${shortClass(port.type)}`}>{port.type}</td>
            <td class="right muted">{port.note}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const shortClass = (text: string): string => (text.length <= 24 ? "short" : "");

/** Metadata entries: always text; a link only where Python says that it is one. */
export function Entries({ entries }: { readonly entries: readonly MetadataView[] }) {
  if (entries.length === 0) return null;
  return (
    <dl class="entries">
      {shortFirst(entries).map((entry, at) => (
        <>
          <dt key={`t${at}`} title={entry.description || undefined}>
            {entry.label}
          </dt>
          <dd key={`d${at}`} class={entry.table ? "" : "text"} title={entry.text.length > 60 ? entry.text : undefined}>
            {entry.href ? (
              <a href={entry.href} target="_blank" rel="noopener noreferrer">
                {entry.text}
              </a>
            ) : (
              entry.text
            )}
            {entry.table && <Table table={entry.table} isData />}
          </dd>
        </>
      ))}
    </dl>
  );
}

export function Materializations({ items, isOpen }: { readonly items: readonly MaterializationView[]; readonly isOpen: boolean }) {
  return (
    <>
      {items.map((item, at) => (
        <details key={at} open={isOpen}>
          <summary>
            {item.asset} <span class="muted" title={exactly(item.at)}>{when(item.at)}</span>
          </summary>
          {item.description && <p class="muted">{item.description}</p>}
          <Entries entries={item.entries} />
        </details>
      ))}
    </>
  );
}

export function Expectations({ items }: { readonly items: readonly ExpectationView[] }) {
  return (
    <>
      {items.map((item, at) => (
        <div key={at}>
          <span class={item.success ? "success" : "failure"}>{item.success ? "✓ held" : "✕ failed"}</span> {item.label}
          {item.description && <span class="muted"> {item.description}</span>}
          <Entries entries={item.entries} />
        </div>
      ))}
    </>
  );
}

/** An error of a step or of a run; `isCollapsed` hides its traceback behind a word. */
export function StepError({ error, isCollapsed = false }: { readonly error: ErrorView; readonly isCollapsed?: boolean }) {
  return (
    <div class="error">
      <div class="what">{error.title}</div>
      {error.message && <p>{error.message}</p>}
      {error.where && <p class="muted">{error.where}</p>}
      <Entries entries={error.entries} />
      {error.traceback && !isCollapsed && <pre>{error.traceback}</pre>}
      {error.traceback && isCollapsed && (
        <details>
          <summary class="muted">traceback</summary>
          <pre>{error.traceback}</pre>
        </details>
      )}
    </div>
  );
}
