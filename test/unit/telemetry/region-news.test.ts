// What a region's counters tell of its origins and its crowd.

import { describe, expect, test } from "vitest";
import type { TallyRow } from "../../../workers/core/contract/tally.ts";
import { isUrgent, toRegionNews } from "../../../workers/core/telemetry/region-news.ts";

const row = (
  family: string,
  labels: readonly string[],
  count = 1,
  more: object = {},
): TallyRow => ({
  ...{ family, labels, count, bytes: 0, log2: [] },
  ...more,
});
const asked = (outcome: string, count = 1, cause = "viewer") =>
  row("egress", ["east", cause, outcome], count);

describe("reports of an origin", () => {
  const rows: readonly {
    name: string;
    given: readonly TallyRow[];
    tries: number;
    failures: object;
    urgent: boolean;
  }[] = [
    { name: "good ones", given: [asked("http-200", 3)], tries: 3, failures: {}, urgent: false },
    { name: "unchanged", given: [asked("http-304")], tries: 1, failures: {}, urgent: false },
    {
      name: "server errors",
      given: [asked("http-200", 2), asked("http-502")],
      tries: 3,
      failures: { "status-5xx": 1 },
      urgent: true,
    },
    {
      name: "refused connections",
      given: [asked("refused", 2)],
      tries: 2,
      failures: { refused: 2 },
      urgent: true,
    },
    {
      name: "an announced file that is not there",
      given: [asked("http-404", 2)],
      tries: 2,
      failures: { absent: 2 },
      urgent: false,
    },
    {
      name: "a name that a stranger made up",
      given: [asked("http-404", 9, "names"), asked("http-200")],
      tries: 1,
      failures: {},
      urgent: false,
    },
    {
      name: "what was late is a suspicion and no try",
      given: [asked("late", 2), asked("http-200")],
      tries: 1,
      failures: { late: 2 },
      urgent: true,
    },
    {
      name: "what was given up says nothing",
      given: [asked("given-up", 5), asked("http-200")],
      tries: 1,
      failures: {},
      urgent: false,
    },
    {
      name: "a damaged body is a failure of a try that was counted",
      given: [asked("http-200", 4), row("faults", ["east", "wrong-digest"], 2)],
      tries: 4,
      failures: { "wrong-digest": 2 },
      urgent: true,
    },
  ];
  test.each(rows)("$name", ({ given, tries, failures, urgent }) => {
    expect(toRegionNews("weur", given).reports).toMatchObject([
      { origin: "east", region: "weur", tries, failures },
    ]);
    expect(isUrgent(given)).toBe(urgent);
  });

  test("latencies and bytes of good answers add up", () => {
    const given = [
      row("egress", ["east", "viewer", "http-200"], 2, { bytes: 10, log2: [0, 2] }),
      row("egress", ["east", "hinted", "http-206"], 1, { bytes: 5, log2: [0, 0, 1] }),
      row("egress", ["east", "viewer", "timeout"], 1, { log2: [0, 0, 0, 0, 1] }),
    ];
    const [report] = toRegionNews("weur", given).reports;
    expect(report).toMatchObject({ bytes: 15, latencyLog2: [0, 2, 1] });
  });

  test("a family of a newer neighbour is borne with", () => {
    expect(toRegionNews("weur", [row("comets", ["east"])]).reports).toEqual([]);
  });
});

describe("traffic of a region", () => {
  test("adds up", () => {
    const { traffic } = toRegionNews("weur", [
      row("requests", ["news", "v1", "playlist", "hit-l0"], 40, { log2: [40] }),
      row("requests", ["news", "v1", "segment", "http-502"], 3, { log2: [0, 3] }),
      row("requests", ["film", "", "playlist", "http-404"], 2),
      row("sessions", ["news", "begun"], 5),
      row("sessions", ["news", "shed"], 4),
      row("rescues", ["hedge"], 2),
      row("rescues", ["rescue"], 1),
      row("relays", ["news@weur/0"], 70),
      row("relays", ["news@weur/1"], 90),
      row("egress", ["east", "viewer", "http-200"], 10, { bytes: 1_000 }),
    ]);
    expect(traffic).toEqual({
      requests: 45,
      serverErrors: 3,
      sessions: 9,
      shed: 4,
      extraAsks: 3,
      asks: 10,
      egressBytes: 1_000,
      relayRequests: 90,
      tookLog2: [40, 3],
      playlists: { news: 40, film: 2 },
    });
  });
});

test("playback is told by host and network", () => {
  const { playback } = toRegionNews("weur", [
    row("networks", ["a.example", "64496", "smooth"], 90),
    row("networks", ["a.example", "64496", "starved"], 10),
    row("networks", ["b.example", "64497", "smooth"], 5),
    row("networks", ["a.example", "other", "starved"], 7),
  ]);
  expect(playback).toEqual([
    { host: "a.example", network: 64496, reports: 100, starved: 10 },
    { host: "b.example", network: 64497, reports: 5, starved: 0 },
  ]);
});
