// The strong validator in an ETag field (RFC 9110 section 8.8.3). Only a strong one may stitch
// ranges together or name bytes in our own caches; a weak one (W/"...") says "means the same",
// which is not "is the same". For fills and for what is kept beside a stored body.

/** The tag without its quotes, or null for a weak, malformed or missing one. */
export function toStrongTag(header: string | null): string | null {
  const tag = header?.trim() ?? "";
  if (tag.length < 2 || !tag.startsWith('"') || !tag.endsWith('"')) return null;
  const inner = tag.slice(1, -1);
  return inner === "" || inner.includes('"') ? null : inner;
}
