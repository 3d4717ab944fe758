// Decides whether a reply may continue a body that broke off (design section 5: only byte-identical
// origins continue each other). Proof is one of two: an equal strong validator (RFC 9110 section
// 8.8.1), or an equal MD5 of the whole. Without proof the viewer's connection is cut: half a
// segment and the other half of another one would play as garbage. For fills.

import { parseContentRange } from "../http/content-range.ts";
import { toStrongTag } from "../http/entity-tag.ts";

/** What is known of the body that broke off. */
export interface BrokenBody {
  /** Bytes that have been passed on: the first one wanted. */
  readonly position: number;
  /** Last byte wanted, inclusive; null: to the end. */
  readonly last: number | null;
  readonly lengthBytes: number | null;
  /** Strong validator without quotes, or null. */
  readonly etag: string | null;
  /** MD5 of the whole in hex, or null. */
  readonly md5: string | null;
}

export type ResumeVerdict =
  /** The reply continues the body after this many of its own bytes. */
  | { readonly kind: "continues"; readonly skipBytes: number }
  | { readonly kind: "other-bytes"; readonly detail: string };

/** Whether anything could ever prove a continuation; if not, asking would be a waste. */
export function isResumable(broken: BrokenBody): boolean {
  return (
    (broken.position === 0 && broken.last === null) || broken.etag !== null || broken.md5 !== null
  );
}

/** Judges a reply to `Range: bytes={position}-{last}`; `md5` is what it says of the whole. */
export function decideResume(
  broken: BrokenBody,
  reply: {
    readonly status: number;
    readonly header: (name: string) => string | null;
    readonly md5: string | null;
  },
): ResumeVerdict {
  const etag = toStrongTag(reply.header("etag"));
  const isProved =
    (broken.etag !== null && etag === broken.etag) ||
    (broken.md5 !== null && reply.md5 === broken.md5);
  if (!isProved) return refuse("has another validator, so perhaps other bytes");
  if (reply.status === 200 && broken.last === null)
    return { kind: "continues", skipBytes: broken.position };
  const range = parseContentRange(reply.header("content-range"));
  if (range === null || range.start !== broken.position) return refuse("sent another range");
  const isWhole = range.end === (broken.last ?? range.lengthBytes - 1);
  const isSameLength = broken.lengthBytes === null || broken.lengthBytes === range.lengthBytes;
  if (!isWhole || !isSameLength) return refuse("has a file of another length");
  return { kind: "continues", skipBytes: 0 };
}

function refuse(detail: string): ResumeVerdict {
  return { kind: "other-bytes", detail };
}
