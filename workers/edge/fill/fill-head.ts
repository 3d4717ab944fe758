// What is known of a file before its bytes: from an origin's reply, from the hot tier, or from a
// filler. For fills, their followers, and the reply to a viewer who came while it was arriving.

import type { CacheKey } from "../../core/cache/key.ts";
import { LARGE_BYTES_MIN } from "../../core/cache/pieces.ts";
import type { Origin } from "../../core/config/catalog.ts";
import { toAgeMs, toOriginFreshness } from "../../core/http/cache-control.ts";
import { parseContentRange } from "../../core/http/content-range.ts";
import { parseEntityTag } from "../../core/http/entity-tag.ts";
import { parseHttpDate } from "../../core/http/http-date.ts";
import { toContentType } from "../../core/http/media-types.ts";
import { toExpectedMd5 } from "../../core/origin/integrity.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { toKeyHash } from "../../core/ttl/jitter.ts";
import { toLengthened } from "../../core/ttl/lengthened.ts";
import type { Ttl } from "../../core/ttl/reason.ts";
import { decideTtl } from "../../core/ttl/ttl.ts";
import type { FileMeta, StorableMeta } from "../../platform/edge-cache.ts";
import type { BodyReply } from "../../platform/origin-fetch.ts";
import { toCacheHeaders } from "../cache-headers.ts";

/** Plain data: shared between requests and sent between machines. */
export interface FillHead {
  readonly meta: FileMeta;
  /** Whether others may have these bytes; if not, everybody fetches alone. */
  readonly storable: boolean;
  /** MD5 of the whole in hex, to be verified by whoever reads from the origin; or null. */
  readonly md5: string | null;
  /** Which tier the bytes come from. */
  readonly tier: "l2" | "origin";
  /** Too large to be kept whole, and such that it can be had in pieces (core/cache/pieces.ts). */
  readonly isLarge: boolean;
  readonly originStatus: number;
  readonly originMs: number;
}

/** Reads the head of an origin's reply; `sentAtMs` is when it was asked (spec C2). */
export function toFillHead(
  asset: Asset,
  key: CacheKey,
  origin: Origin,
  reply: BodyReply,
  sentAtMs: number,
  lengthen = 1,
): FillHead {
  const ttl = decideFileTtl(asset, key, "success", reply, sentAtMs, lengthen);
  const lastModified = reply.header("last-modified");
  const tag = parseEntityTag(reply.header("etag"));
  const meta: FileMeta = {
    // What another cache handed on was confirmed when that cache had it confirmed (spec H1).
    confirmedAtMs: sentAtMs - toAgeMs(reply.header("age")),
    freshUntilMs: sentAtMs + ttl.freshMs,
    swrMs: ttl.swrMs,
    sieMs: ttl.sieMs,
    originId: reply.originId,
    contentType: toContentType(asset.path, reply.header("content-type")),
    etag: tag?.opaque ?? null,
    etagIsWeak: tag?.isWeak === true,
    lastModifiedMs: lastModified === null ? null : parseHttpDate(lastModified),
    immutable: ttl.reason === "immutable-name",
    ttlReason: ttl.reason,
    lengthBytes: toLengthBytes(reply),
    ...toCmsd(reply.header("cmsd-static")),
  };
  const storable = ttl.storable && ttl.freshMs > 0;
  return {
    meta,
    storable,
    isLarge: storable && reply.status === 200 && isLarge(meta, reply),
    md5: toExpectedMd5(origin, reply.header),
    tier: "origin",
    originStatus: reply.status,
    originMs: reply.latencyMs,
  };
}

/** Pieces need a strong validator to hold them together, and an origin that cuts ranges. */
function isLarge({ lengthBytes, etag, etagIsWeak }: FileMeta, reply: BodyReply): boolean {
  const isCuttable = /\bbytes\b/i.test(reply.header("accept-ranges") ?? "");
  const hasTag = etag !== null && etagIsWeak !== true;
  return isCuttable && hasTag && (lengthBytes ?? 0) > LARGE_BYTES_MIN;
}

/** The head of a span of a large file. */
export function toSpanHead(head: FillHead, first: number, last: number): FillHead {
  const meta = { ...head.meta, lengthBytes: last - first + 1 };
  return { ...head, meta, md5: null, isLarge: false };
}

/** The head of a copy that the origin has just confirmed with 304 (RFC 9111 section 4.3.4). */
export function toConfirmedHead(head: FillHead, held: StorableMeta): FillHead {
  const { meta } = head;
  return {
    ...head,
    md5: null,
    isLarge: false,
    meta: {
      ...meta,
      contentType: held.contentType,
      etag: meta.etag ?? held.etag,
      etagIsWeak: meta.etag === null ? held.etagIsWeak === true : meta.etagIsWeak === true,
      lastModifiedMs: meta.lastModifiedMs ?? held.lastModifiedMs,
      lengthBytes: held.lengthBytes,
    },
  };
}

/** Bounded: it is stored with the file, and travels with every answer. */
function toCmsd(cmsdStatic: string | null): Pick<FileMeta, "cmsdStatic"> {
  return cmsdStatic === null || cmsdStatic.length > CMSD_CHARS_MAX ? {} : { cmsdStatic };
}

const CMSD_CHARS_MAX = 1_024;

/** Length of the whole file; null while nobody knows it, or where a coding hides it. */
function toLengthBytes(reply: BodyReply): number | null {
  if (reply.status === 206) {
    return parseContentRange(reply.header("content-range"))?.lengthBytes ?? null;
  }
  const length = reply.header("content-length");
  const isPlain = reply.header("content-encoding") === null;
  return isPlain && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** How long a file may be kept, or its absence be believed. */
export function decideFileTtl(
  asset: Asset,
  key: CacheKey,
  outcome: "success" | "failure",
  reply: BodyReply | null,
  nowMs: number,
  lengthen = 1,
): Ttl {
  const isMedia = asset.kind === "segment" || asset.kind === "init-or-segment";
  // A label says which bytes are meant; without one the origin may reuse the name.
  const immutableName = asset.timeline > 0 || asset.channel.mode === "vod";
  const ttl = decideTtl({
    subject: isMedia
      ? {
          kind: "segment",
          immutableName,
          hinted: false,
          targetDurationSeconds: null,
        }
      : { kind: asset.kind === "key" ? "key" : "side" },
    outcome,
    origin: reply === null ? null : toOriginFreshness(toCacheHeaders(reply), nowMs),
    cadence: { expectedNextAtMs: null },
    originLatencyMs: reply?.latencyMs ?? null,
    policy: asset.channel.policy.ttl,
    keyHash: toKeyHash(key),
    nowMs,
  });
  return isMedia && immutableName ? toLengthened(ttl, lengthen) : ttl;
}
