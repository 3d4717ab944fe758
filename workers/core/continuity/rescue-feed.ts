// What the ledger does about its feeding origin without asking anybody: if its next segment is
// overdue and another member of the timeline has it, that one feeds, because no player can see the
// difference; if its encoder has started over, the channel goes on with another member, or else
// with the new epoch behind a cut.

import { listWatched } from "./cut.ts";
import { decideKinship } from "./identity.ts";
import type { Draft } from "./ledger.ts";
import { note, toTargetMs, toVisit } from "./ledger.ts";
import { seekNext } from "./next-segment.ts";
import { decideObstacle } from "./obstacle.ts";
import type { OriginBook } from "./origin-book.ts";
import { toEpoch, toListing } from "./origin-book.ts";
import type { JoinReason } from "./reason.ts";
import { applyAttempt, applyMember, isInTimeline, STICK_TARGETS } from "./switch.ts";
import type { Member } from "./timeline.ts";

/** Target durations after the last publication when the next one is overdue (bis-22 6.2.1). */
const OVERDUE_TARGETS = 1.5;

/** Lets another member feed if the present one is overdue. */
export function applyOverdue(draft: Draft): void {
  const { ledger, nowMs } = draft;
  const visit = toVisit(ledger);
  if (visit === null || ledger.end.kind === "ended" || ledger.origins.size < 2) return;
  const origin = ledger.origins.get(visit.origin);
  const [book] = listWatched(ledger);
  if (origin === undefined || book === undefined) return;
  const listing = toListing(origin, visit.epoch, book.path);
  const lastMs = listing?.lastAdvanceMs ?? visit.sinceMs;
  const isSettled = nowMs - visit.sinceMs >= STICK_TARGETS * toTargetMs(ledger);
  if (visit.origin !== ledger.chosen && isSettled) {
    const chosen = seekMember(draft, true, ledger.chosen);
    if (chosen !== null) return void applyMember(draft, chosen, "return");
  }
  if (nowMs - lastMs <= OVERDUE_TARGETS * toTargetMs(ledger)) return;
  const member = seekMember(draft, true, null);
  if (member !== null) return void applyMember(draft, member, "overdue");
  applyChosen(draft);
}

/**
 * The stand-in has nothing more, but the chosen origin lives, with an encoder that started over.
 */
function applyChosen(draft: Draft): void {
  const { ledger, nowMs } = draft;
  const { chosen, pending } = ledger;
  if (chosen === null || chosen === toVisit(ledger)?.origin || pending !== null) return;
  const book = ledger.origins.get(chosen);
  const newestMs = Math.max(
    ...[...(toEpoch(book, book?.current ?? 0)?.listings.values() ?? [])].map(
      ({ lastAdvanceMs }) => lastAdvanceMs,
    ),
  );
  const isAlive = nowMs - newestMs <= OVERDUE_TARGETS * toTargetMs(ledger);
  if (book === undefined || !isAlive || decideObstacle(ledger, chosen, nowMs) !== null) return;
  const target: Member = { origin: chosen, epoch: book.current };
  // The same bytes would have been taken if there were any more of them.
  if (decideKinship(ledger, target) === null) applyAttempt(draft, target, "restart");
}

/**
 * Another member of the timeline, or this one; `ahead`: one that has the next segment already.
 */
function seekMember(draft: Draft, ahead: boolean, only: string | null): Member | null {
  const { ledger, nowMs } = draft;
  const visit = toVisit(ledger);
  const [watched] = listWatched(ledger);
  if (visit === null || watched === undefined) return null;
  for (const book of ledger.origins.values()) {
    const target: Member = { origin: book.id, epoch: book.current };
    if (book.id === visit.origin || (only !== null && book.id !== only)) continue;
    if (!isInTimeline(draft, target)) continue;
    const listing = toListing(book, book.current, watched.path);
    if (listing === null) continue;
    const next = seekNext(draft, watched, listing);
    const has = next !== null && next.msn <= listing.facts.lastMsn;
    const isAlive = nowMs - listing.lastAdvanceMs <= OVERDUE_TARGETS * toTargetMs(ledger);
    if (ahead ? has : isAlive) return target;
  }
  return null;
}

/** Obstacles that waiting does not remove. */
const isLasting: Readonly<Partial<Record<JoinReason, boolean>>> = {
  "target-duration": true,
  "init-section": true,
  definitions: true,
  "playlist-kind": true,
};

/** The feeding origin's encoder has started over. */
export function applyRestart(draft: Draft, book: OriginBook): void {
  const member = seekMember(draft, false, null);
  if (member !== null) return void applyMember(draft, member, "restart");
  const target: Member = { origin: book.id, epoch: book.current };
  if (isInTimeline(draft, target)) return void applyMember(draft, target, "restart");
  const { pending } = draft.ledger;
  if (pending !== null && pending.origin === book.id) return;
  const obstacle = decideObstacle(draft.ledger, book.id, draft.nowMs);
  // What would make the playlist invalid stays out, even if viewers wait: health hears of it.
  if (obstacle !== null && isLasting[obstacle] === true) {
    note(draft, "switch-refused", { origin: book.id }, { reason: obstacle });
    return;
  }
  applyAttempt(draft, target, "restart");
}
