// The weak validator in an ETag field (RFC 9110 section 8.8.3): "means the same", not "is the
// same". For files whose origin gives no better one: it answers If-None-Match, which compares
// weakly anyway, and never a range. Strong ones are read by strong-tag.ts.

/** A weak tag without its mark and quotes, or null for a strong, malformed or missing one. */
export function toWeakTag(header: string | null): string | null {
  return /^W\/"([\x21\x23-\x7e]+)"$/.exec(header?.trim() ?? "")?.[1] ?? null;
}
