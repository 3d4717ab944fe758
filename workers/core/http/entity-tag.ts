// Reads the validator in an ETag field (RFC 9110 section 8.8.3). A weak one (W/"...") says "means
// the same", which is right for If-None-Match; only a strong one says "is the same", and may stitch
// ranges together or continue a body that broke off. For fills and for what is kept beside a body.

export interface EntityTag {
  /** Without its quotes. */
  readonly opaque: string;
  readonly isWeak: boolean;
}

const FORM = /^(W\/)?"([\x21\x23-\x7e]*)"$/;

/** The tag, or null for a missing or malformed one. */
export function parseEntityTag(header: string | null): EntityTag | null {
  const match = FORM.exec(header?.trim() ?? "");
  return match === null ? null : { opaque: match[2] ?? "", isWeak: match[1] !== undefined };
}

/** The strong tag without its quotes, or null for a weak, malformed or missing one. */
export function toStrongTag(header: string | null): string | null {
  const tag = parseEntityTag(header);
  return tag === null || tag.isWeak ? null : tag.opaque;
}

/** The field that a tag was read from. */
export function printEntityTag(tag: EntityTag): string {
  return `${tag.isWeak ? "W/" : ""}"${tag.opaque}"`;
}
