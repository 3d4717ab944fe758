// When a delivery host is given up and when it is trusted again, and what the edges are told.

import { describe, expect, test } from "vitest";
import {
  applyHostLook,
  type HostWatch,
  LOOKS_BACK,
  LOOKS_RED,
  toHostWatch,
  toHostWatches,
  toPathwayStates,
} from "../../../workers/core/steer/host-watch.ts";

const T0 = 1_000_000;

/** Plays looks, "." a good one and "x" a failed one, five seconds apart. */
function look(looks: string, id = "a"): HostWatch {
  return [...looks].reduce(
    (watch, each, index) =>
      applyHostLook(watch, each === "." ? null : "status 503", T0 + index * 5_000),
    toHostWatch(id, T0),
  );
}

describe("a host", () => {
  test.each([
    { looks: "", want: "unknown" },
    { looks: ".", want: "green" },
    { looks: "x", want: "unknown" },
    { looks: "xx", want: "red" },
    { looks: "..x", want: "green" },
    { looks: "..x.x.x.", want: "green" },
    { looks: "..xx", want: "red" },
    { looks: "..xx.", want: "red" },
    { looks: "..xx..", want: "red" },
    { looks: "..xx...", want: "green" },
    { looks: "..xx..x..", want: "red" },
  ])("$looks is $want", ({ looks, want }) => expect(look(looks).verdict).toBe(want));

  test("bounds are what they are called", () => {
    expect(look(`.${"x".repeat(LOOKS_RED - 1)}`).verdict).toBe("green");
    expect(look(`xx${".".repeat(LOOKS_BACK)}`).verdict).toBe("green");
  });

  test("says when it changed and what was seen", () => {
    expect(look("..xx")).toMatchObject({ changedAtMs: T0 + 15_000, detail: "status 503" });
  });
});

describe("the edges are told", () => {
  const red = look("xx", "a");
  const green = look(".", "b");
  test("each host's verdict", () => {
    expect(toPathwayStates([red, green], T0)).toEqual([
      { id: "a", verdict: "red", isDrained: false },
      { id: "b", verdict: "green", isDrained: false },
    ]);
  });

  test("nothing if all of them look dead: then it is us", () => {
    const verdicts = toPathwayStates([red, look("xx", "b")], T0).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["unknown", "unknown"]);
  });

  test.each([
    { name: "until it is taken back", untilMs: null, nowMs: T0 + 1e9, want: true },
    { name: "within its term", untilMs: T0 + 1_000, nowMs: T0 + 999, want: true },
    { name: "after its term", untilMs: T0 + 1_000, nowMs: T0 + 1_000, want: false },
  ])("of a drain $name", ({ untilMs, nowMs, want }) => {
    const drained = { ...green, drain: { by: "ann", atMs: T0, untilMs } };
    expect(toPathwayStates([drained], nowMs)[0]?.isDrained).toBe(want);
  });
});

test("a new catalog keeps what is known of its hosts", () => {
  const host = (id: string) => ({ id, url: `https://${id}.example/`, weight: 1 });
  const watches = toHostWatches([look("xx", "a"), look(".", "b")], [host("b"), host("c")], T0);
  expect(watches.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(["b green", "c unknown"]);
});
