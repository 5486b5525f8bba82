import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Channel, RequestProblem, Requests } from "../src/channel";
import type { Request, SolidDetails } from "../src/models";
import { PlaygroundSession } from "../src/playground/session";
import { GraphSession, type Panel } from "../src/session";
import { frame, graphOf, header } from "./graphs";

/** The far end of a channel: keeps what was asked, answers by hand. */
class FarEnd implements Channel {
  readonly asked: Request[] = [];
  interrupts = 0;
  readonly requests = new Requests((message) => {
    this.asked.push(message.request);
  });
  request: Channel["request"] = (request) => this.requests.request(request);
  interrupt = () => Promise.resolve(++this.interrupts > 0);
  answer(id: number, result: unknown): void {
    this.requests.settle({ type: "answer", id, result });
  }
}

const graph = graphOf({ a: [0, 0] }, []);
const details = (status: string): SolidDetails => ({ id: "a", name: "a", status }) as SolidDetails;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("requests", () => {
  it("go with their own answers, and leave another page's alone", async () => {
    const far = new FarEnd();
    const first = far.request({ method: "preset", name: "x" });
    const second = far.request({ method: "preset", name: "y" });
    far.answer(7, "foreign");
    far.answer(2, "two");
    far.answer(1, "one");
    expect(await Promise.all([first, second])).toEqual(["one", "two"]);
  });

  it("fail with the problem that Python names", async () => {
    const far = new FarEnd();
    const asked = far.request({ method: "preset", name: "x" });
    far.requests.settle({ type: "answer", id: 1, problem: { message: "no preset x", hint: "there is y" } });
    await expect(asked).rejects.toBeInstanceOf(RequestProblem);
  });
});

describe("a solid's panel", () => {
  it("of a step that has ended is known from its frame, without asking", () => {
    const far = new FarEnd();
    const session = new GraphSession(graph, far);
    session.take(frame(1, { details: [details("success")] }));
    expect(session.known("a")?.status).toBe("success");
    expect(far.asked).toEqual([]);
  });

  it("says that it waits when the answer takes long during a run", async () => {
    const far = new FarEnd();
    const session = new GraphSession(graph, far);
    session.take(frame(1));
    const shown: Panel[] = [];
    const asking = session.ask("a", (panel) => shown.push(panel));
    vi.advanceTimersByTime(600);
    expect(shown).toEqual([{ state: "slow" }]);
    far.answer(1, details("running"));
    await asking;
    expect(shown.at(-1)).toEqual({ state: "ready", details: details("running") });
    expect(session.known("a")).toBeNull();
  });

  it("says so when the kernel is gone", () => {
    const session = new GraphSession(graph, new FarEnd());
    const shown: Panel[] = [];
    void session.ask("a", (panel) => shown.push(panel));
    vi.advanceTimersByTime(5000);
    expect(shown.at(-1)).toEqual({ state: "silent" });
  });
});

describe("turning a graph", () => {
  it("asks for the run's graph in the other direction and tells all places that show it", async () => {
    const far = new FarEnd();
    const session = new GraphSession(graph, far);
    session.take(frame(1));
    let told = 0;
    session.listen(() => told++);
    const turning = session.turn();
    expect(far.asked).toEqual([{ method: "layout", direction: "tb", run_id: "7c1e", open: [] }]);
    far.answer(1, graphOf({ a: [0, 0] }, [], "tb"));
    await turning;
    expect([session.graph.direction, told]).toEqual(["tb", 1]);
  });

  it("keeps the graph and says why when it is refused", async () => {
    const far = new FarEnd();
    const session = new GraphSession(graph, far);
    const turning = session.turn();
    far.requests.settle({ type: "answer", id: 1, problem: { message: "no run", hint: "" } });
    await turning;
    expect([session.graph, session.problem]).toEqual([graph, "no run"]);
  });
});

describe("cancel", () => {
  it("interrupts the kernel when nobody answers", async () => {
    const far = new FarEnd();
    const session = new GraphSession(graph, far);
    session.take(frame(1));
    session.cancel();
    session.cancel();
    expect(far.asked.map((request) => request.method)).toEqual(["cancel"]);
    expect(far.interrupts).toBe(0);
    vi.advanceTimersByTime(600);
    expect(far.interrupts).toBe(1);
  });

  it("does not when it is answered", async () => {
    const far = new FarEnd();
    const session = new GraphSession(graph, far);
    session.take(frame(1));
    session.cancel();
    far.answer(1, true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(far.interrupts).toBe(0);
  });
});

describe("a launched run", () => {
  const view = { pipeline: "g", modes: ["default"], mode: "default", presets: [], text: "", check: { diagnostics: [], plan: null, summary: "" } };

  it("shows the frames that came before the answer to Launch", () => {
    const playground = new PlaygroundSession(view, new FarEnd());
    playground.begin();
    playground.hear({ type: "frame", frame: frame(1) });
    playground.show(graph);
    expect(playground.launched?.fold.seq).toBe(1);
  });

  it("is not started over when Python tells of it too", () => {
    const playground = new PlaygroundSession(view, new FarEnd());
    playground.show(graph);
    const first = playground.launched;
    playground.hear({ type: "launched", graph });
    playground.hear({ type: "frame", frame: frame(1) });
    playground.hear({ type: "launched", graph });
    expect(playground.launched).toBe(first);
    playground.hear({ type: "frame", frame: frame(2, { run: header({ state: "success" }) }) });
    playground.hear({ type: "launched", graph });
    expect(playground.launched).not.toBe(first);
  });
});
