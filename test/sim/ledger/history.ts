// One history from seed to verdict: world, drive, judge, and the players' own code where wanted.

import type { Choice, LedgerUnderTest, Shown } from "./drive.ts";
import { Drive, toVeiled } from "./drive.ts";
import { Judge } from "./judge.ts";
import type { World } from "./plan.ts";
import { planWorld } from "./plan.ts";
import { Progress } from "./progress.ts";
import type { Fault } from "./sighting.ts";

export interface HistoryFault {
  readonly step: number;
  readonly law: Fault["law"] | "progress" | "crash" | "strict" | "hls.js" | "shaka";
  readonly what: string;
}

export interface HistoryResult {
  readonly world: World;
  readonly faults: readonly HistoryFault[];
  /** Every playlist that viewers could get, in order. */
  readonly shown: readonly Shown[];
}

/** More of the same teach nothing. */
const faultsMax = 20;

export function playHistory(
  seed: number,
  makeLedger: (world: World) => LedgerUnderTest,
): HistoryResult {
  const world = planWorld(seed);
  const judge = new Judge(world);
  const progress = new Progress(world);
  const faults: HistoryFault[] = [];
  const shown: Shown[] = [];
  const endedPaths = new Set<string>();
  let step = 0;
  const listener = {
    shown(now: Shown) {
      step = now.step;
      shown.push(now);
      if (now.text.endsWith("#EXT-X-ENDLIST\n")) endedPaths.add(now.path);
      for (const fault of judge.check(now.rendition, now.path, now.text, now.offers)) {
        if (faults.length < faultsMax) faults.push({ step, ...fault });
      }
    },
    chose(choice: Choice) {
      step = choice.step;
      for (const fault of judge.checkChoice(choice)) faults.push({ step, ...fault });
    },
    stepEnded(standing: Parameters<Progress["check"]>[0]) {
      step = standing.step;
      const what = progress.check(standing, (name) => judge.edge(name), endedPaths.size > 0);
      if (what !== null && !faults.some(({ law }) => law === "progress")) {
        faults.push({ step, law: "progress", what });
      }
    },
  };
  try {
    new Drive(world, makeLedger(world), listener).run();
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    faults.push({ step, law: "crash", what });
  }
  return { world, faults, shown };
}

/**
 * Plays a history again without the titles that tell the judges the truth: the playlists must be
 * the same but for them, else the ledger has looked. Null, or the step where they part.
 */
export function findPeek(
  { world, shown }: HistoryResult,
  makeLedger: (world: World) => LedgerUnderTest,
): HistoryFault | null {
  // Origins count their polls, so the world is made anew.
  const again = planWorld(world.seed);
  const veiled: Shown[] = [];
  const listener = {
    shown: (now: Shown) => veiled.push(now),
    chose: () => {},
    stepEnded: () => {},
  };
  new Drive(again, makeLedger(again), listener, true).run();
  for (const [at, now] of veiled.entries()) {
    const then = shown[at];
    if (then !== undefined && toVeiled(then.text) === now.text) continue;
    return { step: now.step, law: "bytes", what: "the playlist is another one without titles" };
  }
  return null;
}
