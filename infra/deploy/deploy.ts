// `npm run deploy -- --env E [--dry-run | --rollback]` and `npm run doctor -- --env E`. Checks
// first, and says every fault with its remedy; a dry run then tells each step that it would take, a
// deployment takes them. WEIR_TOKEN (scope `read`) lets it watch the edge's counters between steps
// of traffic; without it, they are not judged. Exit code 1: something is wrong, or went wrong.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type DeployStep, planDeploy, planRollback } from "./deploy-plan.ts";
import { type EdgeCounts, parseEdgeCounts } from "./edge-errors.ts";
import { type Environment, parseEnvironment } from "./environment.ts";
import { decideFindings } from "./findings.ts";
import { gatherFacts } from "./gather-facts.ts";
import { runSteps } from "./run-steps.ts";
import { runWrangler } from "./wrangler.ts";

const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: {
    env: { type: "string" },
    "dry-run": flag,
    doctor: flag,
    rollback: flag,
    /** Says nothing of the account: for machines that have none. */
    offline: flag,
  },
});

const say = (line: string) => console.log(`weir deploy: ${line}`);
function stop(line: string): never {
  console.error(`weir deploy: ${line}`);
  process.exit(1);
}

const text = readFileSync(new URL("./environments.json", import.meta.url), "utf8");
const reading = parseEnvironment(text, values.env ?? stop("say where: --env staging."));
if (reading.kind === "failure") stop(reading.detail);
const { environment } = reading;
const looksOnly = values["dry-run"] || values.doctor;
const { facts, paths } = await gatherFacts(environment, looksOnly, !values.offline);
const findings = decideFindings(facts);
for (const { weight, line } of findings)
  say(weight === "blocking" ? `WRONG: ${line}` : `note: ${line}`);
const isWrong = findings.some(({ weight }) => weight === "blocking");
// A dry run tells its steps all the same.
if (isWrong && !values["dry-run"]) process.exit(1);
if (values.doctor) {
  for (const [name, bytes] of Object.entries(facts.gzipBytes)) {
    say(`${name}: ${bytes} of ${facts.budgets[name] ?? "?"} bytes after gzip`);
  }
  say(
    findings.length === 0 ? "nothing is wrong." : "nothing is wrong that keeps you from deploying.",
  );
  process.exit(0);
}

const running = looksOnly ? { old: null, migrations: null } : await readRunning(paths[0] ?? "");
const edge = facts.configs[0];
const steps = values.rollback
  ? planRollback(paths)
  : planDeploy({
      environment,
      configs: facts.configs,
      paths,
      // Without an account the plan shows the longer way, that of an edge that is running.
      hasRunning: looksOnly || running.old !== null,
      hasMigration:
        running.migrations !== null && running.migrations !== edge?.migrations?.at(-1)?.tag,
    });
if (looksOnly) {
  for (const [index, step] of steps.entries()) say(`step ${index + 1}: ${printStep(step)}`);
  say(`that would be ${environment.name}; nothing was changed.`);
  process.exit(isWrong ? 1 : 0);
}
const isDone = await runSteps(
  steps,
  { old: running.old },
  {
    wrangler: runWrangler,
    counts: () => readCounts(environment),
    wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)),
    say,
  },
);
process.exit(isDone ? 0 : 1);

function printStep({ title, words, isDoneIf, watchSeconds }: DeployStep): string {
  const more = [
    ...(isDoneIf === null ? [] : ["fine if it is there"]),
    ...(watchSeconds === 0
      ? []
      : [`then watch errors and hits for ${watchSeconds} s, or roll back`]),
  ];
  const command = `npx wrangler ${words.join(" ")}`;
  return `${title}\n    ${command}${more.length === 0 ? "" : `\n    (${more.join("; ")})`}`;
}

/** The edge's version in use, and the last migration that it was deployed with. */
async function readRunning(
  path: string,
): Promise<{ old: string | null; migrations: string | null }> {
  const { isDone, text } = await runWrangler(["deployments", "status", "-c", path, "--json"]);
  if (!isDone) return { old: null, migrations: null };
  const old = /"version_id":\s*"([0-9a-f-]{36})"/.exec(text)?.[1] ?? null;
  if (old === null) return { old, migrations: null };
  const view = await runWrangler(["versions", "view", old, "-c", path, "--json"]);
  return { old, migrations: /"migration_tag":\s*"([^"]+)"/.exec(view.text)?.[1] ?? null };
}

async function readCounts({ controlHost }: Environment): Promise<EdgeCounts | null> {
  const token = process.env["WEIR_TOKEN"];
  if (token === undefined || token === "") return null;
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`https://${controlHost}/metrics`, { headers }).catch(() => null);
  return reply?.ok === true ? parseEdgeCounts(await reply.text()) : null;
}
