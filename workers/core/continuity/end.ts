// Decides when the channel has ended. ENDLIST can never be taken back (bis-22 section 6.2.1), and a
// packager that is shut down by mistake writes it too. So the ENDLIST of the feeding origin is not
// shown while another origin that could go on lives and has not ended: for two target durations
// health may choose that one. If it does not, the choice stands and the channel ends. If nobody
// else lives, or all have ended, it ends at once.

import { applyClosing } from "./closing.ts";
import { listWatched } from "./cut.ts";
import type { Draft } from "./ledger.ts";
import { note, setRendition, toTargetMs, toVisit } from "./ledger.ts";
import { decideObstacle } from "./obstacle.ts";

/** Target durations that an ENDLIST is held while another origin lives. */
const HOLD_TARGETS = 2;

export function applyEnd(draft: Draft): void {
  const { ledger, nowMs } = draft;
  const visit = toVisit(ledger);
  if (visit === null || ledger.end.kind === "ended") return;
  const hasEnded = listWatched(ledger).some(({ endSeen }) => endSeen);
  if (!hasEnded) {
    if (ledger.end.kind === "live") return;
    note(draft, "end-refused", { origin: visit.origin });
    draft.ledger = { ...draft.ledger, end: { kind: "live" } };
    return;
  }
  const living = toLiving(draft, visit.origin);
  const about = { origin: visit.origin };
  if (ledger.end.kind === "live" && living !== null) {
    const untilMs = nowMs + HOLD_TARGETS * toTargetMs(ledger);
    note(draft, "end-held", about, { living, untilMs });
    draft.ledger = { ...draft.ledger, end: { kind: "held", untilMs } };
    return;
  }
  const isHeld = ledger.end.kind === "held" && nowMs < ledger.end.untilMs;
  if ((isHeld && living !== null) || ledger.pending !== null) return;
  note(draft, "ended", about, { living });
  // Parts that were announced are not taken back: the last segment is made of them.
  for (const book of ledger.renditions.values()) {
    if (book.endSeen) applyClosing(draft, book);
  }
  draft.ledger = { ...draft.ledger, end: { kind: "ended", atMs: nowMs } };
  for (const book of draft.ledger.renditions.values()) {
    if (book.endSeen) setRendition(draft, { ...book, seq: book.seq + 1 });
  }
}

/** Another origin that could go on with the channel; null if there is none. */
function toLiving(draft: Draft, serving: string): string | null {
  for (const id of draft.ledger.origins.keys()) {
    if (id !== serving && decideObstacle(draft.ledger, id, draft.nowMs) === null) return id;
  }
  return null;
}

/** An operator lets an ended channel go on: with what its origin lists from now on. */
export function applyReopening(draft: Draft): void {
  if (draft.ledger.end.kind !== "ended") return;
  note(draft, "reopened", {}, {});
  draft.ledger = { ...draft.ledger, end: { kind: "live" } };
  for (const book of draft.ledger.renditions.values()) {
    if (book.endSeen) setRendition(draft, { ...book, endSeen: false, seq: book.seq + 1 });
  }
}
