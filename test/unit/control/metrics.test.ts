// The counters of the data plane as Prometheus reads them.

import { describe, expect, test } from "vitest";
import { printMetrics } from "../../../workers/control/metrics.ts";

const NO_HEALTH = { catalog: null, policy: null, rows: [], nowMs: 0 };
const row = (family: string, labels: readonly string[], log2: readonly number[] = []) => ({
  family,
  labels,
  count: 5,
  bytes: 700,
  log2,
});

describe("counters", () => {
  const lines = printMetrics(NO_HEALTH, [
    {
      region: "enam",
      rows: [
        row("requests", ["demo", 'v"1', "segment", "hit-l1"], [0, 2, 0, 3]),
        row("egress", ["east", "viewer", "http-200"]),
        row("prefetches", ["demo", "announced", "begun"]),
        row("tomorrow", ["x"]),
      ],
    },
    { region: "weur", rows: [row("prefetches", ["demo"])] },
  ]).split("\n");
  const labels = 'region="enam",channel="demo",rendition="v\\"1",kind="segment",outcome="hit-l1"';

  test.each([
    `weir_requests_total{${labels}} 5`,
    `weir_requests_bytes_total{${labels}} 700`,
    `weir_requests_milliseconds_bucket{${labels},le="4"} 2`,
    `weir_requests_milliseconds_bucket{${labels},le="8"} 2`,
    `weir_requests_milliseconds_bucket{${labels},le="16"} 5`,
    `weir_requests_milliseconds_bucket{${labels},le="+Inf"} 5`,
    'weir_egress_total{region="enam",origin="east",cause="viewer",outcome="http-200"} 5',
    'weir_prefetches_total{region="weur",channel="demo",cause="",outcome=""} 5',
    "# TYPE weir_requests_total counter",
    "# TYPE weir_origin_verdict gauge",
  ])("%s", (line) => expect(lines).toContain(line));

  test("that say nothing are left out", () => {
    const text = lines.join("\n");
    // Buckets below the fastest, durations that nobody measured, families of a newer build.
    expect(text).not.toContain('le="2"');
    expect(text).not.toMatch(/weir_egress_milliseconds_bucket\{/);
    expect(text).not.toContain("weir_prefetches_bytes");
    expect(text).not.toContain("tomorrow");
  });
});
