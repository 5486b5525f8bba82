import { type Completion, type CompletionContext, type CompletionResult, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, drawSelection, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { CompletionView, DiagnosticView } from "../models";
import { rangeOf } from "./problems";

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly onLaunch: () => void;
  readonly complete: (text: string, line: number, column: number) => Promise<readonly CompletionView[]>;
}

export interface Editor {
  /** The text that stands in the editor. */
  text(): string;
  /** Replace the text, as one step that undo takes back. */
  replace(text: string): void;
  mark(problems: readonly DiagnosticView[]): void;
  go(line: number, column: number): void;
  destroy(): void;
}

const setProblems = StateEffect.define<readonly DiagnosticView[]>();

const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setProblems)) next = decorate(transaction.state, effect.value);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state: EditorState, problems: readonly DiagnosticView[]): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const problem of problems) {
    const { from, to } = rangeOf(state.doc, problem);
    ranges.push(Decoration.line({ class: `cm-line-${problem.severity}` }).range(state.doc.lineAt(from).from));
    if (to > from) ranges.push(Decoration.mark({ class: `cm-${problem.severity}`, attributes: { title: problem.message } }).range(from, to));
  }
  return Decoration.set(ranges, true);
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.bool, tags.null, tags.meta], color: "var(--running)" },
  { tag: [tags.string, tags.number, tags.content], color: "var(--ink)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "220px", maxHeight: "480px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "0", paddingLeft: "6px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)",
  },
  ".cm-line-error": { backgroundColor: "color-mix(in srgb, var(--failure) 11%, transparent)" },
  ".cm-line-warning": { backgroundColor: "color-mix(in srgb, var(--running) 9%, transparent)" },
  ".cm-error": { textDecoration: "underline wavy var(--failure)", textUnderlineOffset: "3px", color: "var(--failure)" },
  ".cm-error *": { color: "var(--failure)" },
  ".cm-warning": { textDecoration: "underline wavy var(--running)", textUnderlineOffset: "3px" },
  ".cm-tooltip": { backgroundColor: "var(--page)", border: "1px solid var(--line)", borderRadius: "6px", boxShadow: "0 6px 20px rgba(0,0,0,.16)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "220px", minWidth: "260px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", justifyContent: "space-between", gap: "24px", padding: "4px 10px", lineHeight: "20px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, var(--page))", color: "inherit" },
  ".cm-completionLabel": { color: "var(--accent)", fontFamily: "var(--mono)", fontSize: "13px" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionDetail": { marginLeft: "0", fontStyle: "normal", color: "var(--muted)", fontSize: "12px" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", maxWidth: "320px", color: "var(--muted)", fontSize: "12px" },
});

/** What Python offers at the cursor; typing on in a name filters it here. */
function source(complete: EditorOptions["complete"]) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (!context.explicit && !/(\S|: )$/.test(before)) return null;
    const offers = await complete(context.state.doc.toString(), line.number - 1, context.pos - line.from).catch(() => []);
    const first = offers[0];
    if (context.aborted || !first) return null;
    return { from: line.from + Math.min(first.column, line.length), options: offers.map((offer, rank) => option(offer, rank, line.from)), validFor: /^[\w-]*$/ };
  };
}

function option(offer: CompletionView, rank: number, lineStart: number): Completion {
  return {
    label: offer.label,
    detail: offer.detail,
    boost: -Math.min(99, rank),
    ...(offer.description ? { info: offer.description } : {}),
    apply: (view, _completion, from, to) => {
      const start = Math.min(lineStart + offer.column, from);
      view.dispatch({ changes: { from: start, to, insert: offer.insert }, selection: { anchor: start + offer.insert.length }, userEvent: "input.complete", scrollIntoView: true });
      if (/[:\s]$/.test(offer.insert)) startCompletion(view);
    },
  };
}

/** Make the YAML editor in `host`. Its pop-ups hang in the page's body, where no frame clips them. */
export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const popups = document.createElement("div");
  popups.className = "dagnb dagnb-popups";
  document.body.append(popups);
  const launch = { key: "Alt-l", run: () => (options.onLaunch(), true) };
  const extensions: Extension = [
    lineNumbers(),
    history(),
    drawSelection(),
    closeBrackets(),
    EditorState.tabSize.of(2),
    indentUnit.of("  "),
    yaml(),
    syntaxHighlighting(colours),
    problemField,
    autocompletion({ override: [source(options.complete)], icons: false, aboveCursor: false }),
    keymap.of([launch, ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    tooltips({ position: "fixed", parent: popups }),
    theme,
    EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false" }),
    EditorView.updateListener.of((update) => update.docChanged && options.onChange(update.state.doc.toString())),
  ];
  const view = new EditorView({ parent: host, state: EditorState.create({ doc: options.text, extensions }) });
  return {
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.replace" }),
    mark: (problems) => view.dispatch({ effects: setProblems.of(problems) }),
    go: (line, column) => {
      const { from } = rangeOf(view.state.doc, { line, column, end_line: line, end_column: column });
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => {
      view.destroy();
      popups.remove();
    },
  };
}
