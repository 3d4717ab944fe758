// What a file in the hot tier is known to be. For the filler that stored it and for the isolates
// that read it; its bytes were verified on their way in, so nobody has to do that again.

import type { FillHead } from "./fill-head.ts";

/** The head of a file that the hot tier keeps with these facts. */
export function toStoredHead(meta: FillHead["meta"]): FillHead {
  const known = { storable: true, md5: null, isLarge: false, originStatus: 200, originMs: 0 };
  return { ...known, meta, tier: "l2" };
}
