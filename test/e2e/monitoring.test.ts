// infra/monitoring against the programs that read it: promtool and amtool judge the files and play
// every alert and route; a real Prometheus scrapes the local stack, and what the rules and
// dashboards ask of it is answered. Metrics that the rules name and control does not print are a
// fault here, not a silent alert.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";
import { startStack } from "../../infra/local/stack.ts";
import { METRICS } from "../../workers/control/metric-list.ts";
import { AMTOOL, PROMETHEUS, PROMTOOL, requireProgram } from "./kit/programs.ts";

const run = promisify(execFile);
const HOME = fileURLToPath(new URL("../../infra/monitoring/", import.meta.url));
const RULES = ["rules/recording.yml", "rules/alerts.yml"].map((name) => join(HOME, name));
const RULES_TEXT = RULES.map((path) => readFileSync(path, "utf8")).join("\n");

describe("the files", () => {
  test("promtool takes the configuration", async () => {
    const config = join(HOME, "prometheus.yml");
    // The token's file is the operator's.
    const words = ["check", "config", "--syntax-only", config];
    await run(requireProgram(PROMTOOL), words);
  });

  test("promtool takes the rules, and plays every alert", async () => {
    const promtool = requireProgram(PROMTOOL);
    await run(promtool, ["check", "rules", ...RULES]);
    const cases = fileURLToPath(new URL("./monitoring/alerts.yml", import.meta.url));
    const { stdout } = await run(promtool, ["test", "rules", cases]);
    expect(stdout).toContain("SUCCESS");
    const played = readFileSync(cases, "utf8");
    const alerts = [...RULES_TEXT.matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? "");
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts.filter((name) => !played.includes(`alertname: ${name}`))).toEqual([]);
  });

  test("every alert has a runbook that exists", () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const runbooks = [...RULES_TEXT.matchAll(/runbook: (\S+)/g)].map(([, path]) => path ?? "");
    expect(runbooks.length).toBe([...RULES_TEXT.matchAll(/- alert:/g)].length);
    for (const path of runbooks) expect(readFileSync(join(root, path), "utf8")).toMatch(/^# /);
  });

  test.each([
    ["on-call", ["severity=page", "alertname=WeirErrors"]],
    ["tickets", ["severity=ticket", "alertname=WeirOriginRed"]],
    ["record", ["severity=info"]],
    ["record", []],
  ])("amtool sends to %s: %j", async (receiver, labels) => {
    const amtool = requireProgram(AMTOOL);
    const config = join(HOME, "alertmanager.yml");
    await run(amtool, ["check-config", config]);
    const words = ["config", "routes", "test", `--config.file=${config}`, ...labels];
    expect((await run(amtool, words)).stdout.trim()).toBe(receiver);
  });
});

describe("a real Prometheus on the local stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-prometheus-"));
  let prometheus: ChildProcess | null = null;
  let stack: Awaited<ReturnType<typeof startStack>> | null = null;
  let url = "";

  beforeAll(async () => {
    const claim = async () => (await claimPort(0)) ?? 0;
    const ports = { edges: [await claim()], control: await claim(), storage: await claim() };
    stack = await startStack({ ports, demo: true, unaligned: false, catalog: null, data: null });
    const port = await claim();
    const config = join(folder, "prometheus.yml");
    writeFileSync(
      config,
      `global: {scrape_interval: 1s, evaluation_interval: 1s}\n` +
        `rule_files: [${RULES.map((path) => JSON.stringify(path)).join(", ")}]\n` +
        `scrape_configs:\n  - job_name: weir\n    static_configs: ` +
        `[{targets: ["127.0.0.1:${ports.control}"]}]\n`,
    );
    const words = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, "data")}`];
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    prometheus = spawn(requireProgram(PROMETHEUS), [...words, listen], { stdio: "ignore" });
    url = `http://127.0.0.1:${port}`;
    const edge = stack.edgeUrls[0] ?? "";
    const untilMs = Date.now() + 25_000;
    while (Date.now() < untilMs) {
      for (const path of ["master.m3u8", "v360/index.m3u8", "nothing.ts"]) {
        await (await fetch(`${edge}/demo/${path}`)).arrayBuffer();
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (Date.now() > untilMs - 10_000 && (await ask("weir:requests:rate5m")) > 0) break;
    }
  }, 90_000);
  afterAll(async () => {
    const closed = new Promise((resolve) => prometheus?.once("close", resolve) ?? resolve(null));
    prometheus?.kill("SIGTERM");
    await Promise.all([stack?.stop(), closed]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** How many series answer a query; -1 if Prometheus is not there yet. */
  async function ask(query: string): Promise<number> {
    const target = `${url}/api/v1/query?query=${encodeURIComponent(query)}`;
    const reply = await fetch(target).catch(() => null);
    if (reply === null) return -1;
    const body = (await reply.json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data?: { readonly result: readonly unknown[] };
    };
    if (body.status !== "success") throw new Error(`${query}: ${body.error}`);
    return body.data?.result.length ?? 0;
  }

  test.each(["up == 1", "weir_origin_verdict", "weir:requests:rate5m", "weir:hit_ratio:rate5m"])(
    "%s has an answer",
    async (query) => expect(await ask(query)).toBeGreaterThan(0),
  );

  test("control knows every metric that a rule or panel names", async () => {
    const boards = readdirSync(join(HOME, "grafana"));
    const panels = boards.map((name) => readFileSync(join(HOME, "grafana", name), "utf8")).join();
    const text = RULES_TEXT.replace(/^\s*#.*$/gm, "") + panels;
    const names = new Set(text.match(/\bweir_[a-z_]+/g) ?? []);
    // A histogram's series carry a suffix that its name in the list does not.
    const unknown = [...names].filter((name) => !(name.replace(/_bucket$/, "") in METRICS));
    expect(unknown).toEqual([]);
  });

  test("Prometheus takes every query of the dashboards", async () => {
    let count = 0;
    for (const name of readdirSync(join(HOME, "grafana"))) {
      const board = JSON.parse(readFileSync(join(HOME, "grafana", name), "utf8")) as {
        readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
      };
      for (const { expr } of board.panels.flatMap(({ targets }) => targets)) {
        expect(await ask(expr.replaceAll("$channel", ".*"))).toBeGreaterThanOrEqual(0);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(15);
  });
});
