// Decides whether a viewer's copy is still good (RFC 9110 sections 13.1 and 13.2; spec section 9,
// H8) and whether a Range may be applied (If-Range, H9). For respond. If-None-Match compares
// weakly, as it must, and against the tags of every coding, because a proxy that unpacks gzip keeps
// the tag it was given. If-Range holds only for an equal strong tag: its date form proves too
// little, and a full 200 is always a right answer. It does NOT choose the coding and does NOT look
// at the method: callers ask for GET and HEAD only.

import { parseHttpDate } from "./http-date.ts";

/** The conditional headers of a request. */
export interface Conditions {
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
}

/** The validators of the version that would be served. */
export interface Validators {
  /** The entity tags of all codings, quotes included, without the mark of weak ones. */
  readonly etags: readonly string[];
  readonly lastModifiedMs: number | null;
  /**
   * When the copy came from its origin; stands in for a missing Last-Modified (RFC 9111 section
   * 4.3.2). Null where bytes may change within a second of each other, as playlists do.
   */
  readonly receivedAtMs: number | null;
}

/** Whether a body must be sent. */
export type ConditionalVerdict = "full" | "not-modified";

// One tag; opaque bytes per RFC 9110 section 8.8.3. Anything between tags is skipped, so a damaged
// list can only lose a match, which costs a body and never correctness.
const ENTITY_TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Decides by If-None-Match when there is one, else by If-Modified-Since (section 13.2.2). */
export function decideConditional(
  conditions: Conditions,
  validators: Validators,
): ConditionalVerdict {
  const { ifNoneMatch, ifModifiedSince } = conditions;
  if (ifNoneMatch !== null) {
    return hasTag(ifNoneMatch, validators.etags) ? "not-modified" : "full";
  }
  const changedMs = toChangedMs(validators);
  if (ifModifiedSince === null || changedMs === null) return "full";
  const sinceMs = parseHttpDate(ifModifiedSince);
  if (sinceMs === null) return "full";
  return changedMs <= sinceMs ? "not-modified" : "full";
}

/** An HTTP date has whole seconds only, so a version is compared in whole seconds too. */
function toChangedMs({ lastModifiedMs, receivedAtMs }: Validators): number | null {
  if (lastModifiedMs !== null) return Math.floor(lastModifiedMs / 1000) * 1000;
  // Rounded up: the second in which it came may also have seen the copy before it.
  return receivedAtMs === null ? null : Math.ceil(receivedAtMs / 1000) * 1000;
}

/** Decides whether Range applies: yes without If-Range, else only for the same strong tag. */
export function decideIfRange(ifRange: string | null, etag: string | null): boolean {
  if (ifRange === null) return true;
  return etag !== null && !etag.startsWith("W/") && ifRange.trim() === etag;
}

function hasTag(header: string, etags: readonly string[]): boolean {
  if (header.trim() === "*") return true;
  for (const match of header.matchAll(ENTITY_TAG)) {
    const tag = match[1];
    if (tag !== undefined && etags.includes(tag)) return true;
  }
  return false;
}
