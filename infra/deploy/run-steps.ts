// Runs the steps of a plan one after the other and stops at the first that fails. Between steps of
// traffic it watches the edge's own counters; where they speak against the new version, all traffic
// goes back to the old one, and the rest of the plan is left. What is needed of the world
// (wrangler, counters, time) is lent by the caller, so that the order can be tried without an
// account.

import type { DeployStep } from "./deploy-plan.ts";
import { decideStep, type EdgeCounts } from "./edge-errors.ts";
import type { WranglerEnd } from "./wrangler.ts";

export interface StepWorld {
  readonly wrangler: (words: readonly string[]) => Promise<WranglerEnd>;
  /** The edge's counters; null: control does not show them. */
  readonly counts: () => Promise<EdgeCounts | null>;
  readonly wait: (seconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/** The edge's versions by number; the new one is known once it was uploaded. */
export interface EdgeVersions {
  readonly old: string | null;
}

/** True if every step was done. */
export async function runSteps(
  steps: readonly DeployStep[],
  { old }: EdgeVersions,
  world: StepWorld,
): Promise<boolean> {
  const usual = await world.counts();
  let fresh: string | null = null;
  for (const step of steps) {
    const words = step.words.map((word) =>
      word.replace("{new}", fresh ?? "?").replace("{old}", old ?? "?"),
    );
    const before = step.watchSeconds > 0 ? await world.counts() : null;
    const { isDone, text } = await world.wrangler(words);
    const wasDone = !isDone && step.isDoneIf?.test(text) === true;
    world.say(`${isDone ? "done" : wasDone ? "there already" : "FAILED"}: ${step.title}`);
    if (!isDone && !wasDone) {
      world.say(text.trim());
      return false;
    }
    fresh = /Version ID: ([0-9a-f-]{36})/.exec(text)?.[1] ?? fresh;
    if (step.watchSeconds === 0) continue;
    await world.wait(step.watchSeconds);
    const after = await world.counts();
    if (usual === null || before === null || after === null) {
      world.say("control shows no counters: the step was not judged.");
      continue;
    }
    const verdict = decideStep(usual, before, after);
    world.say(`${verdict.kind}: ${verdict.why}`);
    if (verdict.kind === "go-on") continue;
    const at = words.lastIndexOf("-c");
    const back = ["versions", "deploy", `${old ?? "?"}@100`, "-y", ...words.slice(at)];
    const end = await world.wrangler(back);
    world.say(end.isDone ? "all traffic is on the old version again." : end.text.trim());
    return false;
  }
  return true;
}
