// Which stretch a rendition has to join that was not read while others came and went. If one of
// them began with a cut, the rendition owes that cut, also where the newest stretch goes on without
// one (the same bytes under another label): without its discontinuity two encoders' media would
// stand side by side, and all later discontinuities would have other numbers than elsewhere. It
// says what is owed; it joins nothing (join.ts does).

import type { Ledger } from "./ledger.ts";
import type { RenditionBook } from "./rendition-book.ts";
import type { Cut, Visit } from "./timeline.ts";

/**
 * The newest stretch, as this rendition has to join it: behind the last cut that it missed. Null if
 * it missed none, so that it goes on where its bytes go on.
 */
export function toOwedVisit(
  { visits }: Ledger,
  { source }: RenditionBook,
  visit: Visit,
): Visit | null {
  const missed = visits.findLast(({ n, isDiscontinuity }) => n > source.visit && isDiscontinuity);
  if (missed === undefined || missed.n === visit.n) return missed ?? null;
  const { isDiscontinuity, closedParts, endDsn, firstMsn } = missed;
  const cut = missed.cut === null ? null : toCutAs(missed.cut, missed, visit);
  return { ...visit, isDiscontinuity, closedParts, cut, endDsn, firstMsn };
}

/** The cut in the numbers of the member that feeds now, as far as both were numbered. */
function toCutAs(cut: Cut, from: Visit, to: Visit): Cut {
  const apart = from.msnShift === null || to.msnShift === null ? 0 : from.msnShift - to.msnShift;
  return { ...cut, startMsn: cut.startMsn + apart };
}
