import { describe, expect, it } from "vitest";
import { apart, duration, number, shorten, timeLeft, when } from "../src/format";

describe("words for numbers", () => {
  it("says durations with three digits at most", () => {
    expect([0, 0.0004, 0.012, 0.34, 12.34, 59.96, 125, 3600, 4200, 90_000].map(duration)).toEqual(["0 ms", "0.4 ms", "12 ms", "340 ms", "12.3 s", "1 min", "2 min 5 s", "1 h", "1 h 10 min", "1 d 1 h"]);
  });

  it("rounds what is left", () => {
    expect([0.2, 6.4, 200, 9000].map(timeLeft)).toEqual(["about 1 s left", "about 6 s left", "about 3 min left", "about 3 h left"]);
  });

  it("says times within a week as people do", () => {
    const now = new Date(2024, 4, 17, 14, 8).getTime() / 1000;
    const days = (n: number) => when(now - n * 86_400, now);
    expect([days(0), days(1), days(3), days(30)]).toEqual(["today 14:08", "yesterday 14:08", "Tuesday 14:08", "2024-04-17 14:08"]);
  });

  it("separates thousands by commas", () => {
    expect([7, 336776, 1234567, 0.41234, -26115].map((value) => number(value))).toEqual(["7", "336,776", "1,234,567", "0.4123", "-26,115"]);
    expect(number(1e-9)).toBe("1e-9");
  });

  it("tells times of the same minute or second apart", () => {
    const at = (seconds: number) => new Date(2024, 4, 17, 14, 8).getTime() / 1000 + seconds;
    expect(apart([at(0), at(86_400)], at(86_400))).toEqual(["yesterday 14:08", "today 14:08"]);
    expect(apart([at(3), at(48)], at(60))).toEqual(["today 14:08:03", "today 14:08:48"]);
    expect(apart([at(3.25), at(3.5)], at(60))).toEqual(["today 14:08:03.250", "today 14:08:03.500"]);
  });

  it("shortens to a room, at the end or in the middle, and never what fits", () => {
    const width = (text: string) => text.length;
    expect(shorten("notebook · model", 10, width, "start")).toBe("notebook…");
    expect(shorten("build_traffic_dashboard", 11, width, "ends")).toBe("build…board");
    expect(shorten("short", 5, width, "ends")).toBe("short");
    expect(shorten("ab", 0, width, "ends")).toBe("a…");
    for (let room = 3; room < 23; room++) expect(shorten("build_traffic_dashboard", room, width, "ends").length).toBeLessThanOrEqual(room);
  });
});
