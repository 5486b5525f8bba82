import type { DiagnosticView } from "../models";

/** What of CodeMirror's text is used here: lines count from 1. */
export interface Lines {
  readonly lines: number;
  readonly length: number;
  line(number: number): { readonly from: number; readonly to: number; readonly text: string };
}

type Place = Pick<DiagnosticView, "line" | "column" | "end_line" | "end_column">;

/** The range of a problem in a text that may have changed since; one without length takes the rest of its line. */
export function rangeOf(text: Lines, place: Place): { readonly from: number; readonly to: number } {
  const from = offset(text, place.line, place.column);
  const to = offset(text, place.end_line, place.end_column);
  if (to > from) return { from, to };
  const line = text.line(clampLine(text, place.line));
  const start = line.from + (line.text.length - line.text.trimStart().length);
  return place.column <= 0 || from >= line.to ? { from: Math.min(start, line.to), to: line.to } : { from, to: line.to };
}

const clampLine = (text: Lines, line: number): number => Math.min(Math.max(line + 1, 1), text.lines);

function offset(text: Lines, line: number, column: number): number {
  const found = text.line(clampLine(text, line));
  return Math.min(found.from + Math.max(0, column), found.to);
}

/** The Python that runs this config. */
export function asPython(pipeline: string, text: string, mode: string, isOnlyMode: boolean): string {
  const quoted = text.replace(/\\/g, "\\\\").replace(/"""/g, '\\"\\"\\"');
  const body = quoted.endsWith("\n") || quoted === "" ? quoted : `${quoted}\n`;
  const option = isOnlyMode ? "" : `, mode=${JSON.stringify(mode)}`;
  return `import yaml\n\nrun = ${pipeline}.run(yaml.safe_load("""\\\n${body}""")${option})\n`;
}
