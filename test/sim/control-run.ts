// `npm run sim -- control --from N --count M`: plays that many seeded histories of control (several
// regions, a coordinator, origins and a bad network) and judges each (control/judge.ts). `--seed N`
// replays one and prints what was decided. The last line counts histories as tests are counted.
// Exit code 1 if one has faults.

import { parseArgs } from "node:util";
import { playControl } from "./control/history.ts";
import { type Detection, toDetection } from "./control/judge-bounds.ts";
import { MACHINES } from "./control/machines.ts";
import { SCENARIOS } from "./control/plan.ts";
import { printFaults, printPlan, printTrace } from "./control/report.ts";

const { values } = parseArgs({
  // The other simulator has flags of its own.
  strict: false,
  options: {
    from: { type: "string", default: "0" },
    count: { type: "string", default: "2000" },
    seed: { type: "string" },
    failures: { type: "string", default: "20" },
  },
});

function replay(seed: number): void {
  const { history, faults } = playControl(seed, MACHINES);
  console.log(printPlan(history.plan));
  console.log(printTrace(history));
  console.log(printFaults(seed, faults));
  if (faults.length > 0) process.exitCode = 1;
}

function playAll(from: number, count: number): void {
  const startMs = performance.now();
  const laws = new Map<string, number>();
  const scenarios = new Map<string, number>(SCENARIOS.map((scenario) => [scenario, 0]));
  const detections: Detection[] = [];
  let [failed, decisions, toldMs] = [0, 0, startMs];
  let seed = from;
  for (; seed < from + count && failed < Number(values.failures); seed += 1) {
    const { history, faults } = playControl(seed, MACHINES);
    const { scenario } = history.plan;
    decisions += history.records.length;
    detections.push(...[toDetection(history)].filter((each) => each !== null));
    scenarios.set(scenario, (scenarios.get(scenario) ?? 0) + 1);
    if (faults.length > 0) {
      failed += 1;
      for (const law of new Set(faults.map((fault) => fault.law))) {
        laws.set(law, (laws.get(law) ?? 0) + 1);
      }
      console.log(`${scenario}: ${printFaults(seed, faults.slice(0, 3))}`);
    }
    if (performance.now() - toldMs < 10_000) continue;
    toldMs = performance.now();
    console.log(`sim control: ${seed - from + 1} of ${count} histories, ${failed} with faults`);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const list = [...laws].map(([law, times]) => `${law} ${times}`).join(", ");
  console.log(
    `sim control: ${seed - from} histories from ${from}, ${decisions} decisions, ` +
      `${seconds.toFixed(1)} s, ${failed} with faults${list === "" ? "" : ` (${list})`}`,
  );
  for (const line of printDetections(detections)) console.log(`sim control: ${line}`);
  const missed = [...scenarios].flatMap(([scenario, times]) => (times === 0 ? [scenario] : []));
  if (missed.length > 0) console.log(`sim control: not played: ${missed.join(", ")}`);
  console.log(`${seed - from - failed} passed, ${failed} failed, 0 skipped`);
  if (failed > 0) process.exitCode = 1;
}

/** Median and worst time to a verdict, by class. */
function printDetections(detections: readonly Detection[]): readonly string[] {
  const classes = Map.groupBy(detections, ({ words }) => words);
  return [...classes].sort().map(([words, all]) => {
    const took = all.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b);
    const median = took[took.length >> 1] ?? Number.NaN;
    const worst = took.at(-1) ?? Number.NaN;
    const bound = all[0]?.boundMs ?? Number.NaN;
    const times = `median ${Math.round(median)} ms, worst ${Math.round(worst)} of ${bound} ms`;
    return `known to be ${words}: ${times}, ${took.length} histories`;
  });
}

if (typeof values.seed === "string") replay(Number(values.seed));
else playAll(Number(values.from), Number(values.count));
