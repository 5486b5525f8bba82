import { describe, expect, it } from "vitest";
import { MAX_SCALE, MIN_SCALE, READABLE, fit, keepInSight, opening, refit, reveal, wheelFactor, zoomAt } from "../src/geometry";

const window = { width: 800, height: 300 };

describe("the camera", () => {
  it("fits the whole graph, never larger than life", () => {
    expect(fit({ width: 100, height: 50 }, window).scale).toBe(1);
    const camera = fit({ width: 3000, height: 200 }, window);
    expect(3000 * camera.scale + camera.x).toBeLessThanOrEqual(800);
  });

  it("opens at a size that can be read, at the graph's beginning", () => {
    const camera = opening({ width: 20000, height: 2000 }, window);
    expect(camera.scale).toBeGreaterThanOrEqual(READABLE);
    expect(camera.x).toBeGreaterThanOrEqual(0);
    expect(camera.y).toBeGreaterThanOrEqual(0);
  });

  it("opens where most of a long graph's first solids are", () => {
    const graph = { width: 40000, height: 2000 };
    const solids = [700, 760, 820, 1600].map((y) => ({ x: 16, y, width: 170, height: 46 }));
    const camera = opening(graph, window, [...solids, { x: 39000, y: 0, width: 170, height: 46 }]);
    const seen = solids.map((box) => box.y * camera.scale + camera.y).filter((y) => y > 0 && y < window.height - 26);
    expect(seen).toHaveLength(3);
    const alike = [0, 600, 1200].map((y) => ({ x: 16, y, width: 170, height: 46 }));
    expect(opening(graph, window, alike)).toEqual(opening(graph, window));
    const wide = opening({ width: 2000, height: 40000 }, window, [{ x: 1500, y: 16, width: 170, height: 46 }]);
    expect(1500 * wide.scale + wide.x).toBeCloseTo(16);
  });

  it("shows all of the graph again when the window has changed, or the part that was seen", () => {
    const graph = { width: 1000, height: 200 };
    expect(refit({ x: -300, y: 5, scale: 1 }, graph, window).scale).toBeCloseTo(fit(graph, window).scale);
    expect(refit({ x: 0, y: 0, scale: 1 }, graph, { width: 500, height: 300 }).scale).toBeCloseTo(0.468);
    const narrow = refit({ x: 16, y: 5, scale: 0.75 }, graph, { width: 400, height: 300 });
    expect([narrow.scale, narrow.x]).toEqual([READABLE, expect.closeTo(11.7, 0)]);
    const far = { x: -9000, y: -50, scale: 0.9 };
    expect(refit(far, { width: 20000, height: 300 }, window)).toMatchObject({ scale: 0.9, x: -9000 });
    const end = refit(far, { width: 10100, height: 300 }, { width: 400, height: 300 });
    expect(10100 * 0.9 + end.x).toBeGreaterThanOrEqual(300);
  });

  it("keeps the point under the pointer while it zooms, within its bounds", () => {
    const before = { x: 30, y: -10, scale: 0.8 };
    const after = zoomAt(before, 1.7, 200, 90);
    expect((200 - after.x) / after.scale).toBeCloseTo((200 - before.x) / before.scale);
    expect((90 - after.y) / after.scale).toBeCloseTo((90 - before.y) / before.scale);
    expect(zoomAt(before, 1e6, 0, 0).scale).toBe(MAX_SCALE);
    expect(zoomAt(before, 1e-6, 0, 0).scale).toBe(MIN_SCALE);
  });

  it("moves no further than to bring a solid into sight", () => {
    const still = { x: 0, y: 0, scale: 1 };
    expect(reveal(still, { x: 100, y: 50, width: 160, height: 46 }, window)).toEqual(still);
    const moved = reveal(still, { x: 900, y: 50, width: 160, height: 46 }, window);
    expect(900 + 160 + moved.x).toBeLessThanOrEqual(800);
    expect(moved.y).toBe(0);
  });

  it("cannot be dragged off the graph", () => {
    const camera = keepInSight({ x: -5000, y: 9000, scale: 1 }, { width: 1000, height: 200 }, window);
    expect(camera.x + 1000).toBeGreaterThan(0);
    expect(camera.y).toBeLessThan(300);
  });

  it("zooms in by a turn away, out by a turn towards, by little for a pinch", () => {
    expect(wheelFactor(-3, 1)).toBeGreaterThan(1);
    expect(wheelFactor(100, 0)).toBeLessThan(1);
    expect(wheelFactor(100, 0)).toBeGreaterThan(0.75);
    expect(wheelFactor(1, 0)).toBeCloseTo(1, 2);
  });
});
