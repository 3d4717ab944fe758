// How an event is shown while it runs, and which exit code it ends with.

import { describe, expect, test } from "vitest";
import { toExit } from "../../../infra/cli/commands/event-watch.ts";
import { isOver, printEvents } from "../../../infra/cli/screens/events.ts";
import { printPlain } from "../../../infra/cli/screens/paint.ts";
import {
  type Look,
  printProgress,
  printProgressLine,
  toBytesPerSecond,
  toLooks,
} from "../../../infra/cli/screens/progress.ts";
import { EVENT_STATES, type EventProgress } from "../../../workers/core/contract/events.ts";

const ID = "361d6871-e877-41bd-8348-462f2e960412";
const RUNNING: EventProgress = {
  id: ID,
  title: "Premiere",
  channel: "demo",
  playlist: "master.m3u8",
  regions: ["enam", "weur"],
  state: "running",
  problem: null,
  objects: { planned: 200, warm: 51, failed: 1 },
  bytes: { planned: 8_000_000, warm: 2_000_000 },
  coverage: 0.255,
  places: [
    { place: "enam", planned: 100, warm: 50, failed: 0 },
    { place: "weur", planned: 100, warm: 1, failed: 1 },
  ],
  inFlight: 12,
  deadLetters: 1,
  decays: 0,
  etaMs: 22_000,
  failures: [{ path: "v360/9.m4s", region: "weur", failure: "absent" }],
  acceptedAtMs: 0,
  finishedAtMs: null,
  nextAtMs: 100_000,
};
const look = (atMs: number, warm: number): Look => ({
  atMs,
  progress: { ...RUNNING, bytes: { planned: 8_000_000, warm } },
});

describe("the rate", () => {
  test("is of the last ten seconds, and of nothing before the second look", () => {
    let looks: readonly Look[] = [];
    const rates = [look(0, 0), look(5_000, 1_000_000), look(14_000, 1_900_000)].map((each) => {
      looks = toLooks(looks, each);
      return toBytesPerSecond(looks);
    });
    expect(rates).toEqual([null, 200_000, 100_000]);
  });

  test("is not negative when something is found cold again", () => {
    expect(toBytesPerSecond([look(0, 500), look(1_000, 100)])).toBe(0);
  });
});

test("the line of a log says everything once", () => {
  expect(printProgressLine(look(0, 2_000_000), 596_000)).toBe(
    `${ID} running: 51/200 objects, 2.00 MB of 8.00 MB, 25.5 %, 596 kB/s, 22 s left, 1 failed, enam 50/100, weur 1/100`,
  );
});

describe("the screen", () => {
  test("has a bar for all and for every place, and names what failed", () => {
    const lines = printProgress(look(0, 2_000_000), 596_000, 58, printPlain).split("\n");
    expect(lines).toEqual([
      "Premiere (demo)  running",
      "all  █████░░░░░░░░░░░░░░░ 25.5 % 51/200 1 failed",
      "enam ██████████░░░░░░░░░░   50 % 50/100",
      "weur ░░░░░░░░░░░░░░░░░░░░    1 % 1/100 1 failed",
      "2.00 MB of 8.00 MB, 596 kB/s, 22 s left, coverage 25.5 %",
      "  absent weur v360/9.m4s",
    ]);
  });

  test("of an event that waits says for how long", () => {
    const scheduled = {
      ...RUNNING,
      state: "scheduled",
      failures: [],
      nextAtMs: 3_600_000,
    } as const;
    const text = printProgress({ atMs: 0, progress: scheduled }, null, 80, printPlain);
    expect(text.split("\n").at(-1)).toBe("It begins in 1 h.");
  });

  test("counts the failures that it does not show", () => {
    const failed = { ...RUNNING, objects: { planned: 200, warm: 51, failed: 149 } };
    const text = printProgress({ atMs: 0, progress: failed }, null, 80, printPlain);
    expect(text).toContain("  … and 148 more objects; the receipt names all");
  });
});

describe("the exit code", () => {
  test.each([
    { state: "done", planned: 10, want: 0 },
    { state: "paused", planned: 10, want: 0 },
    { state: "cancelled", planned: 10, want: 1 },
    { state: "failed", planned: 10, want: 3 },
    { state: "failed", planned: 0, want: 1 },
  ] as const)("$state of $planned: $want", ({ state, planned, want }) => {
    expect(toExit({ ...RUNNING, state, objects: { planned, warm: 0, failed: 0 } })).toBe(want);
  });
});

test("the list, and which events are over", () => {
  expect(EVENT_STATES.filter(isOver)).toEqual(["done", "failed", "cancelled"]);
  const line = { id: ID, title: "A\nB", channel: "demo", state: "done", acceptedAtMs: 0 } as const;
  expect(printEvents([line], 61_000, printPlain).split("\n")[1]).toBe(
    `${ID}  done   demo     1 min 1 s ago  A\\x0aB`,
  );
});
