// Percent-encoding of path segments and queries (RFC 3986 sections 2 and 3.3). A path segment has
// one canonical spelling here: decode it, then print it. So "%7a" and "z" give the same bytes, the
// same cache key and the same origin request. A query is identity as its origin wrote it: only what
// cannot stand in a URI is escaped.

/**
 * Decodes one path segment. Null: a malformed escape, bytes that are not UTF-8, or a lone
 * surrogate.
 */
export function parsePathSegment(raw: string): string | null {
  if (/[\ud800-\udfff]/u.test(raw)) return null;
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

const plainSegment = /^[A-Za-z0-9_.-][A-Za-z0-9_.~-]*$/;
/**
 * The other characters that RFC 3986 allows raw in a path segment and encodeURIComponent would
 * escape.
 */
const needlesslyEscaped = /%(?:24|26|2B|2C|3A|3B|3D|40)/g;

/**
 * Prints one decoded path segment. A leading "@" or "~" is escaped, because in a viewer's URL these
 * letters open a label or a token. The segment must be well-formed UTF-16, as parsePathSegment
 * gives it.
 */
export function printPathSegment(segment: string): string {
  if (plainSegment.test(segment)) return segment;
  const first = segment.charAt(0);
  const head = first === "@" ? "%40" : first === "~" ? "%7E" : "";
  const rest = head === "" ? segment : segment.slice(1);
  return head + encodeURIComponent(rest).replace(needlesslyEscaped, decodeURIComponent);
}

/**
 * A query or fragment as written, with blanks, quotes, angle brackets and everything beyond ASCII
 * escaped.
 */
export function printQuery(raw: string): string {
  return raw.replace(/[\x00-\x20"<>\x7f]|[^\x00-\x7f]/gu, (letter) => {
    return /[\ud800-\udfff]/u.test(letter) ? "%EF%BF%BD" : encodeURIComponent(letter);
  });
}
