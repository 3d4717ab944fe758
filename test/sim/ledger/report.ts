// A failed history on paper: its origins in a few lines, what broke, and the last playlists before
// it. Enough to see the story; the seed replays the rest.

import type { HistoryFault, HistoryResult } from "./history.ts";
import type { PackagerPlan, Run } from "./packager.ts";
import type { World } from "./plan.ts";

export function printWorld(world: World): string {
  const { seed, renditions, origins, steps, stepMs, replicas } = world;
  const names = renditions.map(({ name }) => name).join(" ");
  const lines = [`seed ${seed}: ${names}, ${steps} steps of ${stepMs} ms, replicas ${replicas}`];
  if (world.whims.size > 0) lines.push(`  whims ${JSON.stringify([...world.whims])}`);
  for (const { plan } of origins) {
    const has = plan.renditions.map(({ name }) => name).join(" ");
    const ill = `frozen ${JSON.stringify(plan.frozen)} dead ${JSON.stringify(plan.dead)}`;
    lines.push(`  origin ${plan.id} (${has}): ${ill}`);
    if (plan.flips.length > 0) lines.push(`    flips ${plan.flips.map(Number).join("")}`);
    for (const node of plan.nodes)
      lines.push(printNode(node.plan), ...node.plan.runs.map(printRun));
  }
  return lines.join("\n");
}

function printNode(node: PackagerPlan): string {
  const { windowSegments, lagMs, dates, names, event, endsAtMs } = node;
  const ends = endsAtMs === Number.POSITIVE_INFINITY ? "" : `, ends at ${endsAtMs}`;
  const habits = `window ${windowSegments}, lag ${lagMs} ms, dates ${dates}, names by ${names}`;
  return `    node: ${habits}${event ? ", EVENT" : ""}${ends}`;
}

function printRun({ encoder, fromMs, msnBase, nameTag }: Run): string {
  const { id, startMs, endMs, pattern, encryption, maps, fileSegments, partMs } = encoder.plan;
  const life = `e${id} from ${fromMs} (media ${startMs} to ${endMs})`;
  const form = `[${pattern.join(" ")}] ${encryption} maps ${maps} files ${fileSegments}`;
  const clock = `parts ${partMs} skew ${encoder.plan.skewMs} drift ${encoder.plan.driftPpm}`;
  return `      run ${life} MSN ${msnBase} tag "${nameTag}" ${form} ${clock}`;
}

export function printFaults(seed: number, faults: readonly HistoryFault[]): string {
  if (faults.length === 0) return `seed ${seed}: no faults`;
  return faults
    .map(({ step, law, what }) => `seed ${seed} step ${step}: ${law}: ${what}`)
    .join("\n");
}

/** The playlists that viewers got; up to a step, only those of the two steps before it. */
export function printTrace({ shown }: HistoryResult, untilStep: number | null): string {
  return shown
    .filter(({ step }) => untilStep === null || (step <= untilStep && step >= untilStep - 2))
    .map(({ step, path, text }) => `--- step ${step} ${path}\n${text}`)
    .join("");
}
