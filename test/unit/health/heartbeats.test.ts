// The state centre: which nodes are banned, for how long, and how they come back.

import { describe, expect, test } from "vitest";
import {
  applyHeartbeat,
  applyNodeProbe,
  applyScan,
  HEARTBEAT_RULES,
  type Heartbeat,
  listHalfOpen,
  NODES_MAX,
  type NodeState,
  type StateCentre,
  toHeartbeatShare,
} from "../../../workers/core/health/heartbeats.ts";

const T0 = 1_800_000_000_000;
const beat = (state: NodeState, mediaCount: number | null = null, node = "n1"): Heartbeat => ({
  originId: "east",
  node,
  state,
  mediaCount,
});

/** One beat every ten seconds. */
function run(beats: readonly Heartbeat[], stepMs = 10_000): StateCentre {
  return beats.reduce<StateCentre>(
    (centre, each, k) => applyHeartbeat(centre, each, T0 + k * stepMs),
    new Map(),
  );
}
const banOf = (centre: StateCentre, node = "n1") => centre.get(`east ${node}`)?.ban.kind;

describe("bans", () => {
  interface Row {
    readonly name: string;
    readonly beats: readonly Heartbeat[];
    readonly stepMs?: number;
    readonly want: string;
  }
  const rows: Row[] = [
    {
      name: "normal",
      beats: [beat("started", 1), beat("started", 2), beat("started", 3)],
      want: "free",
    },
    {
      name: "two bad ones are too few to tell",
      beats: [beat("error"), beat("error")],
      want: "free",
    },
    {
      name: "three bad ones",
      beats: [beat("error"), beat("error"), beat("error")],
      want: "banned",
    },
    {
      name: "half is not more than half",
      beats: [beat("started", 1), beat("error"), beat("started", 2), beat("error")],
      want: "free",
    },
    {
      name: "more than half",
      beats: [beat("started", 1), beat("error"), beat("error")],
      want: "banned",
    },
    {
      name: "what is older than a minute does not count",
      beats: [beat("error"), beat("error"), beat("error")],
      stepMs: 31_000,
      want: "free",
    },
    {
      name: "started, and makes nothing",
      beats: [1, 2, 3, 4, 5, 6].map(() => beat("started", 7)),
      want: "banned",
    },
    {
      name: "started, and says nothing of media",
      beats: [1, 2, 3, 4, 5, 6].map(() => beat("started")),
      want: "free",
    },
    {
      name: "starting may take its time",
      beats: [1, 2, 3, 4, 5, 6].map(() => beat("starting", 0)),
      want: "free",
    },
    {
      name: "stopped is abnormal",
      beats: [beat("stopped"), beat("stopped"), beat("stopped")],
      want: "banned",
    },
    {
      name: "draining is not",
      beats: [beat("draining"), beat("draining"), beat("draining")],
      want: "free",
    },
  ];
  test.each(rows)("$name", ({ beats, stepMs, want }) => {
    expect(banOf(run(beats, stepMs))).toBe(want);
  });

  const banned = run([beat("error"), beat("error"), beat("error")]);
  const bannedAtMs = T0 + 20_000;

  test("a ban ends with its term, by half", () => {
    const { banMs } = HEARTBEAT_RULES;
    expect(banOf(applyScan(banned, bannedAtMs + banMs - 1))).toBe("banned");
    const open = applyScan(banned, bannedAtMs + banMs);
    expect(banOf(open)).toBe("half-open");
    expect(listHalfOpen(open).map(({ node }) => node)).toEqual(["n1"]);
    expect(toHeartbeatShare(open, "east")).toBe(0);
    const well = applyNodeProbe(open, "east", "n1", true, bannedAtMs + banMs + 1);
    expect([banOf(well), toHeartbeatShare(well, "east")]).toEqual(["free", 1]);
    const ill = applyNodeProbe(open, "east", "n1", false, bannedAtMs + banMs + 1);
    expect(banOf(applyScan(ill, bannedAtMs + 2 * banMs))).toBe("banned");
    expect(banOf(applyScan(ill, bannedAtMs + 2 * banMs + 1))).toBe("half-open");
  });

  test("good words do not end a ban, nor does a probe before its time", () => {
    const talked = applyHeartbeat(banned, beat("started", 1), bannedAtMs + 1);
    expect(banOf(talked)).toBe("banned");
    expect(banOf(applyNodeProbe(banned, "east", "n1", true, bannedAtMs + 1))).toBe("banned");
  });

  test("a half-open node that goes on failing is banned again", () => {
    let centre = applyScan(banned, bannedAtMs + HEARTBEAT_RULES.banMs);
    for (let k = 1; k <= 3; k += 1) {
      centre = applyHeartbeat(centre, beat("error"), bannedAtMs + HEARTBEAT_RULES.banMs + k);
    }
    expect(banOf(centre)).toBe("banned");
  });
});

describe("shares", () => {
  test("of an origin's own nodes; none without heartbeats", () => {
    let centre = run([beat("error"), beat("error"), beat("error")]);
    centre = applyHeartbeat(centre, beat("started", 1, "n2"), T0);
    centre = applyHeartbeat(centre, { ...beat("error"), originId: "west" }, T0);
    expect(toHeartbeatShare(centre, "east")).toBe(0.5);
    expect(toHeartbeatShare(centre, "west")).toBe(1);
    expect(toHeartbeatShare(centre, "south")).toBeNull();
  });

  test("a node that was taken down is forgotten after a day", () => {
    const centre = run([beat("error"), beat("error"), beat("error")]);
    expect(applyScan(centre, T0 + 20_000 + HEARTBEAT_RULES.goneMs).size).toBe(1);
    expect(applyScan(centre, T0 + 20_001 + HEARTBEAT_RULES.goneMs).size).toBe(0);
  });

  test.each([
    { name: "at the limit", count: NODES_MAX, want: NODES_MAX },
    { name: "one over it", count: NODES_MAX + 1, want: NODES_MAX },
  ])("invented names fill nothing: $name", ({ count, want }) => {
    const beats = Array.from({ length: count }, (_, k) => beat("started", 1, `n${k}`));
    expect(run(beats, 0).size).toBe(want);
  });
});
