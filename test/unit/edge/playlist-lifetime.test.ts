// What an origin's headers come to for a pulled playlist: whose word counts since when.

import { describe, expect, test } from "vitest";
import type { CacheKey } from "../../../workers/core/cache/key.ts";
import type { OriginCacheHeaders } from "../../../workers/core/http/cache-control.ts";
import { decideLifetime } from "../../../workers/edge/playlist-lifetime.ts";
import { resolveAsset, toSituation } from "../origin/situation.ts";

const SENT_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
const NONE: OriginCacheHeaders = {
  cloudflareCdnCacheControl: null,
  cdnCacheControl: null,
  cacheControl: null,
  age: null,
  expires: null,
  date: null,
  vary: null,
};

function media(given: { readonly ended: boolean }) {
  return {
    timeline: 0,
    mediaSequence: 1,
    discontinuitySequence: 0,
    lastMsn: 6,
    lastPart: null,
    targetDurationSeconds: 2,
    partTargetSeconds: null,
    lastSegmentDurationSeconds: 2,
    playlistType: null,
    ended: given.ended,
    endedSinceMs: null,
    publication: { publishedAtMs: SENT_MS, lastSeenAtMs: SENT_MS },
  };
}

function decide(
  facts: ReturnType<typeof media> | null,
  headers: Partial<OriginCacheHeaders>,
  mode: "live" | "vod" = "vod",
) {
  const given = { mode } as const;
  const { choice, index } = toSituation(given);
  const situation = { asset: resolveAsset("/demo/index.m3u8", given), choice, index };
  const key = "/demo/index.m3u8" as CacheKey;
  const kind = facts === null ? "multivariant" : "media";
  const subject = { situation, key, kind, media: facts, sentAtMs: SENT_MS } as const;
  const { times } = decideLifetime(subject, { ...NONE, ...headers }, { latencyMs: 40 });
  return {
    ageMs: SENT_MS - times.confirmedAtMs,
    leftMs: times.freshUntilMs - SENT_MS,
    /** Age at which it is served no more while somebody looks, and no more at all. */
    swrAgeMs: times.freshUntilMs + times.swrMs - times.confirmedAtMs,
    sieAgeMs: times.freshUntilMs + times.sieMs - times.confirmedAtMs,
    storable: times.storable,
  };
}

const LONG = "max-age=3600, stale-while-revalidate=0, stale-if-error=0";
const ENDED = media({ ended: true });

describe("a finished playlist", () => {
  test("the time in caches before us is used up, and counts as age", () => {
    const young = decide(ENDED, { cacheControl: LONG });
    const old = decide(ENDED, { cacheControl: LONG, age: "600" });
    expect(young.ageMs).toBe(0);
    expect(old.ageMs).toBe(600_000);
    // Expiries are spread over a tenth.
    expect(young.leftMs).toBeGreaterThan(3_240_000 - 1);
    expect(young.leftMs).toBeLessThanOrEqual(3_600_000);
    expect(old.leftMs).toBeGreaterThan(2_700_000 - 1);
    expect(old.leftMs).toBeLessThanOrEqual(3_000_000);
  });

  test("an answer that was written long ago is as old as that, whoever kept it", () => {
    const date = "Fri, 20 Nov 2026 11:50:00 GMT";
    const { ageMs, leftMs } = decide(ENDED, { cacheControl: LONG, date });
    expect(ageMs).toBe(600_000);
    expect(leftMs).toBeLessThanOrEqual(3_000_000);
  });

  test("a multivariant one likewise", () => {
    expect(decide(null, { cacheControl: LONG, age: "600" }).ageMs).toBe(600_000);
  });

  test("no-store is obeyed", () => {
    expect(decide(ENDED, { cacheControl: "no-store" }).storable).toBe(false);
  });
});

describe("a live playlist (target duration 2 s)", () => {
  const running = media({ ended: false });
  test.each([
    [null, 0, 1_000, 3_000, 6_000],
    ["1", 1_000, 1_000, 3_000, 6_000],
    // Half of its bound was spent elsewhere: the windows end at the same age all the same.
    ["2", 2_000, 1_000, 3_000, 6_000],
    // Past the first bound, it is kept for the spacing of looks only.
    ["4", 4_000, 80, 4_080, 6_000],
    ["60", 60_000, 80, 60_080, 60_080],
  ])("Age %s", (age, ageMs, leftMs, swrAgeMs, sieAgeMs) => {
    const got = decide(running, { age }, "live");
    expect(got).toEqual({ ageMs, leftMs, swrAgeMs, sieAgeMs, storable: true });
  });

  test("a packager's wrong clock does not make it old", () => {
    const date = "Fri, 20 Nov 2026 09:00:00 GMT";
    expect(decide(running, { date }, "live").ageMs).toBe(0);
  });
});
