// What a relay or an isolate holds, and what an answer makes of it: never a number that goes back,
// never a delta on the wrong text, never less sure than it was.

import { describe, expect, test } from "vitest";
import { applyNews, type HeldPlaylist } from "../../../workers/core/cache/live-shelf.ts";
import { compareVersions, isSuccessor } from "../../../workers/core/cache/version-order.ts";
import type { PlaylistNews } from "../../../workers/core/contract/live.ts";
import type { Version, VersionFacts } from "../../../workers/core/contract/version.ts";

const facts = (lastMsn: number, more: Partial<VersionFacts> = {}): VersionFacts => ({
  mediaSequence: lastMsn - 5,
  discontinuitySequence: 0,
  lastMsn,
  lastPart: null,
  targetDurationSeconds: 2,
  partTargetSeconds: null,
  lastSegmentDurationSeconds: 2,
  playlistType: null,
  ended: false,
  ...more,
});

const version = (generation: number, seq: number, more: Partial<Version> = {}): Version => ({
  playlist: "v.m3u8",
  generation,
  seq,
  etag: `${generation}.${seq}`,
  content: { kind: "body", text: `text ${seq}` },
  facts: facts(100 + seq),
  originId: "a",
  ...more,
});

const news = (offered: Version | null, more: Partial<PlaylistNews> = {}): PlaylistNews => ({
  playlist: "v.m3u8",
  version: offered,
  problem: null,
  confirmedAgoMs: 100,
  notBeforeMs: 1_500,
  expectedMs: 1_900,
  ...more,
});

const held = applyNews(null, news(version(1, 5)), 10_000);

describe("times", () => {
  test("become moments of this machine's clock", () => {
    expect(held).toMatchObject({
      confirmedAtMs: 9_900,
      notBeforeAtMs: 11_500,
      expectedAtMs: 11_900,
    });
  });

  test("an answer without a version confirms what is held", () => {
    const after = applyNews(held, news(null, { confirmedAgoMs: 50 }), 10_500);
    expect(after.version).toBe(held.version);
    expect(after.confirmedAtMs).toBe(10_450);
  });

  // Target duration 2 s: after 3 s without a change it was confirmed by nobody.
  const ended = version(1, 5, { facts: facts(105, { ended: true }) });
  const multivariant = version(1, 5, { facts: null });
  test.each([
    ["a confirmation is not taken back", version(1, 5), 3_000, 9_900],
    ["but that of a playlist which has stood still for too long", version(1, 5), 3_001, 7_499],
    ["one that has ended may stand", ended, 60_000, 9_900],
    ["a multivariant one may stand", multivariant, 60_000, 9_900],
  ])("%s", (_name, first, confirmedAgoMs, want) => {
    const shown = applyNews(null, news(first), 10_000);
    expect(applyNews(shown, news(null, { confirmedAgoMs }), 10_500).confirmedAtMs).toBe(want);
  });
});

describe("what may follow", () => {
  const rows: readonly { name: string; offered: Version; taken: boolean }[] = [
    { name: "the next", offered: version(1, 6), taken: true },
    { name: "an older one", offered: version(1, 4), taken: false },
    { name: "the next generation", offered: version(2, 1, { facts: facts(106) }), taken: true },
    { name: "a generation that is over", offered: version(0, 99), taken: false },
    { name: "a newer one with lower numbers", offered: version(2, 1), taken: false },
    {
      name: "a newer one whose window goes back",
      offered: version(1, 6, { facts: facts(106, { mediaSequence: 90 }) }),
      taken: false,
    },
    {
      name: "a newer one whose discontinuities go back",
      offered: version(1, 6, { facts: facts(106, { discontinuitySequence: -1 }) }),
      taken: false,
    },
  ];
  test.each(rows)("$name: $taken", ({ offered, taken }) => {
    const after = applyNews(held, news(offered), 10_500);
    expect(after.version?.etag).toBe(taken ? offered.etag : "1.5");
  });

  test("what nobody has confirmed for three target durations binds nobody", () => {
    const lower = version(2, 1);
    expect(applyNews(held, news(lower), 9_900 + 5_999).version?.etag).toBe("1.5");
    expect(applyNews(held, news(lower), 9_900 + 6_000).version?.etag).toBe("2.1");
  });
});

describe("deltas", () => {
  const delta = (base: number): Version =>
    version(1, 6, {
      content: { kind: "delta", base: { generation: 1, seq: base }, pieces: [[0, 5], "6"] },
    });

  test("are put together from the text they were made of", () => {
    const after = applyNews(held, news(delta(5)), 10_500);
    expect(after.version?.text).toBe("text 6");
    expect(after.isGap).toBe(false);
  });

  test("of a version that came another way are a confirmation", () => {
    const first = applyNews(held, news(version(1, 6)), 10_500);
    const again = applyNews(first, news(delta(5), { confirmedAgoMs: 0 }), 10_600);
    expect(again.version).toBe(first.version);
    expect(again.isGap).toBe(false);
    expect(again.confirmedAtMs).toBe(10_600);
  });

  test.each([
    ["another base", held, delta(4)],
    ["nothing at all", null, delta(5)],
  ] as const)("of %s are a gap", (_name, before: HeldPlaylist | null, offered) => {
    const after = applyNews(before, news(offered), 10_500);
    expect(after.isGap).toBe(true);
    expect(after.version).toBe(before?.version ?? null);
  });
});

test("a problem is one only while there is nothing to show", () => {
  const problem = { reason: "not-found", detail: "no", originId: "a", isAbsence: true };
  expect(applyNews(null, news(null, { problem }), 0).problem).toBe(problem);
  expect(applyNews(held, news(null, { problem }), 10_500).problem).toBeNull();
});

describe("order", () => {
  const have = (generation: number, seq: number) => ({ generation, seq });
  test.each([
    [null, null, 0],
    [have(1, 1), null, 1],
    [null, have(1, 1), -1],
    [have(1, 9), have(2, 1), -1],
    [have(2, 2), have(2, 1), 1],
    [have(2, 2), have(2, 2), 0],
  ])("%o against %o: %i", (a, b, want) => {
    expect(Math.sign(compareVersions(a, b))).toBe(want);
  });

  test("parts count, and a completed segment is ahead of its parts", () => {
    expect(isSuccessor(facts(9, { lastPart: 2 }), facts(9, { lastPart: 3 }))).toBe(true);
    expect(isSuccessor(facts(9, { lastPart: 2 }), facts(9, { lastPart: 1 }))).toBe(false);
    expect(isSuccessor(facts(9, { lastPart: 2 }), facts(10))).toBe(true);
    expect(isSuccessor(null, facts(1))).toBe(true);
    expect(isSuccessor(facts(1), null)).toBe(true);
  });
});
