// Which viewers' networks cannot use a delivery host, as their players say it: the share of reports
// (CMCD) in which the buffer has run dry, per region, host and autonomous system. For the health
// centre; the edges lead such players to another host by Content Steering. Origins are asked by
// edges and not by viewers, so nothing of this moves an origin.
//
// A network is judged by its neighbours, like one tap in a house: if all of them run dry it is not
// the tap. So its share must be high and far above what the others of the host and region have, and
// both must have made enough reports for a share. Once its players have left there are none to
// judge by: then the word holds for a term, and is tried again.

import type { TroubledNetwork } from "../contract/policy.ts";
import type { PlaybackCount } from "../contract/report.ts";
import {
  applyTries,
  SHARE_NONE,
  type Share,
  type ShareWindow,
  toShare,
} from "./signals/share-window.ts";

/** Fewer reports within a minute make no share. */
export const REPORTS_MIN = 100;
/** What begins and what ends trouble: a share of starved reports, and times that of the others. */
const BEGIN = { share: 0.1, factor: 4 } as const;
const END = { share: 0.05, factor: 2 } as const;
/** Shortest trouble, and how long it holds when nobody is left to tell. */
const HOLD_MS = 60_000;
export const TERM_MS = 600_000;
/** Of one region and host; strangers choose their networks, but not many of them at once. */
const ROWS_MAX = 2_000;

export interface NetworkRow extends TroubledNetwork {
  readonly window: ShareWindow;
  readonly isTroubled: boolean;
  readonly changedAtMs: number;
}

/** By region, host and network. */
export type NetworkBook = ReadonlyMap<string, NetworkRow>;

/** Adds what players of a region said. */
export function applyPlayback(
  book: NetworkBook,
  region: string,
  counts: readonly PlaybackCount[],
  nowMs: number,
): NetworkBook {
  if (counts.length === 0) return book;
  const next = new Map(book);
  for (const { host, network, reports, starved } of counts) {
    const key = `${region} ${host} ${network}`;
    const row = next.get(key);
    if (row === undefined && next.size >= ROWS_MAX) continue;
    const window = applyTries(row?.window ?? SHARE_NONE, reports, starved, nowMs);
    const known = row ?? { region, host, network, isTroubled: false, changedAtMs: nowMs };
    next.set(key, { ...known, window });
  }
  return next;
}

/**
 * The book with networks that were in trouble when the centre stopped: its windows are gone, and
 * its word is kept as that of a network whose players have left.
 */
export function toResumedNetworks(
  book: NetworkBook,
  troubled: readonly TroubledNetwork[],
  nowMs: number,
): NetworkBook {
  const next = new Map(book);
  for (const { region, host, network } of troubled) {
    const key = `${region} ${host} ${network}`;
    const row = next.get(key);
    if (row?.isTroubled === true) continue;
    const window = row?.window ?? SHARE_NONE;
    next.set(key, { region, host, network, window, isTroubled: true, changedAtMs: nowMs });
  }
  return next;
}

export interface NetworkChange {
  readonly row: NetworkRow;
  readonly own: Share;
  readonly others: Share;
}

/** Judges every network anew; what has changed, and the book without those that are silent. */
export function decideNetworks(
  book: NetworkBook,
  nowMs: number,
): { readonly book: NetworkBook; readonly changes: readonly NetworkChange[] } {
  const totals = new Map<string, Share>();
  for (const row of book.values()) {
    const place = toPlace(row);
    totals.set(place, toSum(totals.get(place), toShare(row.window, nowMs)));
  }
  const next = new Map<string, NetworkRow>();
  const changes: NetworkChange[] = [];
  for (const [key, row] of book) {
    const own = toShare(row.window, nowMs);
    if (own.tries === 0 && !row.isTroubled) continue;
    const others = toRest(totals.get(toPlace(row)), own);
    const isTroubled = isInTrouble(row, own, others, nowMs);
    if (isTroubled === row.isTroubled) next.set(key, row);
    else {
      const changed = { ...row, isTroubled, changedAtMs: nowMs };
      next.set(key, changed);
      changes.push({ row: changed, own, others });
    }
  }
  return { book: next, changes };
}

/** Every network in trouble, in a fixed order. */
export function toTroubled(book: NetworkBook): readonly TroubledNetwork[] {
  return [...book]
    .filter(([, { isTroubled }]) => isTroubled)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { region, host, network }]) => ({ region, host, network }));
}

function isInTrouble(row: NetworkRow, own: Share, others: Share, nowMs: number): boolean {
  const sinceMs = nowMs - row.changedAtMs;
  if (row.isTroubled && sinceMs < HOLD_MS) return true;
  // Nobody there, or nobody to be compared with.
  if (own.tries < REPORTS_MIN || others.tries < REPORTS_MIN) {
    return row.isTroubled && sinceMs < TERM_MS;
  }
  const bound = row.isTroubled ? END : BEGIN;
  return own.share >= bound.share && own.share >= bound.factor * others.share;
}

function toPlace({ region, host }: NetworkRow): string {
  return `${region} ${host}`;
}

function toSum(sum: Share | undefined, { tries, failures }: Share): Share {
  return toWhole((sum?.tries ?? 0) + tries, (sum?.failures ?? 0) + failures);
}

function toRest(total: Share | undefined, own: Share): Share {
  return toWhole((total?.tries ?? 0) - own.tries, (total?.failures ?? 0) - own.failures);
}

function toWhole(tries: number, failures: number): Share {
  return { tries, failures, share: tries === 0 ? 0 : failures / tries };
}
