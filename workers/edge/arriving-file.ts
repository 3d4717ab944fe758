// A file between its origin and the cache, and what others learn of how that went.

import type { OriginProblem } from "../core/origin/outcome.ts";
import type { FileMeta } from "../platform/edge-cache.ts";

/** A file that is on its way from an origin. */
export interface ArrivingFile {
  readonly kind: "arriving";
  readonly meta: FileMeta;
  readonly storable: boolean;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly originStatus: number;
  readonly originMs: number;
}

/** What followers learn from the leader when the fill is over. */
export type MediaOutcome =
  | { readonly kind: "stored" }
  | { readonly kind: "not-storable" }
  | OriginProblem;
