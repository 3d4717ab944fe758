// What happens to a channel in the course of a history: how long its segments are, when breaks
// interrupt the programme, when an origin is ill, and when somebody chooses another one on a whim.

import type { Chance } from "./chance.ts";
import type { Break } from "./encoder.ts";
import type { Span } from "./origin.ts";

export function planPattern(
  chance: Chance,
  segmentMs: number,
  hasParts: boolean,
): readonly number[] {
  if (hasParts || chance.percent(60)) return [segmentMs];
  return chance.pick([
    [segmentMs, segmentMs * 0.75, segmentMs],
    [segmentMs, segmentMs, segmentMs, segmentMs * 0.5],
    [Math.round(segmentMs * 0.96)],
  ]);
}

export function planBreaks(
  chance: Chance,
  segmentMs: number,
  horizonMs: number,
  leadMs: number,
): readonly Break[] {
  const breaks: Break[] = [];
  let atMs = -leadMs;
  while (chance.percent(35) && breaks.length < 4) {
    atMs += chance.between(4, 16) * segmentMs;
    const endMs = atMs + chance.between(2, 6) * segmentMs;
    if (endMs > horizonMs) break;
    breaks.push({ startMs: atMs, endMs });
    atMs = endMs;
  }
  return breaks;
}

export function planSpans(
  chance: Chance,
  horizonMs: number,
  segmentMs: number,
  percent: number,
): readonly Span[] {
  if (!chance.percent(percent)) return [];
  const fromMs = chance.under(horizonMs);
  const lengthMs = chance.percent(30) ? horizonMs : chance.between(1, 12) * segmentMs;
  return [{ fromMs, toMs: fromMs + lengthMs }];
}

export function planWhims(
  chance: Chance,
  steps: number,
  count: number,
): ReadonlyMap<number, number> {
  const whims = new Map<number, number>();
  while (chance.percent(30)) whims.set(chance.under(steps), chance.under(count));
  return whims;
}
