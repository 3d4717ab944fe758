// One history from seed to verdict: world, drive, judge, and the players' own code where wanted.

import type { Choice, Shown } from "./drive.ts";
import { Drive } from "./drive.ts";
import { toVeiled } from "./fetched.ts";
import { Judge } from "./judge.ts";
import type { LedgerUnderTest } from "./ledger-under-test.ts";
import type { World } from "./plan.ts";
import { planWorld } from "./plan.ts";
import { findInvalid } from "./player-hls-parser.ts";
import { Progress } from "./progress.ts";
import type { Fault, Forecast } from "./sighting.ts";

export interface HistoryFault {
  readonly step: number;
  readonly law:
    | Fault["law"]
    | "progress"
    | "rescue"
    | "same"
    | "crash"
    | "strict"
    | "hls.js"
    | "shaka";
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
  let multivariant = "";
  const listener = {
    shown(now: Shown) {
      step = now.step;
      shown.push(now);
      if (now.text.endsWith("#EXT-X-ENDLIST\n")) endedPaths.add(now.path);
      for (const fault of judge.check(now.rendition, now.path, now.text, now.offers)) {
        if (faults.length < faultsMax) faults.push({ step, ...fault });
      }
    },
    shownMultivariant(text: string) {
      if (multivariant !== "" && multivariant !== text) {
        faults.push({ step, law: "form", what: "the multivariant playlist changes" });
      }
      multivariant = text;
      const what = findInvalid(text);
      if (what !== null) faults.push({ step, law: "strict", what: `multivariant: ${what}` });
    },
    misled(what: string) {
      if (faults.length < faultsMax) faults.push({ step, law: "rescue", what });
    },
    choosing: (forecast: Forecast | null, isCut: boolean) => judge.expect(forecast, isCut),
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
    for (const fault of judge.conclude()) {
      if (faults.length < faultsMax) faults.push({ step, ...fault });
    }
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    faults.push({ step, law: "crash", what });
  }
  return { world, faults, shown };
}

/**
 * Plays a history again, with another machine or with `veiled` playlists, which lack the titles
 * that tell the judges the truth: viewers must get the same. Null, or the step where they part.
 */
export function findDifference(
  { world, shown }: HistoryResult,
  makeLedger: (world: World) => LedgerUnderTest,
  veiled: boolean,
): HistoryFault | null {
  // Origins count their polls, so the world is made anew.
  const again = planWorld(world.seed);
  const seen: Shown[] = [];
  const nothing = () => {};
  const listener = {
    shown: (now: Shown) => seen.push(now),
    shownMultivariant: nothing,
    choosing: nothing,
    chose: nothing,
    misled: nothing,
    stepEnded: nothing,
  };
  new Drive(again, makeLedger(again), listener, veiled).run();
  for (let at = 0; at < Math.max(seen.length, shown.length); at += 1) {
    const [then, now] = [shown[at], seen[at]];
    const text = veiled ? toVeiled(then?.text ?? "") : then?.text;
    if (now !== undefined && text === now.text) continue;
    const what = veiled ? "without titles" : "when it is read back before every event";
    return { step: now?.step ?? then?.step ?? 0, law: "same", what: `the ledger differs ${what}` };
  }
  return null;
}
