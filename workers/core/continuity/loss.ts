// Segments that an origin lists and does not have. What viewers have been told stays as it is: a
// block never changes, and its URI answers 404 at once. What was not announced yet is marked as a
// gap in the origin's book, and comes to viewers as one (bis-22 section 4.4.4.7).

import type { LedgerEvent } from "./event.ts";
import type { Draft } from "./ledger.ts";
import { note, setOrigin } from "./ledger.ts";
import { applyListing, toListing } from "./origin-book.ts";
import type { RawBlock } from "./raw-block.ts";

export function applyLoss(draft: Draft, event: Extract<LedgerEvent, { kind: "lost" }>): void {
  const { origin, path, firstMsn, lastMsn } = event;
  const book = draft.ledger.origins.get(origin);
  const rendition = book?.paths === null ? path : book?.paths.get(path);
  if (book === undefined || rendition === undefined) return;
  note(draft, "media-lost", { origin, rendition }, { firstMsn, lastMsn });
  const listing = toListing(book, book.current, rendition);
  if (listing === null) return;
  const blocks = listing.blocks.map((block): RawBlock => {
    const isLost = block.msn >= firstMsn && block.msn <= lastMsn && !block.isGap;
    if (!isLost) return block;
    return { ...block, isGap: true, lines: ["#EXT-X-GAP", ...block.lines] };
  });
  setOrigin(draft, applyListing(book, book.current, rendition, { ...listing, blocks }));
}
