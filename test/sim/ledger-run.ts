// `npm run sim -- --from N --count M`: plays that many seeded histories of the continuity ledger
// and judges every playlist that a viewer could get (ledger/judge.ts). `--seed N` replays one and
// prints what its viewers got up to the first fault; with `--trace` all of it. Players' own code
// (hls.js, Shaka) judges every `--players`-th history (50; 0 for none), hls-parser in strict mode
// every `--strict`-th (10), and every `--again`-th (100) is played twice more: without the titles
// that tell the judges the truth, and with a ledger that is written down and read back before every
// event; viewers must get the same. The last line counts histories as tests are counted.
// Exit code 1 if one has faults.

import { parseArgs } from "node:util";
import { ledgerReasons } from "../../workers/core/continuity/reason.ts";
import { easedCounts } from "./ledger/cuts.ts";
import type { HistoryFault, HistoryResult } from "./ledger/history.ts";
import { findDifference, playHistory } from "./ledger/history.ts";
import { ForgetfulMachine, Machine, reasonCounts } from "./ledger/machine.ts";
import type { World } from "./ledger/plan.ts";
import { judgeByHlsJs, judgeByHlsParser, judgeByShaka } from "./ledger/players.ts";
import { printFaults, printTrace, printWorld } from "./ledger/report.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "0" },
    count: { type: "string", default: "2000" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    players: { type: "string", default: "50" },
    strict: { type: "string", default: "10" },
    again: { type: "string", default: "100" },
    failures: { type: "string", default: "20" },
  },
});

const every = {
  players: Number(values.players),
  strict: Number(values.strict),
  again: Number(values.again),
};

const make = (world: World) => new Machine(world);

/** True if this history's turn has come; a replayed one is judged by all. */
function isTurn(seed: number, count: number): boolean {
  return values.seed !== undefined || (count > 0 && seed % count === 0);
}

async function judgeHistory(result: HistoryResult): Promise<readonly HistoryFault[]> {
  const { seed } = result.world;
  const faults = [...result.faults];
  if (isTurn(seed, every.strict)) faults.push(...judgeByHlsParser(result.shown));
  if (isTurn(seed, every.players)) {
    faults.push(...judgeByHlsJs(result.shown, seed), ...(await judgeByShaka(result.shown, seed)));
  }
  if (isTurn(seed, every.again)) {
    const forgetful = (world: World) => new ForgetfulMachine(world);
    const found = [findDifference(result, make, true), findDifference(result, forgetful, false)];
    faults.push(...found.filter((fault) => fault !== null));
  }
  return faults;
}

async function replay(seed: number): Promise<void> {
  const result = playHistory(seed, make);
  const faults = await judgeHistory(result);
  console.log(printWorld(result.world));
  console.log(printTrace(result, values.trace ? null : (faults[0]?.step ?? null)));
  console.log(printFaults(seed, faults));
  if (faults.length > 0) process.exitCode = 1;
}

async function playAll(from: number, count: number): Promise<void> {
  const startMs = performance.now();
  const laws = new Map<string, number>();
  let [failed, versions, toldMs] = [0, 0, startMs];
  let seed = from;
  for (; seed < from + count && failed < Number(values.failures); seed += 1) {
    const result = playHistory(seed, make);
    versions += result.shown.length;
    const faults = await judgeHistory(result);
    if (faults.length > 0) {
      failed += 1;
      for (const law of new Set(faults.map((fault) => fault.law))) {
        laws.set(law, (laws.get(law) ?? 0) + 1);
      }
      console.log(printFaults(seed, faults.slice(0, 3)));
    }
    if (performance.now() - toldMs < 10_000) continue;
    toldMs = performance.now();
    console.log(`sim: ${seed - from + 1} of ${count} histories, ${failed} with faults`);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const list = [...laws].map(([law, times]) => `${law} ${times}`).join(", ");
  console.log(
    `sim: ${seed - from} histories from ${from}, ${versions} playlists judged, ` +
      `${seconds.toFixed(1)} s, ${failed} with faults${list === "" ? "" : ` (${list})`}`,
  );
  const missed = ledgerReasons.filter((reason) => !reasonCounts.has(reason));
  console.log(`sim: decisions that no history led to: ${missed.join(", ") || "none"}`);
  const eased = [...easedCounts].map(([law, times]) => `${law} ${times} times`).join(", ");
  console.log(`sim: laws eased where renditions were read far apart: ${eased || "none"}`);
  console.log(`${seed - from - failed} passed, ${failed} failed, 0 skipped`);
  if (failed > 0) process.exitCode = 1;
}

if (values.seed !== undefined) await replay(Number(values.seed));
else await playAll(Number(values.from), Number(values.count));
