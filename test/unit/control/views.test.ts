// What operators read: origins by their worst channel, ages instead of moments, and metrics that
// every scraper can parse.

import { describe, expect, test } from "vitest";
import { printMetrics } from "../../../workers/control/metrics.ts";
import { toOriginList, toRouteList } from "../../../workers/control/views.ts";
import type { ChannelChoice } from "../../../workers/core/contract/policy.ts";
import { applySighting, toUnknownHealth } from "../../../workers/core/health/detector.ts";
import { toSituation } from "../origin/situation.ts";

const NOW_MS = 1_800_000_000_000;
const { channel, choice, index } = toSituation({});
const { catalog } = index;

function look(agoMs: number, lastMsn: number | null) {
  const health = toUnknownHealth(NOW_MS - 10_000);
  const outcome =
    lastMsn === null
      ? ({ kind: "failed", latencyMs: 1500, failure: "timeout", detail: 'no "answer"\\' } as const)
      : ({
          kind: "playlist",
          latencyMs: 50,
          targetDurationMs: 2000,
          ended: false,
          lastMsn,
          marks: [],
        } as const);
  return applySighting(health, outcome, "live", NOW_MS - agoMs);
}

const SEEN = {
  originId: "east",
  role: "playlists" as const,
  mediaEndMs: null,
  mediaSeenAtMs: 0,
  heardAtMs: NOW_MS,
  lastGoodAtMs: null,
};
const policy = {
  contract: 1,
  version: 7,
  catalogVersion: 3,
  channels: [{ ...choice, changedAtMs: 0 }],
};
const view = {
  catalog,
  policy,
  rows: [
    { channelId: "demo", originId: "east", role: "playlists" as const, health: look(500, 41) },
    { channelId: "other", originId: "east", role: "playlists" as const, health: look(2000, null) },
  ],
  regions: [
    {
      ...SEEN,
      channelId: "other",
      region: "weur",
      health: look(2000, null),
      heardAtMs: NOW_MS - 70,
    },
    { ...SEEN, channelId: "other", region: "enam", health: look(900, 41), heardAtMs: NOW_MS - 30 },
    { ...SEEN, channelId: "demo", region: "enam", health: look(500, 41), heardAtMs: NOW_MS },
    { ...SEEN, channelId: "other", region: "enam", health: look(1, null), originId: "west" },
  ],
  nowMs: NOW_MS,
};

describe("toOriginList", () => {
  test("an origin shows its worst channel, and the newest segment of all", () => {
    expect(toOriginList(view).origins[0]).toEqual({
      id: "east",
      kind: "http",
      region: null,
      verdict: "unknown",
      reasons: ["failed-once"],
      detail: 'no "answer"\\',
      latencyMs: 1500,
      checkedAgoMs: 2000,
      lastMsn: 41,
      playlistAgeMs: null,
      channels: ["demo", "other"],
      why: {
        channel: "other",
        role: "playlists",
        words: ["the last request failed"],
        regions: [
          {
            region: "enam",
            verdict: "green",
            reasons: [],
            detail: null,
            latencyMs: 50,
            heardAgoMs: 30,
          },
          {
            region: "weur",
            verdict: "unknown",
            reasons: ["failed-once"],
            detail: 'no "answer"\\',
            latencyMs: 1500,
            heardAgoMs: 70,
          },
        ],
      },
    });
  });
  test("one that nobody has seen", () => {
    expect(toOriginList(view).origins[1]).toMatchObject({
      id: "west",
      verdict: "unknown",
      reasons: ["never-seen"],
      checkedAgoMs: null,
      lastMsn: null,
      channels: [],
      why: null,
    });
  });
  test("before a catalog", () => {
    const nothing = { catalog: null, policy: null, rows: [], regions: [], nowMs: NOW_MS };
    expect(toOriginList(nothing)).toEqual({ origins: [] });
    expect(toRouteList(nothing)).toEqual({
      policyVersion: null,
      catalogVersion: null,
      channels: [],
    });
  });
});

test("toRouteList: the order in force and when it changed", () => {
  expect(toRouteList(view)).toEqual({
    policyVersion: 7,
    catalogVersion: 3,
    channels: [
      {
        id: channel.id,
        mode: "live",
        numbering: { timelines: "probes", labels: "ledger" },
        timelines: choice.timelines,
        current: 0,
        order: ["east", "west"],
        reason: "preferred",
        changedAt: "1970-01-01T00:00:00.000Z",
        canary: null,
        canaries: [],
      },
    ],
  });
});

test("toRouteList: who is elsewhere", () => {
  const shown = (more: Partial<ChannelChoice>) => {
    const policy = view.policy && { ...view.policy, channels: [{ ...choice, ...more }] };
    return toRouteList({ ...view, policy }).channels[0];
  };
  const canaries = [{ n: 1, originId: "west", orderId: "o1", sinceMs: 0 }];
  expect(shown({ canary: { originId: "west", share: 0.2, n: 1 }, canaries })).toMatchObject({
    canary: { origin: "west", share: 0.2, label: "@c1" },
    canaries: [{ label: "@c1", origin: "west" }],
  });
  expect(shown({ canary: { originId: "west", share: 0.2 } })).toMatchObject({
    canary: { origin: "west", share: 0.2, label: null },
    canaries: [],
  });
});

describe("printMetrics", () => {
  const crowd = { overload: null, viewers: {}, incidents: [] };
  const preload = { events: [], hot: null };
  const text = printMetrics({ view, tallies: [], pathways: [], alerts: null, crowd, preload });
  test("one verdict of four holds", () => {
    const samples = [...text.matchAll(/^weir_origin_verdict\{(.*)\} (\d)$/gm)];
    expect(samples).toHaveLength(8);
    expect(samples.filter(([, , value]) => value === "1").map(([, labels]) => labels)).toEqual([
      'channel="demo",origin="east",role="playlists",verdict="green"',
      'channel="other",origin="east",role="playlists",verdict="unknown"',
    ]);
  });
  test("values in base units, nothing for what is not known", () => {
    expect(text).toContain(
      'weir_origin_latency_seconds{channel="demo",origin="east",role="playlists"} 0.05\n',
    );
    expect(text).toContain(
      'weir_origin_playlist_age_seconds{channel="demo",origin="east",role="playlists"} 0.5\n',
    );
    expect(text).toContain(
      'weir_origin_media_sequence{channel="demo",origin="east",role="playlists"} 41\n',
    );
    expect(text).not.toContain('weir_origin_media_sequence{channel="other"');
    expect(text).toContain("weir_policy_version 7\n");
    expect(text).toContain("weir_catalog_version 3\n");
  });
  test("a network in trouble is named, and none is where there is none", () => {
    const networks = [{ region: "weur", host: "a.example:8443", network: 64500 }];
    const troubled = { ...view, policy: { ...policy, networks } };
    const given = { tallies: [], pathways: [], alerts: null, crowd, preload };
    expect(printMetrics({ view: troubled, ...given })).toContain(
      'weir_network_troubled{region="weur",host="a.example:8443",network="64500"} 1\n',
    );
    expect(text).not.toContain("weir_network_troubled{");
  });
  test("every line is one that Prometheus reads", () => {
    const sample = /^[a-z_]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\})? -?\d+(\.\d+)?(e[+-]\d+)?$/;
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(line.startsWith("#") ? /^# (HELP|TYPE) [a-z_]+ \S/ : sample);
    }
  });
});
