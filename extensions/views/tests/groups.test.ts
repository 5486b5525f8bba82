import { describe, expect, it } from "vitest";
import type { Channel } from "../src/channel";
import type { GraphView, GroupView } from "../src/models";
import { linksOf } from "../src/navigate";
import { search } from "../src/search";
import { GraphSession } from "../src/session";
import { graphOf } from "./graphs";

const group = (id: string, over: Partial<GroupView> = {}): GroupView => ({ id, name: id.split(".").at(-1) ?? id, label: id, count: 2, is_open: false, x: 0, y: 0, width: 160, height: 46, parent: "", description: "", solids: [], ...over });

const graph: GraphView = { ...graphOf({ load: [0, 0], outer: [1, 0] }, ["load>outer"]), groups: [group("outer", { solids: ["outer.clean", "outer.fit"] }), group("outer.inner", { is_open: true, parent: "outer", width: 0, height: 0 })] };

describe("search in a graph with closed composites", () => {
  it("finds the card that a solid is in", () => {
    expect(search(graph, linksOf(graph), "fit")).toEqual(["outer"]);
    expect(search(graph, linksOf(graph), "outer.clean")).toEqual(["outer"]);
    expect(search(graph, linksOf(graph), "outer+")).toEqual(["outer"]);
    expect(search(graph, linksOf(graph), "gone")).toEqual([]);
  });
});

describe("opening composites", () => {
  const asked: unknown[] = [];
  const channel = { request: (request: unknown) => (asked.push(request), Promise.resolve(graph)), interrupt: () => Promise.resolve(false) } as unknown as Channel;

  it("asks for those that are open and the one more, and keeps what waits inside", async () => {
    const session = new GraphSession(graph, channel);
    await session.toggle("outer", true);
    expect(asked.at(-1)).toEqual({ method: "layout", direction: "lr", run_id: null, open: ["outer.inner", "outer"] });
    expect(session.anchor).toEqual({ id: "outer", isByKey: true });
    await session.toggle("outer.inner");
    expect(asked.at(-1)).toMatchObject({ open: [] });
    await session.toggleAll(true);
    expect(asked.at(-1)).toMatchObject({ open: ["outer", "outer.inner"] });
    await session.toggleAll(false);
    expect(asked.at(-1)).toMatchObject({ open: [] });
  });
});
