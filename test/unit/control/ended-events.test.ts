// When an event that has ended is asked again.

import { expect, test } from "vitest";
import { EndedEvents } from "../../../workers/control/ended-events.ts";
import type { EventProgress, EventState } from "../../../workers/core/contract/events.ts";

const DONE: EventProgress = {
  ...{ id: "e1", title: "Premiere", channel: "show", playlist: "master.m3u8" },
  ...{ regions: ["enam"], state: "done", problem: null, coverage: 1 },
  ...{ objects: { planned: 8, warm: 8, failed: 0 }, bytes: { planned: 80, warm: 80 } },
  places: [{ place: "enam", planned: 8, warm: 8, failed: 0 }],
  ...{ inFlight: 0, deadLetters: 0, decays: 0, etaMs: null, failures: [] },
  ...{ acceptedAtMs: 0, finishedAtMs: 500, nextAtMs: null },
};
const line = (state: EventState, id = "e1") => {
  return { id, state, title: "Premiere", channel: "show", acceptedAtMs: 0 };
};

test.each<[string, Partial<EventProgress>, EventState, number, boolean]>([
  ["it has ended", {}, "done", 299_000, true],
  ["it failed", { state: "failed" }, "failed", 1_000, true],
  ["five minutes are over", {}, "done", 301_000, false],
  ["the list says that it goes on", {}, "verifying", 1_000, false],
  ["it will look again by itself", { nextAtMs: 900_000 }, "done", 1_000, false],
  ["it was running", { state: "running", finishedAtMs: null }, "running", 1_000, false],
])("%s", (_, given, state, afterMs, isHeld) => {
  const events = new EndedEvents();
  const reading = { progress: { ...DONE, ...given }, atMs: 1_000 };
  events.keep([reading]);
  expect(events.find(line(state), 1_000 + afterMs)).toBe(isHeld ? reading : null);
  expect(events.find(line(state, "e2"), 1_000 + afterMs)).toBeNull();
});

test("what was not told of any more is forgotten", () => {
  const events = new EndedEvents();
  events.keep([{ progress: DONE, atMs: 0 }]);
  events.keep([]);
  expect(events.find(line("done"), 1)).toBeNull();
});
