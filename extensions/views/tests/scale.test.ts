import { describe, expect, it } from "vitest";
import { nearestIndex, tickLabels, ticks } from "../src/asset/scale";

describe("the axis", () => {
  it("spans the values with round steps", () => {
    expect(ticks([0.31, 0.44])).toEqual([0.3, 0.35, 0.4, 0.45]);
    for (const values of [[1, 1000], [-5, 5], [336776, 336780], [1e-9, 3e-9]]) {
      const marks = ticks(values);
      expect(marks[0]).toBeLessThanOrEqual(Math.min(...values));
      expect(marks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
      expect(marks.length).toBeLessThan(9);
    }
  });

  it("has room around a single value, and stands without any", () => {
    const marks = ticks([7, 7]);
    expect(marks[0]).toBeLessThan(7);
    expect(marks.at(-1)).toBeGreaterThan(7);
    expect(ticks([])).toEqual([0, 1]);
    expect(ticks([0]).length).toBeGreaterThan(1);
  });

  it("writes all marks with the same decimals", () => {
    expect(tickLabels([0.3, 0.35, 0.4])).toEqual(["0.30", "0.35", "0.40"]);
    expect(tickLabels([300000, 400000])).toEqual(["300,000", "400,000"]);
  });

  it("finds the point under the pointer", () => {
    expect([0, 49, 51, 500].map((x) => nearestIndex(x, 0, 100, 2))).toEqual([0, 0, 1, 1]);
    expect(nearestIndex(50, 0, 100, 1)).toBe(0);
  });
});
