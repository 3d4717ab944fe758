// Which URLs can be explained, and what an operator reads of incidents and delivery hosts.

import { describe, expect, test } from "vitest";
import { parseExplainUrl } from "../../../workers/control/explain.ts";
import { toPathwayList } from "../../../workers/control/hosts/host-views.ts";
import { applyHostLook, toHostWatch } from "../../../workers/core/steer/host-watch.ts";

describe("a URL to explain", () => {
  test.each([
    { url: "/demo/master.m3u8", path: "/demo/master.m3u8" },
    { url: "/demo/v/1.ts?x=1#part", path: "/demo/v/1.ts?x=1" },
    { url: "https://edge.example/demo/a.m3u8?_HLS_msn=3", path: "/demo/a.m3u8?_HLS_msn=3" },
    { url: "HTTP://127.0.0.1:8787/~tok/demo/a.ts", path: "/~tok/demo/a.ts" },
  ])("$url", ({ url, path }) => expect(parseExplainUrl(url)).toEqual({ kind: "target", path }));

  test.each([
    { name: "nothing", url: "", detail: /viewer URL or its path/ },
    { name: "no path", url: "demo/master.m3u8", detail: /viewer URL or its path/ },
    { name: "another scheme", url: "ftp://edge/demo/a", detail: /viewer URL or its path/ },
    { name: "a host alone", url: "https://edge.example", detail: /viewer URL or its path/ },
    { name: "the edge's own", url: "/_/probe?bytes=16000000", detail: /of a channel/ },
    { name: "too much", url: `/${"a".repeat(9_000)}`, detail: /8192/ },
  ])("$name", ({ url, detail }) => {
    expect(parseExplainUrl(url)).toMatchObject({ kind: "refused", detail });
  });
});

test("delivery hosts in the catalog's order, with ages instead of moments", () => {
  const hosts = ["a", "b", "c"].map((id) => ({ id, url: `https://${id}.example/`, weight: 1 }));
  const red = ["status 503", "status 503"].reduce(
    (watch, fault, index) => applyHostLook(watch, fault, 1_000 * index),
    toHostWatch("a", 0),
  );
  const drain = { by: "ann", atMs: 0, untilMs: 70_000 };
  const over = { by: "ann", atMs: 0, untilMs: 5_000 };
  const watches = [red, { ...toHostWatch("b", 0), drain }, { ...toHostWatch("c", 0), drain: over }];
  const { pathways } = toPathwayList(hosts, watches, 10_000);
  expect(pathways).toMatchObject([
    { id: "a", verdict: "red", detail: "status 503", changedAgoMs: 9_000, drained: null },
    { id: "b", verdict: "unknown", detail: null, drained: { by: "ann", forMs: 60_000 } },
    { id: "c", drained: null },
  ]);
});
