import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { asPython, rangeOf } from "../src/playground/problems";

const text = Text.of(["solids:", "  train:", "    folds: ninety"]);
const at = (line: number, column: number, end_line: number, end_column: number) => {
  const { from, to } = rangeOf(text, { line, column, end_line, end_column });
  return text.sliceString(from, to);
};

describe("where a problem is underlined", () => {
  it("is where Python says", () => expect(at(2, 11, 2, 17)).toBe("ninety"));
  it("is the line's text when it has no length", () => {
    expect(at(2, 0, 2, 0)).toBe("folds: ninety");
    expect(at(2, 11, 2, 11)).toBe("ninety");
  });
  it("stays inside a text that has become shorter", () => {
    expect(at(40, 0, 41, 99)).toBe("    folds: ninety");
    expect(at(2, 900, 2, 950)).toBe("folds: ninety");
  });
});

describe("copy as Python", () => {
  it("quotes what would end the text", () => {
    const python = asPython("flights", 'a: """x\\n"""\n', "prod", false);
    expect(python).toContain('a: \\"\\"\\"x\\\\n\\"\\"\\"\n""")');
    expect(python).toContain(', mode="prod")');
    expect(asPython("flights", "{}", "default", true)).toBe('import yaml\n\nrun = flights.run(yaml.safe_load("""\\\n{}\n"""))\n');
  });
});
