// Decides between the two forms in which a text body is kept, gzip and identity, by the viewer's
// Accept-Encoding (RFC 9110 section 12.5.3; spec section 1, F9). For respond. gzip is taken
// whenever the viewer allows it and does not rank identity above it. Where the viewer refuses
// everything we have, identity is sent, as the RFC advises, since a 406 helps no player. It does
// NOT know br or zstd: a playlist is packed once per version, in one form every player reads.

/** A coding in which the edge can send a body. */
export type Coding = "gzip" | "identity";

const FIELD_CHARS_MAX = 1024;
const MEMBER = /^([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/** Decides the coding; a member whose weight is malformed counts as not sent. */
export function decideCoding(acceptEncoding: string | null): Coding {
  // A list longer than any client's is not worth taking apart: identity is always right.
  if (acceptEncoding === null || acceptEncoding.length > FIELD_CHARS_MAX) return "identity";
  let gzip: number | null = null;
  let identity: number | null = null;
  let any: number | null = null;
  for (const part of acceptEncoding.toLowerCase().split(",")) {
    const match = MEMBER.exec(part.trim());
    if (match === null) continue;
    const weight = match[2] === undefined ? 1 : Number(match[2]);
    switch (match[1]) {
      case "gzip":
      case "x-gzip":
        gzip = Math.max(gzip ?? 0, weight);
        break;
      case "identity":
        identity = weight;
        break;
      case "*":
        any = weight;
        break;
    }
  }
  const gzipWeight = gzip ?? any ?? 0;
  if (gzipWeight === 0) return "identity";
  // Identity that is not named is merely acceptable, so any wish for gzip goes before it.
  return identity !== null && identity > gzipWeight ? "identity" : "gzip";
}
