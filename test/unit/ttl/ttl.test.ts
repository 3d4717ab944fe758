// Lifetimes of everything that is no media playlist: multivariant, segments, keys, side files (spec
// section 2, C6, C8, C9; design section 4).
import { describe, expect, it } from "vitest";
import { toOriginFreshness } from "../../../workers/core/http/cache-control.ts";
import { TTL_POLICY_SPEC, type TtlPolicy } from "../../../workers/core/ttl/policy.ts";
import { TTL_REASONS, TTL_SENTENCES, type Ttl } from "../../../workers/core/ttl/reason.ts";
import type { TtlOutcome, TtlSubject } from "../../../workers/core/ttl/subject.ts";
import { decideTtl } from "../../../workers/core/ttl/ttl.ts";

const NOW_MS = 1_800_000_000_000;
const HALF_HOUR_MS = 1_800_000;
const YEAR_MS = 31_536_000_000;

interface Given {
  readonly subject: TtlSubject;
  readonly outcome?: TtlOutcome;
  readonly cacheControl?: string;
  readonly expectedInMs?: number;
  readonly policy?: TtlPolicy;
  readonly keyHash?: number;
  readonly originLatencyMs?: number;
}

function decide(given: Given): Ttl {
  const headers = {
    cloudflareCdnCacheControl: null,
    cdnCacheControl: null,
    cacheControl: given.cacheControl ?? null,
    age: null,
    expires: null,
    date: null,
    vary: null,
  };
  return decideTtl({
    subject: given.subject,
    outcome: given.outcome ?? "success",
    origin: toOriginFreshness(headers, NOW_MS),
    cadence: {
      expectedNextAtMs: given.expectedInMs === undefined ? null : NOW_MS + given.expectedInMs,
    },
    originLatencyMs: given.originLatencyMs ?? null,
    policy: given.policy ?? TTL_POLICY_SPEC,
    keyHash: given.keyHash ?? 0,
    nowMs: NOW_MS,
  });
}

const segment = (given: Partial<Extract<TtlSubject, { kind: "segment" }>>): TtlSubject => ({
  kind: "segment",
  immutableName: true,
  hinted: false,
  targetDurationSeconds: 6,
  ...given,
});
const REUSABLE = segment({ immutableName: false });
const FIXED: TtlPolicy = {
  kind: "fixed",
  ignoreNoStore: true,
  playlistMs: null,
  vodMs: null,
  multivariantMs: 5000,
  segmentMs: 600_000,
};

describe("decideTtl", () => {
  const rows: { name: string; given: Given; want: Partial<Ttl> }[] = [
    {
      name: "immutable segment: a year, less the spread",
      given: { subject: segment({}) },
      want: { freshMs: 0.9 * YEAR_MS, storable: true, reason: "immutable-name" },
    },
    {
      name: "immutable segment: half an hour at least",
      given: { subject: segment({}), cacheControl: "max-age=60" },
      want: { freshMs: HALF_HOUR_MS, reason: "immutable-name" },
    },
    {
      name: "the least lifetime is spread upwards",
      given: { subject: segment({}), cacheControl: "no-cache", keyHash: 2 ** 32 - 1 },
      want: { freshMs: 1_979_999 },
    },
    {
      name: "immutable segment: the origin's day",
      given: { subject: segment({}), cacheControl: "max-age=86400" },
      want: { freshMs: 77_760_000 },
    },
    {
      name: "no-store on a segment wins, waived or not",
      given: { subject: segment({}), cacheControl: "no-store", policy: FIXED },
      want: { freshMs: 0, swrMs: 0, sieMs: 0, storable: false, reason: "origin-no-store" },
    },
    {
      name: "private on a segment wins",
      given: { subject: segment({}), cacheControl: "private" },
      want: { storable: false, reason: "origin-private" },
    },
    {
      name: "reusable name: six targets",
      given: { subject: REUSABLE },
      want: { freshMs: 36_000, swrMs: 0, sieMs: 36_000, reason: "reusable-name" },
    },
    {
      name: "reusable name: the origin's year is cut",
      given: { subject: REUSABLE, cacheControl: "max-age=31536000" },
      want: { freshMs: 36_000, reason: "reusable-name" },
    },
    {
      name: "reusable name: the origin may ask for less",
      given: { subject: REUSABLE, cacheControl: "max-age=10, must-revalidate" },
      want: { freshMs: 10_000, swrMs: 0, sieMs: 0, reason: "origin" },
    },
    {
      name: "reusable name of a library",
      given: { subject: segment({ immutableName: false, targetDurationSeconds: null }) },
      want: { freshMs: HALF_HOUR_MS, reason: "reusable-name" },
    },
    {
      name: "the origin promises immutable bytes for as long as it says",
      given: { subject: REUSABLE, cacheControl: "max-age=600, immutable" },
      want: { freshMs: 540_000, reason: "origin" },
    },
    {
      name: "immutable without a lifetime promises nothing",
      given: { subject: REUSABLE, cacheControl: "immutable" },
      want: { freshMs: 36_000, reason: "reusable-name" },
    },
    {
      name: "fixed segment",
      given: { subject: segment({}), policy: FIXED },
      want: { freshMs: 600_000, reason: "fixed" },
    },
    {
      name: "fixed segment under a reusable name",
      given: { subject: REUSABLE, policy: FIXED },
      want: { freshMs: 36_000, reason: "fixed" },
    },
    {
      name: "latency-adaptive segment, in seconds",
      given: {
        subject: segment({}),
        policy: { kind: "latency-adaptive", ignoreNoStore: false },
        originLatencyMs: 2500,
      },
      want: { freshMs: 1_000_000, reason: "latency-adaptive" },
    },
    {
      name: "hinted segment: six targets",
      given: { subject: segment({ hinted: true }) },
      want: { freshMs: 36_000, swrMs: 0, sieMs: 0, reason: "hinted-segment" },
    },
    {
      name: "hinted segment, absent: one target",
      given: { subject: segment({ hinted: true }), outcome: "failure" },
      want: { freshMs: 6000, reason: "failure" },
    },
    {
      name: "absent segment: one target",
      given: { subject: segment({ targetDurationSeconds: 2 }), outcome: "failure" },
      want: { freshMs: 2000, reason: "failure" },
    },
    {
      name: "absent segment of the near future",
      given: { subject: segment({}), outcome: "failure", expectedInMs: 700 },
      want: { freshMs: 700, reason: "until-published" },
    },
    {
      name: "absent segment that should be there",
      given: { subject: segment({}), outcome: "failure", expectedInMs: -50 },
      want: { freshMs: 250, reason: "until-published" },
    },
    {
      name: "absent segment of the far future",
      given: { subject: segment({}), outcome: "failure", expectedInMs: 60_000 },
      want: { freshMs: 6000, reason: "failure" },
    },
    {
      name: "a failing origin is never kept",
      given: { subject: segment({}), outcome: "unavailable" },
      want: { freshMs: 0, storable: false, reason: "unavailable" },
    },
    {
      name: "live ladder",
      given: { subject: { kind: "multivariant", live: true } },
      want: { freshMs: 30_000, swrMs: 60_000, sieMs: 3_600_000, reason: "multivariant-live" },
    },
    {
      name: "live ladder, origin asks for more than the most",
      given: { subject: { kind: "multivariant", live: true }, cacheControl: "max-age=86400" },
      want: { freshMs: 300_000, reason: "origin" },
    },
    {
      name: "live ladder, origin says no-cache",
      given: { subject: { kind: "multivariant", live: true }, cacheControl: "no-cache" },
      want: { freshMs: 1000, swrMs: 0, sieMs: 0, reason: "origin" },
    },
    {
      name: "ladder of a film",
      given: { subject: { kind: "multivariant", live: false } },
      want: { freshMs: 3_240_000, reason: "multivariant-vod" },
    },
    {
      name: "ladder, fixed and no-store waived",
      given: {
        subject: { kind: "multivariant", live: true },
        policy: FIXED,
        cacheControl: "no-store",
      },
      want: { freshMs: 5000, swrMs: 60_000, reason: "fixed" },
    },
    {
      name: "key without a word from its origin",
      given: { subject: { kind: "key" } },
      want: { freshMs: 0, storable: false, reason: "key-unstated" },
    },
    {
      name: "key that may be kept",
      given: { subject: { kind: "key" }, cacheControl: "max-age=300, stale-if-error=60" },
      want: { freshMs: 300_000, swrMs: 0, sieMs: 60_000, reason: "origin" },
    },
    {
      name: "key, no-store",
      given: { subject: { kind: "key" }, cacheControl: "no-store", policy: FIXED },
      want: { storable: false, reason: "origin-no-store" },
    },
    {
      name: "side file, unstated",
      given: { subject: { kind: "side" } },
      want: { freshMs: 60_000, swrMs: 0, sieMs: 0, reason: "side-default" },
    },
    {
      name: "side file, more than a year",
      given: { subject: { kind: "side" }, cacheControl: "max-age=2147483648" },
      want: { freshMs: YEAR_MS, reason: "origin" },
    },
    {
      name: "side file, no-cache",
      given: { subject: { kind: "side" }, cacheControl: "no-cache" },
      want: { freshMs: 0, storable: true, reason: "origin" },
    },
  ];
  for (const { name, given, want } of rows) {
    it(name, () => expect(decide(given)).toMatchObject(want));
  }

  it("says one sentence per reason, each another", () => {
    const sentences = TTL_REASONS.map((reason) => TTL_SENTENCES[reason]);
    expect(new Set(sentences).size).toBe(TTL_REASONS.length);
  });
});
