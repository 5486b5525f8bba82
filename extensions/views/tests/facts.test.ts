import { describe, expect, it } from "vitest";
import { tableText } from "../src/clipboard";
import type { MaterializationView, MetadataView, TableView } from "../src/models";
import { firstRows, hasMore, numbersOf, shortFirst } from "../src/panel/facts";

const table = (columns: Record<string, "left" | "right">, ...rows: readonly (readonly string[])[]): TableView => ({
  columns: Object.entries(columns).map(([name, align]) => ({ name, align })),
  rows,
  note: "",
});
const entry = (label: string, text: string): MetadataView => ({ label, kind: "text", text, description: "", href: null, table: null });

describe("what a step wrote", () => {
  const written = table({ asset: "left", report: "left", rows: "right" }, ["a.b", "a long text", "1,024"]);

  it("keeps the numbers of a table and leaves its texts to the details", () => {
    const numbers = numbersOf(written);
    expect(numbers?.columns.map((column) => column.name)).toEqual(["asset", "rows"]);
    expect(numbers?.rows).toEqual([["a.b", "1,024"]]);
  });

  it("is no table when there are no numbers, or too many", () => {
    expect(numbersOf(table({ asset: "left", report: "left" }, ["a.b", "x"]))).toBeNull();
    expect(numbersOf(table({ asset: "left", a: "right", b: "right", c: "right", d: "right" }))).toBeNull();
  });

  it("has details only where the table does not say it all", () => {
    const item: MaterializationView = { asset: "a.b", at: 0, description: "", entries: [entry("rows", "1,024")] };
    expect(hasMore(item, written)).toBe(false);
    expect(hasMore({ ...item, entries: [entry("plot", "a.png")] }, written)).toBe(true);
    expect(hasMore({ ...item, description: "why" }, written)).toBe(true);
  });

  it("tells long texts after short ones", () => {
    const entries = [entry("report", "x".repeat(200)), entry("rows", "3"), entry("lines", "a\nb"), entry("r2", "0.4")];
    expect(shortFirst(entries).map((each) => each.label)).toEqual(["rows", "r2", "report", "lines"]);
  });
});

describe("a preview", () => {
  const rows = Array.from({ length: 10 }, (_, at) => [String(at)]);

  it("of a few rows says of how many", () => {
    expect(firstRows({ ...table({ a: "left" }, ...rows), note: "10 of 336,776 rows" }, 5).note).toBe("5 of 336,776 rows");
    expect(firstRows(table({ a: "left" }, ...rows), 5).note).toBe("5 of 10 rows");
    expect(firstRows({ ...table({ a: "left" }, ...rows), note: "20 of 31 columns" }, 5).note).toBe("5 of 10 rows, 20 of 31 columns");
    const short = table({ a: "left" }, ["1"]);
    expect(firstRows(short, 5)).toBe(short);
  });

  it("is copied with tabs between its cells", () => {
    expect(tableText(table({ a: "left", b: "right" }, ["x\ty", "1"]))).toBe("a\tb\nx y\t1");
  });
});
