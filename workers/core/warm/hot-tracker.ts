// What many people want right now, found without keeping what everybody ever wanted: a table of
// few names with scores that fade over three hours, and a door in front of it. A name is let in on
// its second hit, so that a library that is read through once cannot wash out what is hot; when the
// table is full, a newcomer takes the place of the faintest only with a higher score.
//
// Picture: a restaurant's list of favourites. One order makes no favourite; orders of this evening
// count more than those of the afternoon; the list has fifty lines and no more.
//
// A sketch (count-min with a heap) was refused: it counts everything a little wrong, and what is
// wanted here is little, right, and readable by an operator.

import type { HotHit } from "../contract/hot.ts";

/** Names that count as hot. */
export const HOT_COUNT_MAX = 50;
/** A hit of this age counts a third (1/e) of a new one. */
export const HOT_FADE_MS = 3 * 3_600_000;
/** Names in the table: those behind the hot ones must be able to catch up. */
const TABLE_MAX = HOT_COUNT_MAX * 4;
/** Names that were hit once; the older half goes when it is full. */
const DOOR_MAX = 4_096;
/** Fainter than this is forgotten: one hit, ten hours ago. */
const SCORE_MIN = 0.03;

export interface HotName {
  readonly name: string;
  /** As of `atMs`. */
  readonly score: number;
  readonly atMs: number;
}

export interface HotState {
  readonly table: ReadonlyMap<string, HotName>;
  /** Hit once, since the last two times that the door was swept. */
  readonly atDoor: ReadonlySet<string>;
  readonly wasAtDoor: ReadonlySet<string>;
}

export const HOT_NONE: HotState = {
  table: new Map(),
  atDoor: new Set(),
  wasAtDoor: new Set(),
};

/** Takes hits of one moment. Linear in the hits and in the table. */
export function applyHits(state: HotState, hits: readonly HotHit[], nowMs: number): HotState {
  const table = new Map(state.table);
  let atDoor = new Set(state.atDoor);
  let wasAtDoor = state.wasAtDoor;
  for (const { name, count } of hits) {
    if (!(count > 0)) continue;
    const held = table.get(name);
    if (held !== undefined) {
      table.set(name, { name, score: toScore(held, nowMs) + count, atMs: nowMs });
      continue;
    }
    const isKnown = atDoor.has(name) || wasAtDoor.has(name);
    if (!isKnown && count < 2) {
      if (atDoor.size >= DOOR_MAX / 2) {
        wasAtDoor = atDoor;
        atDoor = new Set();
      }
      atDoor.add(name);
      continue;
    }
    atDoor.delete(name);
    admit(table, { name, score: count + (isKnown ? 1 : 0), atMs: nowMs }, nowMs);
  }
  for (const [name, held] of table) {
    if (toScore(held, nowMs) < SCORE_MIN) table.delete(name);
  }
  return { table, atDoor, wasAtDoor };
}

/** The hot names, hottest first; equals by name, so that everybody has the same order. */
export function toHotNames(state: HotState, nowMs: number): readonly HotName[] {
  return [...state.table.values()]
    .map((held) => ({ name: held.name, score: toScore(held, nowMs), atMs: nowMs }))
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, HOT_COUNT_MAX);
}

function toScore({ score, atMs }: HotName, nowMs: number): number {
  return score * Math.exp(-Math.max(0, nowMs - atMs) / HOT_FADE_MS);
}

function admit(table: Map<string, HotName>, newcomer: HotName, nowMs: number): void {
  if (table.size < TABLE_MAX) {
    table.set(newcomer.name, newcomer);
    return;
  }
  let faintest: HotName | null = null;
  for (const held of table.values()) {
    if (faintest === null || toScore(held, nowMs) < toScore(faintest, nowMs)) faintest = held;
  }
  if (faintest === null || toScore(faintest, nowMs) >= newcomer.score) return;
  table.delete(faintest.name);
  table.set(newcomer.name, newcomer);
}

export interface HotBudget {
  /** Files that may be preloaded now. */
  readonly files: number;
  /** A file preloaded so recently is left alone. */
  readonly againMs: number;
  /** Fainter names are not worth a request. */
  readonly scoreMin: number;
}

/** What to preload now: the hottest that were not preloaded lately, within the budget. */
export function planHotPreload(
  state: HotState,
  preloadedAtMs: ReadonlyMap<string, number>,
  budget: HotBudget,
  nowMs: number,
): readonly string[] {
  return toHotNames(state, nowMs)
    .filter(({ name, score }) => {
      const lastMs = preloadedAtMs.get(name);
      return score >= budget.scoreMin && (lastMs === undefined || nowMs - lastMs >= budget.againMs);
    })
    .slice(0, Math.max(0, budget.files))
    .map(({ name }) => name);
}
