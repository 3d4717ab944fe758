// The delivery directives of a playlist request (bis-22 section 6.2.5; spec section 3): what a
// player asks for beyond "the playlist, now". For the live road, which alone can let one wait.
// Reads the raw query, first value of each name, in any order. What is malformed is noted and not
// refused here: a finished playlist, or one that cannot block, must ignore the directives whatever
// they say (rule B6). It does NOT know the playlist; reload.ts does.

/** What one request asks for. */
export interface Directives {
  /** `_HLS_msn`; null without it. */
  readonly msn: number | null;
  /** `_HLS_part`; null without it. */
  readonly part: number | null;
  /** `_HLS_skip` with a value that is defined. */
  readonly skip: boolean;
  /** What is wrong with it, in words for the viewer; null when nothing is. */
  readonly fault: string | null;
}

/** Up to 20 digits: decimal-integer of bis-22 section 4.2. */
const DECIMAL = /^\d{1,20}$/;

/** Reads the directives of a query; null if there are none. */
export function parseDirectives(query: string): Directives | null {
  if (!query.includes("_HLS_")) return null;
  const values = new Map<string, string>();
  for (const pair of query.split("&")) {
    const end = pair.indexOf("=");
    const name = end < 0 ? pair : pair.slice(0, end);
    if (!values.has(name)) values.set(name, end < 0 ? "" : pair.slice(end + 1));
  }
  const [msn, part, skip] = ["_HLS_msn", "_HLS_part", "_HLS_skip"].map((name) => values.get(name));
  if (msn === undefined && part === undefined && skip === undefined) return null;
  return {
    msn: msn !== undefined && DECIMAL.test(msn) ? Number(msn) : null,
    part: part !== undefined && DECIMAL.test(part) ? Number(part) : null,
    // "v2" also leaves out old date ranges, but only where CAN-SKIP-DATERANGES was promised.
    skip: skip === "YES" || skip === "v2",
    fault: findFault(msn, part),
  };
}

function findFault(msn: string | undefined, part: string | undefined): string | null {
  if (msn !== undefined && !DECIMAL.test(msn)) return "_HLS_msn must be a decimal number.";
  if (part !== undefined && !DECIMAL.test(part)) return "_HLS_part must be a decimal number.";
  return part !== undefined && msn === undefined ? "_HLS_part needs _HLS_msn beside it." : null;
}
