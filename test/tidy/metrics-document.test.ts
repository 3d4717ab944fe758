// The page that operators read of the metrics, held against the list that the worker prints from:
// every name, its type and its labels, each once.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METRICS, type MetricRule } from "../../workers/control/metric-list.ts";

const PAGE = readFileSync(new URL("../../infra/docs/metrics.md", import.meta.url), "utf8");

test("infra/docs/metrics.md says what /metrics says", () => {
  const rows = [...PAGE.matchAll(/^\| `(weir_[a-z_]+)` \| (\w+) \| (.*?) \|/gm)];
  const documented = rows.map(([, name, type, labels = ""]) => {
    return `${name} ${type} ${[...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).join(",")}`;
  });
  const printed = Object.entries<MetricRule>(METRICS).map(([name, { type, labels }]) => {
    return `${name} ${type} ${labels.join(",")}`;
  });
  expect([...documented].sort()).toEqual([...printed].sort());
});

test("its questions ask for metrics that exist", () => {
  const asked = [...PAGE.matchAll(/weir_[a-z_]+/g)].map(([name]) => name);
  const known = new Set<string>(Object.keys(METRICS));
  const strange = asked.filter((name) => {
    return !known.has(name) && !known.has(name.replace(/_(?:bucket|sum|count)$/, ""));
  });
  expect(strange).toEqual([]);
});
