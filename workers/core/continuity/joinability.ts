// What would happen if the channel had to go on with another origin now: nothing that a viewer can
// see, one discontinuity, a repeat of at most so many seconds, or nothing at all, and why. Asked at
// any time, and shown to operators before it is needed.

import { decideCut, listWatched, toAnnouncedEndMs } from "./cut.ts";
import { decideKinship, toPairProof } from "./identity.ts";
import { toOriginLag, toSeenLag } from "./lag.ts";
import type { Ledger } from "./ledger.ts";
import { toTargetMs, toVisit } from "./ledger.ts";
import { decideObstacle } from "./obstacle.ts";
import type { OriginBook } from "./origin-book.ts";
import { toListing } from "./origin-book.ts";
import type { JoinReason } from "./reason.ts";
import type { Cut, Member } from "./timeline.ts";

export const joinKinds = ["invisible", "discontinuity", "repeat", "impossible"] as const;
export type JoinKind = (typeof joinKinds)[number];

export interface Joinability {
  readonly origin: string;
  readonly join: JoinKind;
  readonly reason: JoinReason;
  /** Media that viewers may see twice, at most; 0 unless `join` is "repeat". */
  readonly repeatSecondsMax: number;
  /** Behind what viewers have; null if it cannot be measured (no dates, nothing read). */
  readonly lagSeconds: number | null;
  /** True if its bytes are known to be those of the serving timeline. */
  readonly isProved: boolean;
}

/** One entry for every origin that does not feed the channel. */
export function decideJoinability(ledger: Ledger, nowMs: number): readonly Joinability[] {
  const visit = toVisit(ledger);
  const found: Joinability[] = [];
  for (const book of ledger.origins.values()) {
    if (book.id !== visit?.origin) found.push(toJoinability(ledger, book, nowMs));
  }
  return found;
}

function toJoinability(ledger: Ledger, book: OriginBook, nowMs: number): Joinability {
  const origin = book.id;
  const visit = toVisit(ledger);
  const target: Member = { origin, epoch: book.current };
  const lagSeconds = toOriginLag(ledger, book);
  const kinship = decideKinship(ledger, target);
  const common = { origin, lagSeconds, isProved: kinship !== null, repeatSecondsMax: 0 };
  const obstacle = decideObstacle(ledger, origin, nowMs);
  if (visit === null) return { ...common, join: "impossible", reason: "unread" };
  if (obstacle !== null) return { ...common, join: "impossible", reason: obstacle };
  if (kinship === "member") return { ...common, join: "invisible", reason: "same-timeline" };
  const isNear = lagSeconds === null || lagSeconds <= toLagBoundSeconds(ledger);
  // What lagged when it was measured may be level now, because the one that feeds stands still.
  const isLevel = () => decideCut(ledger, target, false).kind === "now";
  if (kinship === "twin" && (isNear || isLevel())) {
    return { ...common, join: "invisible", reason: "same-bytes" };
  }
  const pair = toPairProof(ledger, { origin: visit.origin, epoch: visit.epoch }, target);
  return { ...common, ...decideSeam(ledger, book, lagSeconds, pair) };
}

function decideSeam(
  ledger: Ledger,
  book: OriginBook,
  lagSeconds: number | null,
  pair: { readonly isDifferent: boolean; readonly renditions: ReadonlyMap<string, unknown> },
): Pick<Joinability, "join" | "reason" | "repeatSecondsMax"> {
  const target = { origin: book.id, epoch: book.current };
  if (lagSeconds !== null && lagSeconds > toLagBoundSeconds(ledger)) {
    const repeats = listWatched(ledger).map((watched) => {
      const listing = toListing(book, book.current, watched.path);
      if (listing === null) return 0;
      const longest = listing.blocks.at(-1)?.durationSeconds ?? 0;
      return Math.max(toSeenLag(watched, listing) ?? 0, ...listing.lagsSeconds) + longest;
    });
    return {
      join: "repeat",
      reason: "lagging-standby",
      repeatSecondsMax: Math.max(lagSeconds, ...repeats),
    };
  }
  const isOpen = !pair.isDifferent && pair.renditions.size > 0;
  const plan = decideCut(ledger, target, false);
  const byArrival = plan.kind === "now" && plan.cut.clock === "publication";
  const reason = isOpen ? "unproven" : byArrival ? "no-common-clock" : "other-bytes";
  const repeatSecondsMax = plan.kind === "now" ? toSpreadRepeat(ledger, plan.cut) : 0;
  return { join: repeatSecondsMax > 0 ? "repeat" : "discontinuity", reason, repeatSecondsMax };
}

/** What the rendition that got furthest sees again where others are far behind it (cut.ts). */
function toSpreadRepeat(ledger: Ledger, { clock, startMs }: Cut): number {
  const repeats = listWatched(ledger).map((book) => {
    const seconds = ((toAnnouncedEndMs(book, clock) ?? startMs) - startMs) / 1000;
    return seconds > book.tail.lastSeconds ? seconds : 0;
  });
  return Math.max(0, ...repeats);
}

/** What players can bridge: they are that far behind the end. */
function toLagBoundSeconds(ledger: Ledger): number {
  return (ledger.start?.holdBackSeconds ?? 0) - (2 * toTargetMs(ledger)) / 1000;
}
