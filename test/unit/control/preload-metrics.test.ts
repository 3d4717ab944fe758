// What /metrics says of preloading: which events are shown, and how much of each is warm where.

import { describe, expect, test } from "vitest";
import {
  EVENTS_SHOWN_MAX,
  toPreloadSamples,
  toShownEvents,
} from "../../../workers/control/preload-metrics.ts";
import {
  EVENT_STATES,
  type EventLine,
  type EventProgress,
  type EventState,
} from "../../../workers/core/contract/events.ts";

const PROGRESS: EventProgress = {
  ...{ id: "e1", title: "Premiere", channel: "show", playlist: "master.m3u8" },
  ...{ regions: ["enam", "weur"], state: "running", problem: null },
  ...{ objects: { planned: 16, warm: 7, failed: 0 }, bytes: { planned: 160, warm: 70 } },
  coverage: 0.4375,
  places: [
    { place: "enam", planned: 8, warm: 6, failed: 0 },
    { place: "weur", planned: 8, warm: 1, failed: 0 },
  ],
  ...{ inFlight: 3, deadLetters: 0, decays: 0, etaMs: 900, failures: [] },
  ...{ acceptedAtMs: 0, finishedAtMs: null, nextAtMs: 1_000 },
};

function line(id: string, state: EventState, title = "Premiere"): EventLine {
  return { id, title, channel: "show", state, acceptedAtMs: 0 };
}

function read(events: readonly EventProgress[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(toPreloadSamples({ events, hot: null }));
}

describe("shown are", () => {
  test("events that have something to show", () => {
    const lines = EVENT_STATES.map((state) => line(state, state));
    const shown = toShownEvents(lines, "Hot files").map(({ id }) => id);
    expect(shown).toEqual(["running", "verifying", "following", "paused", "done", "failed"]);
  });

  test("the newest, and none that nobody planned: those would push the others out", () => {
    const lines = Array.from({ length: 60 }, (_, index) => {
      return line(`e${index}`, "done", index % 2 === 0 ? "Hot files" : "Premiere");
    });
    const shown = toShownEvents(lines, "Hot files").map(({ id }) => id);
    expect(shown).toHaveLength(EVENTS_SHOWN_MAX);
    expect(shown.slice(0, 3)).toEqual(["e1", "e3", "e5"]);
  });
});

describe("an event", () => {
  test("is as warm as each of its regions is", () => {
    expect(read([PROGRESS])).toMatchObject({
      weir_preload_coverage: [
        { labels: { event: "e1", channel: "show", region: "enam" }, value: 0.75 },
        { labels: { event: "e1", channel: "show", region: "weur" }, value: 0.125 },
      ],
      weir_preload_failed: [{ labels: { event: "e1", channel: "show" }, value: 0 }],
    });
  });

  test("is warm nowhere if it could not be planned", () => {
    const samples = read([{ ...PROGRESS, state: "failed", places: [] }]);
    expect(samples).toMatchObject({
      weir_preload_coverage: [
        { labels: { event: "e1", channel: "show", region: "enam" }, value: 0 },
        { labels: { event: "e1", channel: "show", region: "weur" }, value: 0 },
      ],
      weir_preload_failed: [{ labels: { event: "e1", channel: "show" }, value: 1 }],
    });
  });

  test("has no share of nothing", () => {
    const places = [{ place: "enam", planned: 0, warm: 0, failed: 0 }];
    expect(read([{ ...PROGRESS, places }])).toMatchObject({
      weir_preload_coverage: [{ value: 0 }],
    });
  });
});

test("what is preloaded unasked is shown where it is wanted", () => {
  const toHot = (hot: { filesLeft: number; orders: number } | null) => {
    const { weir_hot_files_left, weir_hot_orders } = Object.fromEntries(
      toPreloadSamples({ events: [], hot }),
    );
    return [weir_hot_files_left, weir_hot_orders];
  };
  expect(toHot(null)).toEqual([[], []]);
  expect(toHot({ filesLeft: 0, orders: 3 })).toEqual([
    [{ labels: {}, value: 0 }],
    [{ labels: {}, value: 3 }],
  ]);
});
