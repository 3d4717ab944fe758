// What somebody should read so that the ledger knows enough when it matters: standbys, for lag,
// alignment and proofs; and, of the feeding origin, the renditions that nobody watches while others
// are watched, so that their rendition reports stay fresh (design: one request per target
// duration).

import { listWatched } from "./cut.ts";
import type { Ledger } from "./ledger.ts";
import { toTargetMs, toVisit } from "./ledger.ts";
import type { OriginBook } from "./origin-book.ts";
import { toListing } from "./origin-book.ts";

export const readPurposes = ["standby", "report", "switch"] as const;
export type ReadPurpose = (typeof readPurposes)[number];

export interface WantedRead {
  readonly origin: string;
  /** As the origin names the playlist. */
  readonly path: string;
  /** Its canonical path. */
  readonly rendition: string;
  readonly purpose: ReadPurpose;
}

/** Reads that are due: each at most once per target duration. */
export function planReads(ledger: Ledger, nowMs: number): readonly WantedRead[] {
  const visit = toVisit(ledger);
  if (visit === null || ledger.end.kind === "ended") return [];
  const wanted: WantedRead[] = [];
  const watched = listWatched(ledger).map(({ path }) => path);
  const known = listReportable(ledger);
  const isDue = (book: OriginBook, epoch: number, path: string) => {
    const listing = toListing(book, epoch, path);
    return listing === null || nowMs - listing.lastSeenMs >= toTargetMs(ledger);
  };
  for (const book of ledger.origins.values()) {
    const isServing = book.id === visit.origin;
    const isWanted = ledger.pending?.origin === book.id;
    const paths = isServing ? known : watched;
    const purpose = isServing ? "report" : isWanted ? "switch" : "standby";
    for (const path of paths) {
      if (!isDue(book, isServing ? visit.epoch : book.current, path)) continue;
      const own = toOwnPath(book, path);
      if (own === null) continue;
      wanted.push({ origin: book.id, path: own, rendition: path, purpose });
    }
  }
  return wanted;
}

/**
 * The reads for reports alone. Where the feeding origin writes none in what is watched, nobody
 * would notice them.
 */
export function planReportReads(ledger: Ledger, nowMs: number): readonly WantedRead[] {
  if (!hasReports(ledger)) return [];
  return planReads(ledger, nowMs).filter(({ purpose }) => purpose === "report");
}

/** Renditions that a report can be about: once the origin writes reports, all that it has. */
function listReportable(ledger: Ledger): readonly string[] {
  const known = [...ledger.renditions.keys()];
  const paths = ledger.origins.get(toVisit(ledger)?.origin ?? "")?.paths;
  if (paths == null || !hasReports(ledger)) return known;
  return [...new Set([...known, ...paths.values()])];
}

function hasReports(ledger: Ledger): boolean {
  const visit = toVisit(ledger);
  const book = visit === null ? undefined : ledger.origins.get(visit.origin);
  if (visit === null || book === undefined) return false;
  return listWatched(ledger).some(({ path }) => {
    return (toListing(book, visit.epoch, path)?.open.reports.length ?? 0) > 0;
  });
}

/** How an origin names a canonical rendition; null if it has none. */
export function toOwnPath(book: OriginBook, rendition: string): string | null {
  if (book.paths === null) return rendition;
  for (const [own, path] of book.paths) if (path === rendition) return own;
  return null;
}

/** When the next `tick` is needed; null if nothing waits for time alone. */
export function planWake(ledger: Ledger): number | null {
  const times = [
    ledger.pending?.untilMs ?? null,
    ledger.end.kind === "held" ? ledger.end.untilMs : null,
  ].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
