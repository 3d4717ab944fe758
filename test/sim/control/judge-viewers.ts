// What viewers of a history got: numbers that never go back, a playlist that goes on, and every
// file that anybody could have given them.

import type { Shown } from "./edge-host.ts";
import type { Fault } from "./judge.ts";
import { REGIONS, WARM_MS } from "./plan.ts";
import type { History } from "./record.ts";
import type { Truth } from "./truth.ts";

/** A playlist may stand for so many target durations, and a switch takes its time. */
const STAND_TARGETS = 3;
const STAND_MS = 3_000;

export function judgeViewers(history: History, truth: Truth): Fault[] {
  const found: Fault[] = [];
  for (const [edge, shown] of history.shown) {
    found.push(...judgeNumbers(edge, shown), ...judgeProgress(history, truth, edge, shown));
  }
  return [...found, ...judgeFiles(history, truth)];
}

function judgeNumbers(edge: string, shown: readonly Shown[]): Fault[] {
  const found: Fault[] = [];
  shown.forEach(({ atMs, facts, life }, k) => {
    const before = shown[k - 1];
    if (before === undefined || before.life !== life) return;
    const isBack =
      facts.mediaSequence < before.facts.mediaSequence ||
      facts.discontinuitySequence < before.facts.discontinuitySequence ||
      facts.lastMsn < before.facts.lastMsn;
    if (!isBack) return;
    const words = `${edge}: ${before.facts.lastMsn} and then ${facts.lastMsn}`;
    found.push({ law: "numbers-back", atMs, words });
  });
  return found;
}

function judgeProgress(
  { plan, coordinator, origins }: History,
  truth: Truth,
  edge: string,
  shown: readonly Shown[],
): Fault[] {
  if (!plan.hasTraffic || plan.scenario === "mixture") return [];
  const boundMs = STAND_TARGETS * plan.targetMs + STAND_MS;
  let last: Shown | null = null;
  for (const each of shown) {
    if (last === null || each.facts.lastMsn > last.facts.lastMsn) {
      last = each;
      continue;
    }
    const sinceMs = Math.max(last.atMs, WARM_MS);
    if (each.atMs - sinceMs <= boundMs || each.life !== last.life) continue;
    const { name, region } = coordinator;
    const couldGoOn = origins.some(
      ({ id }) =>
        !truth.wasBad(id, sinceMs, each.atMs) &&
        !truth.wasUnreachable(name, region, id, sinceMs, each.atMs),
    );
    if (!couldGoOn) continue;
    const words = `${edge}: nothing new after ${last.facts.lastMsn} for ${each.atMs - sinceMs} ms`;
    return [{ law: "progress", atMs: each.atMs, words }];
  }
  return [];
}

function judgeFiles({ fetched, origins, plan }: History, truth: Truth): Fault[] {
  const found: Fault[] = [];
  for (const [edge, files] of fetched) {
    const region = REGIONS.find((each) => edge.endsWith(each)) ?? "enam";
    for (const { fromMs, toMs, isGood, asked } of files) {
      if (isGood) continue;
      const able = origins.filter(
        ({ id }) => !truth.wasUnreachable(edge, region, id, fromMs, toMs),
      );
      // Where the network holds answers back for seconds, one origin alone may be too late.
      if (able.length < (plan.heldBack > 0 ? 2 : 1)) continue;
      const names = able.map(({ id }) => id).join(", ");
      const words = `${edge} asked ${asked.join(", ")} and failed, and ${names} was well`;
      found.push({ law: "rescue", atMs: toMs, words });
    }
  }
  return found;
}
