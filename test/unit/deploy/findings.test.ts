// Each way in which a deployment would fail is one line with its remedy, before anything is
// changed.

import { describe, expect, test } from "vitest";
import { parseEnvironment } from "../../../infra/deploy/environment.ts";
import { type DeployFacts, decideFindings } from "../../../infra/deploy/findings.ts";
import {
  toEnvironmentConfig,
  toResources,
  type WorkerConfig,
} from "../../../infra/deploy/worker-config.ts";

const KV_ID = "0123456789abcdef0123456789abcdef";
const ENVIRONMENT = {
  name: "staging",
  suffix: "-staging",
  edgeHost: "play.weir.test",
  controlHost: "control.weir.test",
  kvId: KV_ID,
};
const EDGE: WorkerConfig = {
  name: "weir-edge",
  compatibility_date: "2026-09-15",
  vars: { WEIR_CACHE_HOST: "weir.internal", WEIR_LOG: "" },
  kv_namespaces: [{ binding: "POLICY", id: "weir-policy" }],
  r2_buckets: [{ binding: "HOT_TIER", bucket_name: "weir-hot-tier" }],
  durable_objects: { bindings: [{ name: "GATES", class_name: "RegionGate" }] },
  migrations: [{ tag: "v1", new_sqlite_classes: ["RegionGate"] }],
};
const CONTROL: WorkerConfig = {
  name: "weir-control",
  compatibility_date: "2026-09-15",
  queues: {
    producers: [{ queue: "weir-preload" }],
    consumers: [{ queue: "weir-preload", dead_letter_queue: "weir-preload-dead" }],
  },
  durable_objects: {
    bindings: [{ name: "GATES", class_name: "RegionGate", script_name: "weir-edge" }],
  },
};

function toFacts(more: Partial<DeployFacts> = {}, configs = [EDGE, CONTROL]): DeployFacts {
  const environment = more.environment ?? ENVIRONMENT;
  return {
    environment,
    configs: configs.map((config) => toEnvironmentConfig(config, environment, null)),
    isDryRun: false,
    isLoggedIn: true,
    gzipBytes: { "weir-edge": 100, "weir-control": 100 },
    budgets: { "weir-edge": 120, "weir-control": 120 },
    runtimeDate: "2026-09-18",
    buildFaults: {},
    ...more,
  };
}

test("nothing is wrong", () => expect(decideFindings(toFacts())).toEqual([]));

describe("one line each", () => {
  test.each<[string, Partial<DeployFacts>, string]>([
    ["nobody is logged in", { isLoggedIn: false }, "npx wrangler login"],
    [
      "too large",
      { gzipBytes: { "weir-edge": 121 } },
      "over its budget of 120; take something out",
    ],
    [
      "a newer date",
      { runtimeDate: "2026-09-01" },
      "does not know compatibility_date 2026-09-15 yet",
    ],
    [
      "it does not build",
      { buildFaults: { "weir-edge": "no such file" } },
      "does not build: no such",
    ],
    [
      "an example's host",
      { environment: { ...ENVIRONMENT, edgeHost: "play.example.com" } },
      "put a host of your zone into",
    ],
    ["no namespace", { environment: { ...ENVIRONMENT, kvId: "" } }, "missing binding POLICY"],
  ])("%s", (_name, more, want) => {
    const blocking = decideFindings(toFacts(more)).filter(({ weight }) => weight === "blocking");
    const words = blocking.map(({ line }) => line).filter((line) => line.includes(want));
    expect([...new Set(words)]).toHaveLength(words.length === 0 ? 1 : new Set(words).size);
    expect(words[0]).not.toContain("\n");
  });

  test.each<[string, readonly WorkerConfig[], string]>([
    ["an object that nobody makes", [{ ...EDGE, migrations: [] }], "no migration makes RegionGate"],
    ["a worker that is not there", [CONTROL], "names the worker weir-edge-staging, which is not"],
    ["a worker that comes later", [CONTROL, EDGE], "which is deployed later"],
    ["no date", [{ ...EDGE, compatibility_date: undefined }], "has no compatibility_date"],
    [
      "no such day",
      [{ ...EDGE, compatibility_date: "soon" }],
      'compatibility_date "soon" is no date',
    ],
  ])("%s", (_name, configs, want) => {
    const lines = decideFindings(toFacts({}, [...configs])).map(({ line }) => line);
    expect(lines.filter((line) => line.includes(want))).toHaveLength(1);
  });

  test("of a dry run, what only an account has is told and does not stop", () => {
    const environment = { ...ENVIRONMENT, kvId: "", edgeHost: "play.example.com" };
    const found = decideFindings(toFacts({ isDryRun: true, isLoggedIn: false, environment }));
    expect(found.map(({ weight }) => weight)).toEqual(["note", "note", "note"]);
  });
});

describe("an environment", () => {
  test("has names of its own wherever a name stands, and nothing else changes", () => {
    const edge = toEnvironmentConfig(EDGE, ENVIRONMENT, "play.weir.test");
    expect(edge).toMatchObject({
      name: "weir-edge-staging",
      routes: [{ pattern: "play.weir.test", custom_domain: true }],
      vars: { WEIR_CACHE_HOST: "play.weir.test", WEIR_LOG: "" },
      kv_namespaces: [{ binding: "POLICY", id: KV_ID }],
      r2_buckets: [{ binding: "HOT_TIER", bucket_name: "weir-hot-tier-staging" }],
      durable_objects: EDGE["durable_objects"],
      migrations: EDGE["migrations"],
    });
    const control = toEnvironmentConfig(CONTROL, ENVIRONMENT, null);
    expect(control.durable_objects?.bindings?.[0]?.script_name).toBe("weir-edge-staging");
    expect(toResources([edge, control])).toEqual({
      queues: ["weir-preload-dead-staging", "weir-preload-staging"],
      buckets: ["weir-hot-tier-staging"],
    });
  });

  test.each([
    ["{", "not JSON"],
    ['{"production": {}}', 'no environment "staging"; environments.json has production'],
    ['{"staging": {"suffix": "x"}}', "staging.suffix"],
    ['{"staging": {"suffix": "", "edgeHost": "https://a.b"}}', "staging.edgeHost"],
  ])("%s", (text, want) => {
    expect(parseEnvironment(text, "staging")).toMatchObject({
      kind: "failure",
      detail: expect.stringContaining(want),
    });
  });
});
