// Metrics as Prometheus reads them: names, types, labels and the sums that are made on the way.

import { describe, expect, test } from "vitest";
import { METRICS } from "../../../workers/control/metric-list.ts";
import { type MetricSources, printMetrics } from "../../../workers/control/metrics.ts";
import { TALLY_LABELS, type TallyFamily } from "../../../workers/core/contract/tally.ts";
import type { Incident } from "../../../workers/core/health/incidents/incident.ts";
import { Tally } from "../../../workers/core/telemetry/tally.ts";

const NOTHING: MetricSources = {
  view: { catalog: null, policy: null, rows: [], nowMs: 0 },
  tallies: [],
  pathways: [],
  alerts: null,
  crowd: { overload: null, viewers: {}, incidents: [] },
  preload: { events: [], hot: null },
};
const row = (
  family: string,
  labels: readonly string[],
  log2: readonly number[] = [],
  sumMs = 0,
) => ({
  ...{ family, labels, count: 5, bytes: 700 },
  ...{ log2, sumMs },
});

describe("counters", () => {
  const lines = printMetrics({
    ...NOTHING,
    tallies: [
      {
        region: "enam",
        policyAgeMs: 4_250,
        rows: [
          row("requests", ["demo", 'v"1', "segment", "hit-l1"], [0, 2, 0, 3], 40),
          row("requests", ["demo", "v2", "segment", "miss-cold"], [0, 1], 3),
          row("requests", ["demo", "v2", "segment", "stale-l1"]),
          row("requests", ["demo", "v2", "segment", "http-404"]),
          row("requests", ["demo", "v2", "segment", "collapsed"]),
          row("egress", ["east", "viewer", "http-200"]),
          row("egress", ["east", "viewer", "timeout"], [0, 0, 5], 25),
          row("prefetches", ["demo", "announced", "begun"]),
          row("lifetimes", ["demo", "segment", "immutable-name"]),
          row("rescues", ["hedge"]),
          row("playback", ["demo", "starved"]),
          row("steering", ["demo", "entry"]),
          row("tomorrow", ["x"]),
          row("toString", ["x"]),
        ],
      },
      { region: "weur", rows: [row("prefetches", ["demo"])], policyAgeMs: null },
      { region: "apac", rows: null, policyAgeMs: 61_000 },
    ],
    pathways: [{ id: "a", verdict: "red", isDrained: true }],
    alerts: { waiting: 1, delivered: 2, "given-up": 0 },
  }).split("\n");
  const labels = 'region="enam",channel="demo",rendition="v\\"1",kind="segment",outcome="hit-l1"';
  const group = 'region="enam",channel="demo",kind="segment"';

  test.each([
    `weir_requests_total{${labels}} 5`,
    `weir_requests_bytes_total{${labels}} 700`,
    // Renditions and outcomes are added up: 2 + 1 of 2 to 4 ms, 3 of 8 to 16 ms.
    `weir_request_duration_seconds_bucket{${group},le="0.004"} 3`,
    `weir_request_duration_seconds_bucket{${group},le="0.008"} 3`,
    `weir_request_duration_seconds_bucket{${group},le="0.016"} 6`,
    `weir_request_duration_seconds_bucket{${group},le="+Inf"} 6`,
    `weir_request_duration_seconds_sum{${group}} 0.043`,
    `weir_request_duration_seconds_count{${group}} 6`,
    `weir_tier_requests_total{${group},tier="l1"} 10`,
    `weir_tier_requests_total{${group},tier="origin"} 5`,
    `weir_tier_requests_total{${group},tier="error"} 5`,
    `weir_tier_requests_total{${group},tier="collapsed"} 5`,
    'weir_egress_total{region="enam",origin="east",cause="viewer",outcome="http-200"} 5',
    'weir_egress_duration_seconds_count{region="enam",origin="east",cause="viewer"} 5',
    'weir_prefetches_total{region="weur",channel="demo",cause="",outcome=""} 5',
    'weir_lifetimes_total{region="enam",channel="demo",kind="segment",reason="immutable-name"} 5',
    'weir_rescues_total{region="enam",kind="hedge"} 5',
    'weir_playback_reports_total{region="enam",channel="demo",state="starved"} 5',
    'weir_steering_total{region="enam",channel="demo",pathway="entry"} 5',
    'weir_gate_up{region="weur"} 1',
    'weir_gate_up{region="apac"} 0',
    'weir_policy_age_seconds{region="enam"} 4.25',
    'weir_policy_age_seconds{region="apac"} 61',
    'weir_pathway_verdict{pathway="a",verdict="red"} 1',
    'weir_pathway_verdict{pathway="a",verdict="green"} 0',
    'weir_pathway_drained{pathway="a"} 1',
    'weir_alerts{state="delivered"} 2',
    "# TYPE weir_requests_total counter",
    "# TYPE weir_request_duration_seconds histogram",
    "# TYPE weir_origin_verdict gauge",
  ])("%s", (line) => expect(lines).toContain(line));

  test("that say nothing are left out", () => {
    const text = lines.join("\n");
    // Buckets below the fastest, families of a newer build.
    expect(text).not.toContain('le="0.002"');
    expect(text).not.toContain("weir_prefetches_bytes");
    expect(text).not.toContain("tomorrow");
    expect(text).not.toContain("toString");
    // A gate without a policy has none of any age.
    expect(text).not.toContain('weir_policy_age_seconds{region="weur"');
  });
});

describe("the list", () => {
  const text = printMetrics(NOTHING);

  test("is what is printed, each once", () => {
    const printed = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => {
      return `${name} ${type}`;
    });
    const listed = Object.entries(METRICS).map(([name, { type }]) => `${name} ${type}`);
    expect([...printed].sort()).toEqual([...listed].sort());
  });

  test.each(Object.entries(METRICS))("%s is well formed", (name, { type, help, labels }) => {
    expect(name).toMatch(/^weir_[a-z_]+$/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(labels).not.toContain("le");
  });

  test("gives every family of counters the labels that the edge counts by", () => {
    const families = Object.keys(TALLY_LABELS) as TallyFamily[];
    const values = (family: TallyFamily) => TALLY_LABELS[family].map((label) => `a-${label}`);
    const rows = families.map((family) => row(family, values(family), [1]));
    const tallies = [{ region: "enam", rows, policyAgeMs: 1_000 }];
    const printed = printMetrics({ ...NOTHING, tallies });
    for (const [name, { labels, type }] of Object.entries(METRICS)) {
      const line = printed
        .split("\n")
        .find(
          (each) =>
            each.startsWith(`${name}`) && !each.startsWith("#") && each.includes('region="enam"'),
        );
      if (line === undefined || type === "histogram" || name === "weir_gate_up") continue;
      const found = [...line.matchAll(/([a-z_]+)="/g)].map(([, label]) => label);
      expect(found, name).toEqual([...labels]);
    }
  });
});

test("durations are added up over isolates, also of builds that do not send their sum", () => {
  const tally = new Tally();
  tally.add("requests", ["demo", "v", "segment", "hit-l0"], { durationMs: 3 });
  tally.merge([
    {
      ...{ family: "requests", count: 1, bytes: 0, log2: [0, 1] },
      labels: ["demo", "v", "segment", "hit-l0"],
    },
  ]);
  tally.merge(tally.rows());
  expect(tally.rows()).toMatchObject([{ count: 4, sumMs: 6, log2: [0, 4] }]);
});

test("crowds and incidents", () => {
  const incident = (given: Partial<Incident>): Incident => ({
    ...{ id: "i", openedAtMs: 0, closedAtMs: null, level: "warning", origins: [], channels: [] },
    ...{ regions: [], sessionsMax: null, open: [], lastAdverseAtMs: 0, faultAfterMs: null },
    ...{ detectedAtMs: 2_000, decidedAtMs: null, firstGoodAtMs: null, entries: [] },
    ...{ entriesDropped: 0, acknowledgedBy: null, notices: [] },
    ...given,
  });
  const text = printMetrics({
    ...NOTHING,
    crowd: {
      overload: {
        ...{ atMs: 0, requestsPerSecond: 10, sessionsPerSecond: 1, surge: 3.5, load: 81 },
        ...{ part: "egress", risk: 60, isAlarm: false, share: 0.25 },
      },
      viewers: { news: { usual: 900, seenAtMs: 0, belowSinceMs: 1, isAlarm: true } },
      incidents: [
        incident({ level: "critical" }),
        incident({ faultAfterMs: 500, decidedAtMs: 2_250, closedAtMs: 9_000 }),
        incident({ decidedAtMs: 9_000, firstGoodAtMs: 9_100 }),
      ],
    },
  });
  for (const line of [
    'weir_load{part="egress"} 81',
    "weir_risk 60",
    "weir_surge_deviations 3.5",
    "weir_shed_share 0.25",
    'weir_viewers_usual{channel="news"} 900',
    'weir_viewers_missing{channel="news"} 1',
    'weir_incidents_open{level="critical"} 1',
    'weir_incidents_open{level="warning"} 1',
    // Of the newest incident that has the step.
    'weir_incident_step_seconds{step="detect"} 1.5',
    'weir_incident_step_seconds{step="decide"} 0.25',
    'weir_incident_step_seconds{step="answer"} 0.1',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
});
