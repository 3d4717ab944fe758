// Reads what a 206 says it holds (RFC 9110 section 14.4). For whoever continues a body that broke
// off, and for large files that are kept in pieces: both must know exactly which bytes came, or
// refuse them. What is malformed, in another unit, or of unknown length is null: bytes whose place
// is not known can not be put anywhere. It does NOT print the field; byte-range.ts does.

/** Positions in the whole file; `end` is inclusive. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly lengthBytes: number;
}

const FORM = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i;

/** The range, or null for anything that does not name first, last and length consistently. */
export function parseContentRange(header: string | null): ContentRange | null {
  const match = FORM.exec(header ?? "");
  if (match === null) return null;
  const [start, end, lengthBytes] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return start <= end && end < lengthBytes ? { start, end, lengthBytes } : null;
}
