// The edge's and the prober's view of an origin: one request out, one reply or named failure back.
// Implemented by platform/origin-fetch.ts. Bodies are opaque here; core sees status and headers.

import type { Origin } from "../config/catalog.ts";
import type { OriginFailure } from "../health/failure.ts";

export interface OriginRequest {
  readonly origin: Origin;
  /** Absolute, from core/origin/place.ts or an allowed host; never from a viewer. */
  readonly url: string;
  readonly method: "GET" | "HEAD";
  /** Validator of the version we hold, or null. */
  readonly ifNoneMatch: string | null;
  /** Its Last-Modified, for an origin that gives no tags. */
  readonly ifModifiedSince?: string;
  /** Bytes wanted, positions inclusive; `last` null means to the end. Absent: all of them. */
  readonly range?: { readonly first: number; readonly last: number | null };
  /** Longest wait for the response headers. */
  readonly headerTimeoutMs: number;
  /** Set on what no viewer has asked for yet; the origin reads it as `X-Prefetch`. */
  readonly purpose?: "prefetch";
  /** Called with the means to break the request off, body included. */
  readonly onSend?: (abort: () => void) => void;
}

export interface OriginReply<Body> {
  readonly kind: "origin-reply";
  readonly originId: string;
  readonly status: number;
  /** Lower-case names. */
  readonly header: (name: string) => string | null;
  readonly body: Body;
  /** From dispatch to headers. */
  readonly latencyMs: number;
}

export interface OriginPort<Body> {
  send(request: OriginRequest): Promise<OriginReply<Body> | OriginFailure>;
}
