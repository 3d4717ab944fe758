// Whether what a warm agent saw proves that a file is warm, and if not, why: the one place where
// the word "warm" is decided (design section 7). A file is warm if a cache had it before it was
// asked for, whole, and it is what the storage holds. Everything else is not warm, and everything
// that was not compared is not called compared.
//
// "Fetched it, got 200" proves nothing: the answer may have come past the cache, from an old copy,
// or from another origin. Hence two looks, and the second must be a hit.

import type { Sighting, WarmFailure, WarmMode } from "../contract/warming.ts";

/** What the storage holds under the file's name. */
export interface Expected {
  readonly lengthBytes: number | null;
  /** Without quotes. */
  readonly etag: string | null;
  /** Lower-case hex; null where the storage's tag is no digest. */
  readonly md5: string | null;
  /** The storage's word for the version: when it was last modified, as an HTTP date. */
  readonly version: string | null;
}

/** Judges the sightings of one file; null: it is warm. */
export function decideProof(
  mode: WarmMode,
  { first, second }: { readonly first: Sighting; readonly second: Sighting | null },
  expected: Expected | null,
): WarmFailure | null {
  const proof = mode === "look" ? first : second;
  const failure = toAnswerFailure(first) ?? (proof === null ? "unreachable" : null);
  if (failure !== null || proof === null) return failure;
  const late = toAnswerFailure(proof);
  if (late !== null) return late;
  if (!proof.isHit) return "not-cached";
  if (proof !== first && first.etag !== proof.etag) return "validator-mismatch";
  if (proof !== first && first.lengthBytes !== proof.lengthBytes) return "length-mismatch";
  return expected === null ? null : decideMismatch(proof, expected);
}

/** How the bytes of a whole answer differ from what the storage holds. */
function decideMismatch(seen: Sighting, expected: Expected): WarmFailure | null {
  if (expected.lengthBytes !== null && seen.lengthBytes !== expected.lengthBytes)
    return "length-mismatch";
  const etag = seen.etag?.replace(/^W\//, "").replaceAll('"', "") ?? null;
  if (expected.etag !== null && etag !== null && etag !== expected.etag)
    return "validator-mismatch";
  if (expected.md5 !== null && seen.md5 !== null && seen.md5 !== expected.md5)
    return "md5-mismatch";
  // A weaker word, for storages without validators: dates have whole seconds.
  if (etag === null && expected.version !== null && seen.version !== null)
    return seen.version === expected.version ? null : "validator-mismatch";
  return null;
}

/** What is wrong with an answer as such; null: a whole 200. */
function toAnswerFailure(seen: Sighting): WarmFailure | null {
  if (seen.isBroken) return "truncated";
  if (seen.status === 200) return null;
  if (seen.status === 0) return "unreachable";
  // The hot tier's "no such thing" is a cache's, not the origin's.
  if (seen.status === 404 && seen.detail === "l2") return "not-cached";
  if (seen.status === 404 || seen.status === 410) return "absent";
  const originStatus = toOriginStatus(seen.words);
  if (originStatus === 401 || originStatus === 403) return "forbidden";
  if (originStatus === 429 || originStatus === 503) return "throttled";
  if (/\bMD5\b/.test(seen.words ?? "")) return "md5-mismatch";
  if (seen.detail === "busy" || seen.detail === "shed") return "throttled";
  if (seen.status === 429) return "throttled";
  return seen.status >= 500 ? "origin-failed" : "refused";
}

/** The status that an origin answered with, from what the edge says of its failure to people. */
function toOriginStatus(words: string | null): number | null {
  const status = /\banswered (\d{3})\b/.exec(words ?? "")?.[1];
  return status === undefined ? null : Number(status);
}

/** The digest in an S3 tag: that of an object that was not uploaded in parts. */
export function toTagDigest(etag: string | null): string | null {
  return etag !== null && /^[0-9a-f]{32}$/i.test(etag) ? etag.toLowerCase() : null;
}
