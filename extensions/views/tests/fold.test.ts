import { describe, expect, it } from "vitest";
import { elapsed, emptyFold, foldFrame } from "../src/fold";
import type { NodeState, SolidDetails, Status } from "../src/models";
import { frame, header } from "./graphs";

const node = (id: string, status: Status, over: Partial<NodeState> = {}): NodeState => ({ id, status, note: "", started: null, ended: null, done: null, total: null, stale: null, count: null, failed: 0, ...over });
const details = (id: string): SolidDetails => ({ id, name: id }) as SolidDetails;

describe("folding frames", () => {
  it("keeps the last state of each node and says what changed", () => {
    const fold = emptyFold();
    foldFrame(fold, frame(1, { nodes: [node("a", "running"), node("b", "waiting")] }), 0);
    const change = foldFrame(fold, frame(2, { nodes: [node("a", "success")] }), 0);
    expect(change.nodes).toEqual(["a"]);
    expect([...fold.nodes.values()].map((state) => state.status)).toEqual(["success", "waiting"]);
  });

  it("lets a frame that comes late fill gaps, and change nothing else", () => {
    const fold = emptyFold();
    foldFrame(fold, frame(5, { run: header({ done: 2 }), nodes: [node("a", "success")] }), 0);
    const change = foldFrame(fold, frame(3, { run: header({ done: 1 }), nodes: [node("a", "running"), node("b", "success")] }), 0);
    expect(change.nodes).toEqual(["b"]);
    expect(fold.nodes.get("a")?.status).toBe("success");
    expect(fold.run?.done).toBe(2);
  });

  it("starts over with another run, and names all that must be drawn anew", () => {
    const fold = emptyFold();
    foldFrame(fold, frame(9, { nodes: [node("a", "success")], details: [details("a")] }), 0);
    const change = foldFrame(fold, frame(1, { run: header({ run_id: "51aa" }), nodes: [node("b", "running")] }), 0);
    expect(change.nodes).toEqual(["a", "b"]);
    expect([...fold.nodes.keys()]).toEqual(["b"]);
    expect(fold.details.size).toBe(0);
  });

  it("forgets the panel of a step that runs again", () => {
    const fold = emptyFold();
    foldFrame(fold, frame(1, { nodes: [node("a", "failure")], details: [details("a")] }), 0);
    expect(fold.details.has("a")).toBe(true);
    foldFrame(fold, frame(2, { nodes: [node("a", "running")] }), 0);
    expect(fold.details.has("a")).toBe(false);
  });
});

describe("seconds so far", () => {
  it("are the kernel's, however wrong this page's clock is", () => {
    const fold = emptyFold();
    foldFrame(fold, frame(1, { run: header({ started: 100 }) }), 1000 + 100 + 0.3);
    foldFrame(fold, frame(2, { nodes: [node("a", "running", { started: 104 })] }), 1000 + 104 + 0.05);
    expect(elapsed({ started: 100, ended: null }, fold.ahead, 1000 + 110)).toBeCloseTo(9.95);
    expect(elapsed({ started: 100, ended: 103 }, fold.ahead, 1000 + 110)).toBe(3);
    expect(elapsed({ started: null, ended: null }, fold.ahead, 0)).toBeNull();
  });
});
