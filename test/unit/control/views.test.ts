// What operators read: origins by their worst channel, ages instead of moments, and metrics that
// every scraper can parse.

import { describe, expect, test } from "vitest";
import { printMetrics } from "../../../workers/control/metrics.ts";
import { toOriginList, toRouteList } from "../../../workers/control/views.ts";
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
    });
  });
  test("before a catalog", () => {
    const nothing = { catalog: null, policy: null, rows: [], nowMs: NOW_MS };
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
      },
    ],
  });
});

describe("printMetrics", () => {
  const crowd = { overload: null, viewers: {}, incidents: [] };
  const text = printMetrics({ view, tallies: [], pathways: [], alerts: null, crowd });
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
    const given = { tallies: [], pathways: [], alerts: null, crowd };
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
