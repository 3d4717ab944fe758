// The order of a deployment, and what stops it. Wrangler is played by a table of answers; gaps
// against the real one: it changes nothing, and says what this file believes that wrangler says.

import { describe, expect, test } from "vitest";
import { planDeploy, planRollback } from "../../../infra/deploy/deploy-plan.ts";
import { decideStep, parseEdgeCounts } from "../../../infra/deploy/edge-errors.ts";
import { runSteps, type StepWorld } from "../../../infra/deploy/run-steps.ts";

const ENVIRONMENT = {
  name: "production",
  suffix: "",
  edgeHost: "a.b",
  controlHost: "c.b",
  kvId: "",
};
const CONFIGS = [
  { name: "weir-edge", r2_buckets: [{ binding: "HOT_TIER", bucket_name: "hot" }] },
  { name: "weir-preload", queues: { producers: [{ queue: "q" }] } },
  { name: "weir-control" },
];
const OLD = "00000000-0000-0000-0000-00000000000a";
const NEW = "00000000-0000-0000-0000-00000000000b";

function plan(more: { hasRunning?: boolean; hasMigration?: boolean } = {}) {
  const paths = ["e.json", "p.json", "c.json"];
  const base = { environment: ENVIRONMENT, configs: CONFIGS, paths };
  return planDeploy({ ...base, hasRunning: true, hasMigration: false, ...more });
}

const toCommands = (steps: ReturnType<typeof plan>) => steps.map(({ words }) => words.join(" "));

describe("the plan", () => {
  test("makes what is missing, then edge by steps, preload, control", () => {
    expect(toCommands(plan())).toEqual([
      "whoami",
      "kv namespace create weir-policy",
      "queues create q",
      "r2 bucket create hot",
      "versions upload -c e.json",
      "versions deploy {new}@5 {old}@95 -y -c e.json",
      "versions deploy {new}@25 {old}@75 -y -c e.json",
      "versions deploy {new}@100 -y -c e.json",
      "deploy -c p.json",
      "deploy -c c.json",
    ]);
  });

  test.each([{ hasRunning: false }, { hasMigration: true }])("all at once: %j", (more) => {
    expect(toCommands(plan(more)).slice(4)).toEqual([
      "deploy -c e.json",
      "deploy -c p.json",
      "deploy -c c.json",
    ]);
  });

  test("back: edge first", () => {
    expect(toCommands(planRollback(["e", "p", "c"]))).toEqual([
      "rollback -y -c e",
      "rollback -y -c c",
      "rollback -y -c p",
    ]);
  });
});

describe("running it", () => {
  /** Plays wrangler: by the first words of a command, what it says; anything else is done. */
  async function run(
    answers: Readonly<Record<string, { isDone: boolean; text: string }>>,
    counts: readonly (readonly [requests: number, errors: number])[],
  ) {
    const commands: string[] = [];
    const said: string[] = [];
    let readings = 0;
    const world: StepWorld = {
      async wrangler(words) {
        const command = words.join(" ");
        commands.push(command);
        const known = Object.keys(answers).find((start) => command.startsWith(start));
        if (known !== undefined) return answers[known] ?? { isDone: true, text: "" };
        return {
          isDone: true,
          text: command.includes("upload") ? `Worker Version ID: ${NEW}` : "",
        };
      },
      async counts() {
        const [requests = 0, errors = 0] = counts[Math.min(readings, counts.length - 1)] ?? [];
        readings += 1;
        return { requests, errors, hits: requests - errors };
      },
      wait: async () => undefined,
      say: (line) => said.push(line),
    };
    const isDone = await runSteps(plan(), { old: OLD }, world);
    return { isDone, commands, said };
  }

  test("to the end; what is there already is no failure", async () => {
    const exists = { isDone: false, text: "A queue with this name already exists [code: 11009]" };
    const { isDone, commands } = await run({ "queues create": exists }, [[0, 0]]);
    expect(isDone).toBe(true);
    expect(commands).toContain(`versions deploy ${NEW}@5 ${OLD}@95 -y -c e.json`);
    expect(commands.at(-1)).toBe("deploy -c c.json");
  });

  test("errors after the first step: all traffic goes back, and nothing else is deployed", async () => {
    const { isDone, commands, said } = await run({}, [
      [1_000, 0],
      [1_000, 0],
      [2_000, 100],
    ]);
    expect(isDone).toBe(false);
    expect(commands.at(-1)).toBe(`versions deploy ${OLD}@100 -y -c e.json`);
    expect(commands.some((command) => command.startsWith("deploy"))).toBe(false);
    expect(said.join("\n")).toContain("roll-back: 10.0 % of answers are errors");
  });

  test("a step that fails stops it", async () => {
    const { isDone, commands } = await run({ "deploy -c p": { isDone: false, text: "no" } }, [
      [0, 0],
    ]);
    expect(isDone).toBe(false);
    expect(commands.at(-1)).toBe("deploy -c p.json");
  });
});

describe("the edge's counters", () => {
  test("are read from control's page", () => {
    const page = [
      "# TYPE weir_requests_total counter",
      'weir_requests_total{region="enam",channel="a",kind="segment",outcome="hit-l1"} 70',
      'weir_requests_total{region="weur",channel="a",kind="segment",outcome="error-l0"} 10',
      'weir_requests_total{region="enam",channel="a",kind="segment",outcome="http-502"} 5',
      'weir_requests_total{region="enam",channel="a",kind="segment",outcome="http-404"} 15',
      'weir_requests_bytes_total{region="enam"} 9999',
    ].join("\n");
    expect(parseEdgeCounts(page)).toEqual({ requests: 100, errors: 5, hits: 80 });
  });

  const counts = (requests: number, errors: number, hits: number) => ({ requests, errors, hits });
  test.each([
    ["few", counts(1_000, 0, 900), counts(0, 0, 0), counts(100, 100, 0), "go-on"],
    ["good", counts(1_000, 0, 900), counts(0, 0, 0), counts(1_000, 10, 850), "go-on"],
    ["errors", counts(1_000, 0, 900), counts(0, 0, 0), counts(1_000, 30, 850), "roll-back"],
    ["cold", counts(1_000, 0, 900), counts(0, 0, 0), counts(1_000, 0, 600), "roll-back"],
    ["from zero", counts(1_000, 0, 900), counts(5_000, 0, 0), counts(300, 0, 280), "go-on"],
  ])("%s", (_name, usual, before, after, want) => {
    expect(decideStep(usual, before, after).kind).toBe(want);
  });
});
