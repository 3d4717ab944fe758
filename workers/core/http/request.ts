// What a viewer asked, as plain values: the only form in which a request enters core. For route,
// auth, resolve, cache and respond (house section 3). Only the headers on which some decision
// depends are carried, so that nothing else can ever influence an answer or a cache key. It does
// NOT decode, normalise or judge the path: core/route does.

/** The request headers that can change an answer; null where the viewer did not send one. */
export interface ViewerHeaders {
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
  readonly acceptEncoding: string | null;
  readonly origin: string | null;
  readonly accessControlRequestHeaders: string | null;
}

/** One request of one viewer at one moment. */
export interface ViewerRequest {
  /** The method as received; names of methods are case-sensitive (RFC 9110 section 9.1). */
  readonly method: string;
  /** The raw path as received, percent-encoding untouched; it begins with "/". */
  readonly path: string;
  /** The raw query without its "?"; empty when there is none. */
  readonly query: string;
  readonly headers: ViewerHeaders;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Round trip of the viewer's connection in milliseconds, where the platform measured it. */
  readonly rttMs?: number;
}

/** Headers of a viewer who sent none of those that matter. */
export const VIEWER_HEADERS_NONE: ViewerHeaders = {
  range: null,
  ifRange: null,
  ifNoneMatch: null,
  ifModifiedSince: null,
  acceptEncoding: null,
  origin: null,
  accessControlRequestHeaders: null,
};
