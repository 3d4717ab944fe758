// Who is probed, by which prober.

import { expect, test } from "vitest";
import type { Catalog, Channel, Origin } from "../../../workers/core/config/catalog.ts";
import { planProbers } from "../../../workers/core/health/probes.ts";
import { TTL_POLICY_SPEC } from "../../../workers/core/ttl/policy.ts";

const http = (id: string): Origin => ({
  kind: "http",
  id,
  url: `https://${id}.example/`,
  region: null,
});
const channel = (
  id: string,
  origins: Channel["origins"],
  mode: "live" | "vod" = "live",
): Channel => ({
  id,
  mode,
  playlist: `${id}.m3u8`,
  origins,
  policy: {
    ttl: TTL_POLICY_SPEC,
    auth: "open",
    replicas: "auto",
    beyondPrefix: false,
    hotTier: false,
    unknownHosts: "keep",
    query: [],
  },
});
const member = (id: string, segments: string | null = null, prefix = "") => ({
  id,
  prefix,
  segments: segments === null ? null : { id: segments, prefix: "/chunks" },
});
const catalog = (origins: readonly string[], channels: readonly Channel[]): Catalog => ({
  origins: origins.map(http),
  channels,
  hosts: [],
  probe: { intervalMs: 750 },
});

test("a target says everything that a prober needs", () => {
  const plans = planProbers(catalog(["a", "s"], [channel("one", [member("a", "s", "/x")], "vod")]));
  expect(plans).toEqual([
    {
      intervalMs: 750,
      targets: [
        {
          channelId: "one",
          mode: "vod",
          playlist: "one.m3u8",
          origin: http("a"),
          place: { id: "a", prefix: "/x" },
          store: { origin: http("s"), place: { id: "s", prefix: "/chunks" } },
        },
      ],
    },
  ]);
});

interface Row {
  readonly name: string;
  readonly catalog: Catalog;
  /** Per prober, the targets as channel/origin. */
  readonly want: readonly (readonly string[])[];
}
const all = ["a", "b", "c", "d", "e"];
const rows: Row[] = [
  { name: "no channels, no probers", catalog: catalog(all, []), want: [] },
  {
    name: "four origins fit one prober",
    catalog: catalog(all, [
      channel(
        "x",
        all.slice(0, 4).map((id) => member(id)),
      ),
    ]),
    want: [["x/a", "x/b", "x/c", "x/d"]],
  },
  {
    name: "the fifth needs a second",
    catalog: catalog(all, [
      channel(
        "x",
        all.map((id) => member(id)),
      ),
    ]),
    want: [["x/a", "x/b", "x/c", "x/d"], ["x/e"]],
  },
  {
    name: "an origin of two channels is watched by one prober",
    catalog: catalog(all, [
      channel(
        "x",
        all.map((id) => member(id)),
      ),
      channel("y", [member("e"), member("a")]),
    ]),
    want: [
      ["x/a", "x/b", "x/c", "x/d", "y/a"],
      ["x/e", "y/e"],
    ],
  },
  {
    name: "an origin that no channel uses is left alone, and so is one that is not declared",
    catalog: catalog(["a", "b"], [channel("x", [member("gone"), member("b", "gone")])]),
    want: [["x/b"]],
  },
];
test.each(rows)("$name", ({ catalog: given, want }) => {
  const plans = planProbers(given);
  const names = plans.map(({ targets }) =>
    targets.map((target) => `${target.channelId}/${target.origin.id}`),
  );
  expect(names).toEqual(want);
});

test("a storage that is not declared is not probed", () => {
  const [plan] = planProbers(catalog(["b"], [channel("x", [member("b", "gone")])]));
  expect(plan?.targets[0]?.store).toBeNull();
});
