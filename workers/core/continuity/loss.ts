// Media that is gone for good (404 everywhere, in no tier). What viewers have been told stays as it
// is: a block never changes, and its URI answers 404 at once. What was not announced yet is marked
// when it is admitted; this file keeps the list for explain and for the edge.

import type { LedgerEvent } from "./event.ts";
import type { Draft } from "./ledger.ts";
import { note } from "./ledger.ts";

export function applyLoss(draft: Draft, event: Extract<LedgerEvent, { kind: "lost" }>): void {
  const { rendition, firstMsn, lastMsn } = event;
  note(draft, "media-lost", { rendition }, { firstMsn, lastMsn });
}
