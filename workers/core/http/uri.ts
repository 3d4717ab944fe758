// References and absolute http URIs (RFC 3986 sections 3 and 5), for a core that has no URL class.
// Paths are lists of decoded segments, so a dot segment cannot hide behind an escape and a
// traversal cannot survive. Where RFC 3986 and browsers disagree (backslashes, control characters,
// "http:x", user names), the reference is refused, because an edge that reads a URI otherwise than
// the player does is a hole.

import { parsePathSegment } from "./percent.ts";

export const uriFaults = [
  "control-character",
  "backslash",
  "bad-authority",
  "bad-escape",
  "encoded-separator",
] as const;
export type UriFault = (typeof uriFaults)[number];

export interface HttpUri {
  readonly kind: "http";
  /**
   * `scheme://host[:port]`, lower case, default port left out; a user name makes it differ from any
   * origin.
   */
  readonly origin: string;
  /** Decoded segments without dot segments; an empty last one is a trailing slash. Never empty. */
  readonly segments: readonly string[];
  /** The same segments as they were written. */
  readonly rawSegments: readonly string[];
  /** Raw, without "?"; null if there is none. */
  readonly query: string | null;
  /** Raw, without "#"; null if there is none. */
  readonly fragment: string | null;
}

/** A URI of another scheme: data:, skd:, urn: and the like. Never looked into. */
export interface OpaqueUri {
  readonly kind: "opaque";
  readonly scheme: string;
}

export interface UriFailure {
  readonly kind: "failure";
  readonly fault: UriFault;
}

const parts =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** Host letters beyond ASCII are let through; marks that RFC 3986 keeps out of hosts are not. */
const authorityForm = /^(?:[^@\s"<>]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^@:[\]\s%/"<>^`{|}]+)(?::\d*)?$/;

/** Reads an absolute http or https URI; null if it is none. */
export function parseHttpUri(text: string): HttpUri | null {
  const found = resolveUri(text, null);
  return found.kind === "http" ? found : null;
}

/** Resolves a reference against the URI of the document that holds it. */
export function resolveUri(text: string, base: HttpUri | null): HttpUri | OpaqueUri | UriFailure {
  const found = parts.exec(text);
  if (found === null) return fail("control-character");
  const [, schemeText, authority, path = "", query, fragment] = found;
  const scheme = schemeText?.toLowerCase() ?? null;
  if (scheme !== null && scheme !== "http" && scheme !== "https") return { kind: "opaque", scheme };
  if (/[\x00-\x1f\x7f]/.test(text)) return fail("control-character");
  if (`${authority ?? ""}${path}`.includes("\\")) return fail("backslash");
  const rest = { query: query ?? null, fragment: fragment ?? null };
  if (authority !== undefined) {
    const ownScheme =
      scheme ?? (base === null ? null : base.origin.slice(0, base.origin.indexOf(":")));
    if (ownScheme === null || !authorityForm.test(authority)) return fail("bad-authority");
    return toUri(toOrigin(ownScheme, authority), null, path, rest);
  }
  if (scheme !== null || base === null) return fail("bad-authority");
  if (path === "") {
    return { ...base, query: rest.query ?? base.query, fragment: rest.fragment };
  }
  return toUri(base.origin, path.startsWith("/") ? null : base, path, rest);
}

function fail(fault: UriFault): UriFailure {
  return { kind: "failure", fault };
}

function toOrigin(scheme: string, authority: string): string {
  const host = authority.toLowerCase();
  const plain = host.replace(scheme === "http" ? /:(?:80)?$/ : /:(?:443)?$/, "");
  return `${scheme}://${plain}`;
}

/** Appends a raw path to the base's directory and removes dot segments (RFC 3986 section 5.2.4). */
function toUri(
  origin: string,
  base: HttpUri | null,
  path: string,
  rest: { readonly query: string | null; readonly fragment: string | null },
): HttpUri | UriFailure {
  const segments = base === null ? [] : base.segments.slice(0, -1);
  const rawSegments = base === null ? [] : base.rawSegments.slice(0, -1);
  const pieces = (path.startsWith("/") ? path.slice(1) : path).split("/");
  for (const [index, raw] of pieces.entries()) {
    const segment = parsePathSegment(raw);
    if (segment === null) return fail("bad-escape");
    if (/[/\\]/.test(segment)) return fail("encoded-separator");
    if (/[\x00-\x1f\x7f]/.test(segment)) return fail("control-character");
    const isDots = segment === "." || segment === "..";
    if (segment === "..") {
      segments.pop();
      rawSegments.pop();
    }
    if (isDots && index < pieces.length - 1) continue;
    segments.push(isDots ? "" : segment);
    rawSegments.push(isDots ? "" : raw);
  }
  return { kind: "http", origin, segments, rawSegments, ...rest };
}

/**
 * The relative reference that leads from a document to a target. Both are lists of printed segments
 * below a common root; the document's own name is not part of `directory`. A first segment with a
 * colon would read as a scheme.
 */
export function printRelativePath(directory: readonly string[], target: readonly string[]): string {
  let common = 0;
  while (common < directory.length && common < target.length - 1) {
    if (directory[common] !== target[common]) break;
    common += 1;
  }
  const reference = "../".repeat(directory.length - common) + target.slice(common).join("/");
  return /^[^/]*:/.test(reference) ? `./${reference}` : reference;
}
