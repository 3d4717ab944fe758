// The table of spec section 2 for playlists: every target duration of section 12 times plain and
// blocking times success, 404, 400 and 503; then cadence, low latency, the ceilings of C9, and
// endings.
import { describe, expect, it } from "vitest";
import { toOriginFreshness } from "../../../workers/core/http/cache-control.ts";
import { TTL_POLICY_SPEC, type TtlPolicy } from "../../../workers/core/ttl/policy.ts";
import type { Ttl } from "../../../workers/core/ttl/reason.ts";
import type { PlaylistFacts, TtlOutcome } from "../../../workers/core/ttl/subject.ts";
import { decideTtl } from "../../../workers/core/ttl/ttl.ts";

const NOW_MS = 1_800_000_000_000;
const TARGETS = [1, 2, 4, 6, 10];

interface Given {
  readonly facts?: Partial<PlaylistFacts> | null;
  readonly blocking?: boolean;
  readonly outcome?: TtlOutcome;
  readonly cacheControl?: string;
  readonly expectedInMs?: number;
  readonly policy?: TtlPolicy;
  readonly originLatencyMs?: number;
  readonly keyHash?: number;
}

function decide(given: Given): Ttl {
  const facts: PlaylistFacts = {
    targetDurationSeconds: 6,
    partTargetSeconds: null,
    ended: false,
    endedSinceMs: null,
    playlistType: null,
    lastSegmentDurationSeconds: null,
    ...given.facts,
  };
  const origin =
    given.cacheControl === undefined
      ? null
      : toOriginFreshness(
          {
            cloudflareCdnCacheControl: null,
            cdnCacheControl: null,
            cacheControl: given.cacheControl,
            age: null,
            expires: null,
            date: null,
            vary: null,
          },
          NOW_MS,
        );
  return decideTtl({
    subject: {
      kind: "media-playlist",
      facts: given.facts === null ? null : facts,
      blocking: given.blocking ?? false,
    },
    outcome: given.outcome ?? "success",
    origin,
    cadence: {
      expectedNextAtMs: given.expectedInMs === undefined ? null : NOW_MS + given.expectedInMs,
    },
    originLatencyMs: given.originLatencyMs ?? null,
    policy: given.policy ?? TTL_POLICY_SPEC,
    keyHash: given.keyHash ?? 0,
    nowMs: NOW_MS,
  });
}

describe("the table of bis-22 appendix B.1", () => {
  const wants: { outcome: TtlOutcome; blocking: boolean; freshMs: Record<number, number> }[] = [
    {
      outcome: "success",
      blocking: false,
      freshMs: { 1: 500, 2: 1000, 4: 2000, 6: 3000, 10: 5000 },
    },
    {
      outcome: "failure",
      blocking: false,
      freshMs: { 1: 1000, 2: 2000, 4: 4000, 6: 6000, 10: 10_000 },
    },
    {
      outcome: "success",
      blocking: true,
      freshMs: { 1: 6000, 2: 12_000, 4: 24_000, 6: 36_000, 10: 60_000 },
    },
    {
      outcome: "failure",
      blocking: true,
      freshMs: { 1: 4000, 2: 8000, 4: 16_000, 6: 24_000, 10: 40_000 },
    },
    {
      outcome: "rejected",
      blocking: true,
      freshMs: { 1: 500, 2: 1000, 4: 2000, 6: 3000, 10: 5000 },
    },
    { outcome: "unavailable", blocking: false, freshMs: { 1: 0, 2: 0, 4: 0, 6: 0, 10: 0 } },
    { outcome: "unavailable", blocking: true, freshMs: { 1: 0, 2: 0, 4: 0, 6: 0, 10: 0 } },
  ];
  for (const { outcome, blocking, freshMs } of wants) {
    for (const target of TARGETS) {
      it(`TD ${target}, ${blocking ? "blocking" : "plain"}, ${outcome}`, () => {
        const ttl = decide({ facts: { targetDurationSeconds: target }, blocking, outcome });
        expect(ttl.freshMs).toBe(freshMs[target]);
        expect(ttl.storable).toBe(outcome !== "unavailable");
        if (outcome !== "success") expect([ttl.swrMs, ttl.sieMs]).toEqual([0, 0]);
      });
    }
  }

  it("an unknown target duration counts as the shortest there is", () => {
    expect(decide({ facts: null, outcome: "failure" }).freshMs).toBe(1000);
  });
});

describe("live, plain", () => {
  const rows: { name: string; given: Given; want: Partial<Ttl> }[] = [
    {
      name: "nothing known: half a target, then stale to 1.5 and 3 targets",
      given: {},
      want: { freshMs: 3000, swrMs: 6000, sieMs: 15_000, reason: "half-target" },
    },
    {
      name: "next update soon",
      given: { expectedInMs: 1234 },
      want: { freshMs: 1234, swrMs: 7766, sieMs: 16_766, reason: "next-update" },
    },
    { name: "in one millisecond", given: { expectedInMs: 1 }, want: { freshMs: 1 } },
    {
      name: "part of a millisecond is not rounded up",
      given: { expectedInMs: 10.75 },
      want: { freshMs: 10 },
    },
    {
      name: "just below the bound",
      given: { expectedInMs: 2999 },
      want: { freshMs: 2999, reason: "next-update" },
    },
    {
      name: "at the bound",
      given: { expectedInMs: 3000 },
      want: { freshMs: 3000, reason: "half-target" },
    },
    {
      name: "far away",
      given: { expectedInMs: 60_000 },
      want: { freshMs: 3000, reason: "half-target" },
    },
    {
      name: "due now: 5 % of the interval",
      given: { expectedInMs: 0, facts: { lastSegmentDurationSeconds: 4 } },
      want: { freshMs: 200, reason: "overdue" },
    },
    {
      name: "overdue, short segments",
      given: { expectedInMs: -500, facts: { lastSegmentDurationSeconds: 0.5 } },
      want: { freshMs: 80, reason: "overdue" },
    },
    {
      name: "overdue, no segment yet",
      given: { expectedInMs: -500 },
      want: { freshMs: 250, reason: "overdue" },
    },
    {
      name: "EVENT is live until it ends",
      given: { facts: { playlistType: "EVENT" } },
      want: { freshMs: 3000, reason: "half-target" },
    },
    {
      name: "low latency: a part target, renditions no further apart",
      given: { facts: { targetDurationSeconds: 4, partTargetSeconds: 0.334 } },
      want: { freshMs: 334, swrMs: 0, sieMs: 11_666, reason: "part-target" },
    },
    {
      name: "low latency, next part soon",
      given: { facts: { targetDurationSeconds: 4, partTargetSeconds: 1 }, expectedInMs: 300 },
      want: { freshMs: 300, swrMs: 700, sieMs: 11_700, reason: "next-update" },
    },
    {
      name: "low latency, parts longer than half a target",
      given: { facts: { targetDurationSeconds: 1, partTargetSeconds: 0.9 } },
      want: { freshMs: 500, swrMs: 0 },
    },
    {
      name: "a part target that binary fractions cannot hold",
      given: { facts: { targetDurationSeconds: 4, partTargetSeconds: 1.001 } },
      want: { freshMs: 1001, reason: "part-target" },
    },
    {
      name: "low latency, overdue part",
      given: { facts: { targetDurationSeconds: 4, partTargetSeconds: 0.05 }, expectedInMs: 0 },
      want: { freshMs: 50, reason: "overdue" },
    },
    {
      name: "a target duration of 0, as ffmpeg writes it for short segments, is read as 1",
      given: { facts: { targetDurationSeconds: 0 } },
      want: { freshMs: 500, swrMs: 1000, sieMs: 2500, reason: "half-target" },
    },
    {
      name: "the same for a blocking request",
      given: { facts: { targetDurationSeconds: 0 }, blocking: true },
      want: { freshMs: 6000 },
    },
    {
      name: "a part target of 0 is no wish for no lifetime",
      given: { facts: { targetDurationSeconds: 4, partTargetSeconds: 0 } },
      want: { freshMs: 50, swrMs: 0, reason: "part-target" },
    },
    {
      name: "the origin's no-cache does not stop a live playlist",
      given: { cacheControl: "no-cache" },
      want: { freshMs: 3000, swrMs: 6000, storable: true },
    },
    {
      name: "nor does a long max-age stretch it",
      given: { cacheControl: "max-age=3600, s-maxage=3600" },
      want: { freshMs: 3000, reason: "half-target" },
    },
    {
      name: "no-store wins",
      given: { cacheControl: "no-store" },
      want: { freshMs: 0, swrMs: 0, sieMs: 0, storable: false, reason: "origin-no-store" },
    },
    {
      name: "no-store waived",
      given: { cacheControl: "no-store", policy: { kind: "spec", ignoreNoStore: true } },
      want: { freshMs: 3000, storable: true, reason: "half-target" },
    },
    {
      name: "private is never waived",
      given: { cacheControl: "private", policy: { kind: "spec", ignoreNoStore: true } },
      want: { freshMs: 0, storable: false, reason: "origin-private" },
    },
    {
      name: "an error page's no-store does not open the door to a flood",
      given: { cacheControl: "no-store", outcome: "failure" },
      want: { freshMs: 6000, storable: true, reason: "failure" },
    },
  ];
  for (const { name, given, want } of rows) {
    it(name, () => expect(decide(given)).toMatchObject(want));
  }
});

describe("the live bounds hold under every policy (C3, C9)", () => {
  const policies: TtlPolicy[] = [
    TTL_POLICY_SPEC,
    { kind: "latency-adaptive", ignoreNoStore: false },
    ...[1, 400, 60_000].map(
      (playlistMs): TtlPolicy => ({
        kind: "fixed",
        ignoreNoStore: false,
        playlistMs,
        vodMs: null,
        multivariantMs: null,
        segmentMs: null,
      }),
    ),
  ];
  for (const target of TARGETS) {
    it(`TD ${target}`, () => {
      for (const policy of policies) {
        for (const partTargetSeconds of [null, 0.2, 0.334, 1, 1.004]) {
          for (const expectedInMs of [-90_000, -1, 0, 1, 333.3, 999, 5001, 90_000]) {
            for (const keyHash of [0, 77, 2 ** 32 - 1]) {
              const facts = { targetDurationSeconds: target, partTargetSeconds };
              const ttl = decide({ facts, expectedInMs, policy, keyHash, originLatencyMs: 80 });
              for (const value of [ttl.freshMs, ttl.swrMs, ttl.sieMs]) {
                expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
              }
              expect(ttl.freshMs).toBeLessThanOrEqual(target * 500);
              expect(ttl.freshMs + ttl.swrMs).toBeLessThanOrEqual(target * 1500);
              expect(ttl.freshMs + ttl.sieMs).toBeLessThanOrEqual(target * 3000);
              if (policy.kind === "spec" && expectedInMs > 0) {
                expect(ttl.freshMs).toBeLessThanOrEqual(expectedInMs);
              }
            }
          }
        }
      }
    });
  }
});

describe("configured policies", () => {
  const fixed = (playlistMs: number | null, vodMs: number | null): TtlPolicy => ({
    kind: "fixed",
    ignoreNoStore: false,
    playlistMs,
    vodMs,
    multivariantMs: null,
    segmentMs: null,
  });
  const adaptive: TtlPolicy = { kind: "latency-adaptive", ignoreNoStore: false };
  const rows: { name: string; given: Given; want: Partial<Ttl> }[] = [
    {
      name: "fixed",
      given: { policy: fixed(1500, null) },
      want: { freshMs: 1500, swrMs: 7500, sieMs: 16_500, reason: "fixed" },
    },
    {
      name: "fixed above the bound",
      given: { policy: fixed(30_000, null) },
      want: { freshMs: 3000, reason: "fixed" },
    },
    {
      name: "an allowed 0 is 0, with no stale answers meanwhile",
      given: { policy: fixed(0, null) },
      want: { freshMs: 0, swrMs: 0, sieMs: 18_000, reason: "fixed" },
    },
    {
      name: "fixed without a live number follows spec",
      given: { policy: fixed(null, 5000) },
      want: { freshMs: 3000, reason: "half-target" },
    },
    {
      name: "fixed, ended",
      given: { policy: fixed(1500, 5000), facts: { ended: true } },
      want: { freshMs: 5000, reason: "fixed" },
    },
    {
      name: "latency 0",
      given: { policy: adaptive, originLatencyMs: 0 },
      want: { freshMs: 1100, reason: "latency-adaptive" },
    },
    {
      name: "latency 100, most jitter",
      given: { policy: adaptive, originLatencyMs: 100, keyHash: 100 },
      want: { freshMs: 1180 },
    },
    {
      name: "latency held within the bound of TD 1",
      given: { policy: adaptive, originLatencyMs: 100, facts: { targetDurationSeconds: 1 } },
      want: { freshMs: 500 },
    },
    {
      name: "policies do not touch blocking answers",
      given: { policy: fixed(1500, null), blocking: true },
      want: { freshMs: 36_000, reason: "blocking" },
    },
  ];
  for (const { name, given, want } of rows) {
    it(name, () => expect(decide(given)).toMatchObject(want));
  }
});

describe("endings", () => {
  const HOUR_MS = 3_600_000;
  const rows: { name: string; given: Given; want: Partial<Ttl> }[] = [
    {
      name: "the end was just seen",
      given: { facts: { ended: true, endedSinceMs: NOW_MS } },
      want: { freshMs: 60_000, swrMs: 60_000, reason: "just-ended" },
    },
    {
      name: "the last millisecond of the window",
      given: { facts: { ended: true, endedSinceMs: NOW_MS - 599_999 } },
      want: { freshMs: 60_000, reason: "just-ended" },
    },
    {
      name: "the window is over",
      given: { facts: { ended: true, endedSinceMs: NOW_MS - 600_000 }, keyHash: 0 },
      want: { freshMs: 0.9 * HOUR_MS, reason: "ended" },
    },
    {
      name: "seen by a clock ahead of ours",
      given: { facts: { ended: true, endedSinceMs: NOW_MS + 5000 } },
      want: { freshMs: 60_000, reason: "just-ended" },
    },
    {
      name: "always ended, spread over a tenth",
      given: { facts: { ended: true }, keyHash: 2 ** 31 },
      want: { freshMs: 0.95 * HOUR_MS, swrMs: HOUR_MS, sieMs: 24 * HOUR_MS, reason: "ended" },
    },
    {
      name: "VOD without ENDLIST",
      given: { facts: { playlistType: "VOD" } },
      want: { freshMs: 0.9 * HOUR_MS, reason: "ended" },
    },
    {
      name: "an ended list ignores blocking (B6)",
      given: { facts: { ended: true }, blocking: true },
      want: { freshMs: 0.9 * HOUR_MS, reason: "ended" },
    },
    {
      name: "the origin shortens it",
      given: { facts: { ended: true }, cacheControl: "max-age=600" },
      want: { freshMs: 540_000, reason: "origin" },
    },
    {
      name: "to a minute at least",
      given: { facts: { ended: true }, cacheControl: "no-cache" },
      want: { freshMs: 60_000, swrMs: 0, sieMs: 0, reason: "origin" },
    },
    {
      name: "and a day at most",
      given: { facts: { ended: true }, cacheControl: "max-age=31536000" },
      want: { freshMs: 0.9 * 24 * HOUR_MS, reason: "origin" },
    },
  ];
  for (const { name, given, want } of rows) {
    it(name, () => expect(decide(given)).toMatchObject(want));
  }
});
