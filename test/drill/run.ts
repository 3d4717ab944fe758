// The drill: `npm run drill [-- --json]`. Under 100 players each, a channel's first origin fails in
// every way that origins fail, for six seconds: with a replica of it behind, with a packager that
// numbers and names on its own, and with one that also cuts elsewhere. Nobody may see a failed
// answer or a sequence that goes back; staleness is bounded. At last the channel's coordinator
// vanishes: it neither answers nor calls, and a new generation must be at work within 4 s.
//
//   --only=A,B       some of: reset, hang, error, freeze, slow, html, truncate, restart,
//                    coordinator
//   --alignment=A,B  some of: aligned, unaligned, shifted
//   --players=N --edges=N --seed=N --warm=SECONDS
//   --noisy          never repeats a run, for development
//   --blocking       the origins offer blocking reloads
//
// Takes about four minutes. The stack runs under the production shim, a new one for each fault.

import { parseArgs } from "node:util";
import type { Stack } from "../../infra/local/stack.ts";
import { toCostRow } from "../bench/live-rows.ts";
import { printLiveCatalog, REAL_DISTANCE, startLiveStack } from "../bench/live-stack.ts";
import { type BenchRow, printRows } from "../bench/rows.ts";
import { readSteadyMs } from "../kit/live/clock.ts";
import { findStall, startLagMeter } from "../kit/live/lag-meter.ts";
import { FAULTS } from "../kit/live/origin-fault.ts";
import { startLiveOrigins } from "../kit/live/origins.ts";
import { BUSY, type Tried, tryUntilQuiet } from "../kit/live/quiet-tries.ts";
import { startPlayers } from "../kit/players/players.ts";
import {
  ALIGNMENTS,
  type DrillOutcome,
  LAG_MS,
  makeCase,
  playCases,
  type Strike,
} from "./drill-case.ts";

const STRIKES = [...FAULTS, "coordinator"] as const;
type StrikeName = (typeof STRIKES)[number];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    noisy: { type: "boolean", default: false },
    blocking: { type: "boolean", default: false },
    only: { type: "string", default: STRIKES.join(",") },
    alignment: { type: "string", default: ALIGNMENTS.join(",") },
    players: { type: "string", default: "100" },
    edges: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    warm: { type: "string", default: "14" },
  },
});
const times = { warmMs: Number(values.warm) * 1000, faultMs: 6_000, afterMs: 6_000 };
/** Milliseconds; what a viewer of a live event does not notice. */
const STALE_GOAL_MS = 500;
/** Whether nothing new is a fault or a late encoder shows only after a while. */
const FROZEN_GOAL_MS = 1_000;
/** Two target durations of silence, and a moment for the new one to begin. */
const COORDINATOR_GOAL_MS = 4_500;

const rig = { origins: startLiveOrigins(), players: startPlayers(), lag: startLagMeter() };
const rows: BenchRow[] = [];
process.exitCode = 1;
try {
  for (const name of STRIKES.filter((one) => values.only.split(",").includes(one))) {
    const run = (tries: number) => play(name, tries);
    const { value, stall } = await tryUntilQuiet("drill", run, values.noisy ? 1 : undefined);
    rows.push(...toRows(name, value, stall === null ? "" : BUSY));
  }
  process.stdout.write(printRows(rows, values.json));
  process.exitCode = 0;
} catch (error) {
  console.error(error);
} finally {
  await Promise.all([rig.origins.stop(), rig.players.stop()]);
}

/** Plays one fault with a stack of its own. */
async function play(name: StrikeName, tries: number): Promise<Tried<readonly DrillOutcome[]>> {
  const seed = Number(values.seed) * 1_000 + 10 * STRIKES.indexOf(name) + tries;
  const cases = ALIGNMENTS.filter((one) => values.alignment.split(",").includes(one)).map(
    (alignment) => makeCase(`${name}-${alignment}-${tries}`, alignment, seed, values.blocking),
  );
  const channels = [];
  for (const { first, second } of cases) {
    const origins = [];
    for (const station of [first, second]) {
      origins.push({ id: station.name, url: await rig.origins.listen(station) });
    }
    channels.push({ id: first.name, origins });
  }
  const stack = await startLiveStack({
    edges: Number(values.edges),
    catalog: printLiveCatalog(channels),
    shim: REAL_DISTANCE,
  });
  const { edgeUrls } = stack;
  const fromMs = readSteadyMs();
  const crowd = { edgeUrls, playerCount: Number(values.players) };
  const outcomes = await playCases(rig, cases, toStrike(name, stack), crowd, times).finally(() =>
    stack.stop(),
  );
  const toMs = readSteadyMs();
  report(name, outcomes);
  const stall = findStall({
    "the machine": rig.lag.report(fromMs, toMs),
    "the origins": await rig.origins.lag(fromMs, toMs),
    "the players": await rig.players.lag(fromMs, toMs),
  });
  return { value: outcomes, stall };
}

function toStrike(name: StrikeName, { edgeUrls }: Stack): Strike {
  if (name !== "coordinator") {
    return {
      begin: (victim) => rig.origins.setFault(victim.name, name),
      end: (victim) => rig.origins.setFault(victim.name, null),
    };
  }
  const tell = (verb: string, channel: string) =>
    fetch(`${edgeUrls[0]}/_shim/${verb}?object=${encodeURIComponent(`${channel}#g1`)}`);
  return {
    begin: (_victim, channel) => tell("vanish", channel),
    end: (_victim, channel) => tell("return", channel),
  };
}

function report(name: StrikeName, outcomes: readonly DrillOutcome[]): void {
  for (const { alignment, victim, during, whole, sources } of outcomes) {
    const words = [
      `${name}, ${alignment}:`.padEnd(22),
      `${victim.replace(/.*-/, "")} failed,`,
      `${during.count} answers,`,
      `stale p99 ${Math.round(during.lateMsP99)} ms, worst ${Math.round(during.lateMsMax)} ms,`,
      `took p99 ${Math.round(during.tookMsP99)} ms,`,
      `from ${JSON.stringify(sources)},`,
      `failed ${JSON.stringify(whole.failures)}, back ${JSON.stringify(whole.regressions)}`,
    ];
    console.error(words.join(" "));
  }
}

function toRows(
  name: StrikeName,
  outcomes: readonly DrillOutcome[],
  note: string,
): readonly BenchRow[] {
  const goals: Partial<Record<StrikeName, number>> = {
    freeze: FROZEN_GOAL_MS,
    coordinator: COORDINATOR_GOAL_MS,
  };
  // A held request that hangs cannot be told from a late publication: it is a frozen origin.
  if (values.blocking) goals.hang = FROZEN_GOAL_MS;
  const staleGoalMs = goals[name] ?? STALE_GOAL_MS;
  return outcomes.flatMap(({ alignment, during, whole }) => {
    const toRow = (measure: string, ours: number, goal: number, unit: string): BenchRow => ({
      ...toCostRow({
        row: `${name}, ${alignment}: ${measure}${note}`,
        ours,
        goal,
        unit,
        peers: [],
      }),
      bench: "drill",
    });
    return [
      toRow("failed", whole.failureCount, 0, "answers"),
      toRow("went back", whole.regressionCount, 0, "answers"),
      toRow("stale, p99", during.lateMsP99, staleGoalMs + LAG_MS[alignment], "ms"),
    ];
  });
}
