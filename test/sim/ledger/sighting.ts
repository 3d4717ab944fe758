// A canonical segment as the judges know it once they have seen it, and what they may say of it.

import type { CanonicalBlock } from "./canonical.ts";
import type { Truth } from "./truth.ts";

export const laws = [
  "numbers",
  "blocks",
  "bytes",
  "cuts",
  "joins",
  "dates",
  "parts",
  "forecast",
  "form",
] as const;

export interface Fault {
  readonly law: (typeof laws)[number];
  readonly what: string;
}

/** What an origin offered when the ledger went over to it: places in the programme. */
export interface Offer {
  readonly originId: string;
  readonly firstStartMs: number;
  readonly lastEndMs: number;
}

/** What the ledger said of a join before it was made. */
export interface Forecast {
  readonly originId: string;
  /** The run that the origin told when it was chosen; -1 if nothing was read there. */
  readonly run: number;
  readonly join: "invisible" | "discontinuity" | "repeat" | "impossible";
  readonly repeatSecondsMax: number;
  readonly reason: string;
}

export interface Sighting {
  readonly block: CanonicalBlock;
  /** Null for a gap, and for a segment that the ledger closed itself. */
  readonly truth: Truth | null;
  readonly timeline: number;
  /** Real time of its media; carried on where no encoder made the segment. */
  readonly startMs: number;
  readonly endMs: number;
}

export function toFault(law: Fault["law"], rendition: string, what: string): Fault {
  return { law, what: `${rendition}: ${what}` };
}

export function printSighting({ block, timeline }: Sighting): string {
  return `${block.msn} (${block.title === "" ? block.uri : block.title} of timeline ${timeline})`;
}
