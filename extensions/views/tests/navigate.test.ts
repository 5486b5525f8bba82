import { describe, expect, it } from "vitest";
import { type Arrow, linksOf, neighbour } from "../src/navigate";
import { search } from "../src/search";
import { graphOf } from "./graphs";

const graph = graphOf({ load: [0, 0], clean: [1, 0], report: [2, 0], other: [0, 1], model: [2, 1] }, ["load>clean", "clean>report", "clean>model", "other>model"]);
const links = linksOf(graph);
const go = (from: string, arrow: Arrow) => neighbour(graph, links, from, arrow);

describe("arrow keys", () => {
  it("follow the edges along the graph's direction", () => {
    expect(go("load", "ArrowRight")).toBe("clean");
    expect(go("clean", "ArrowRight")).toBe("report");
    expect(go("model", "ArrowLeft")).toBe("clean");
    expect(go("load", "ArrowLeft")).toBeNull();
  });

  it("go to the nearest solid across it", () => {
    expect(go("load", "ArrowDown")).toBe("other");
    expect(go("report", "ArrowDown")).toBe("model");
    expect(go("model", "ArrowUp")).toBe("report");
    expect(go("load", "ArrowUp")).toBeNull();
  });

  it("turn with a graph that runs from top to bottom", () => {
    const down = graphOf({ a: [0, 0], b: [0, 1], c: [1, 0] }, ["a>b"], "tb");
    expect(neighbour(down, linksOf(down), "a", "ArrowDown")).toBe("b");
    expect(neighbour(down, linksOf(down), "a", "ArrowRight")).toBe("c");
  });
});

describe("search", () => {
  const find = (text: string) => search(graph, links, text);

  it("finds all words, in any order and case", () => {
    expect(find("REP")).toEqual(["report"]);
    expect(find("o e")).toEqual(["report", "other", "model"]);
    expect(find("nothing")).toEqual([]);
    expect(find("  ")).toEqual([]);
  });

  it("takes along what stands before and after", () => {
    expect(find("clean*")).toEqual(["clean", "report", "model"]);
    expect(find("*model")).toEqual(["load", "clean", "other", "model"]);
    expect(find("+model")).toEqual(["clean", "other", "model"]);
    expect(find("load++")).toEqual(["load", "clean", "report", "model"]);
    expect(find("*clean+")).toEqual(["load", "clean", "report", "model"]);
  });
});
