// What the judges forgive, and what they do not: a law that is eased has to find the same fault
// beside what it was eased for.

import { describe, expect, test } from "vitest";
import { AgreementLaw } from "./ledger/agreement.ts";
import { CutLaws } from "./ledger/cuts.ts";
import type { World } from "./ledger/plan.ts";
import { PartMemory } from "./ledger/player.ts";
import { Shaka } from "./ledger/player-shaka.ts";
import { Progress } from "./ledger/progress.ts";
import { toFirstMs } from "./ledger/seam.ts";
import type { Forecast, Offer, Sighting } from "./ledger/sighting.ts";

describe("parts on a player's timeline", () => {
  const cases: readonly {
    name: string;
    reloads: readonly (readonly (readonly [string, number])[])[];
    want: number;
  }[] = [
    { name: "stay", reloads: [[["a.0", 4]], [["a.0", 4]]], want: 0 },
    { name: "move", reloads: [[["a.0", 4]], [["a.0", 8]]], want: 1 },
    {
      name: "move by less than anybody notices",
      reloads: [[["a.0", 4]], [["a.0", 4.02]]],
      want: 0,
    },
    {
      name: "come again",
      reloads: [
        [["a.0", 4]],
        [
          ["a.0", 4],
          ["a.0", 8],
        ],
      ],
      want: 0,
    },
    {
      name: "come again, and the first ones leave",
      reloads: [
        [["a.0", 4]],
        [
          ["a.0", 4],
          ["a.0", 8],
        ],
        [["a.0", 8]],
      ],
      want: 0,
    },
    {
      name: "come again and move",
      reloads: [
        [["a.0", 4]],
        [
          ["a.0", 5],
          ["a.0", 8],
        ],
      ],
      want: 1,
    },
  ];
  test.each(cases)("$name", ({ reloads, want }) => {
    const memory = new PartMemory();
    const found = reloads.flatMap((parts) => {
      for (const [uri, seconds] of parts) memory.note(uri, seconds);
      return memory.conclude();
    });
    expect(found).toHaveLength(want);
  });
});

describe("a channel that stands still", () => {
  const cases: readonly { name: string; maps: readonly [shown: string, there: string] }[] = [
    { name: "its origin goes on", maps: ["one", "one"] },
    { name: "its origin goes on, with init sections", maps: ["none", "one"] },
    { name: "its origin goes on, and neither has init sections", maps: ["none", "none"] },
    { name: "what is there would need the end of an init section", maps: ["one", "none"] },
  ];
  test.each(cases)("$name", ({ maps }) => {
    const encoders = maps.map((each, id) => ({ plan: { id, maps: each } }));
    const renditions = [{ name: "v0" }];
    const world = { longestMs: 2000, stepMs: 2000, renditions, encoders } as unknown as World;
    const progress = new Progress(world);
    const found = Array.from({ length: 20 }, (_, step) => {
      const offer = { originId: "a", firstStartMs: 0, lastEndMs: 60_000 };
      const offers = new Map([["1/v0", offer]]);
      const standing = { step, nowMs: step * 2000, wanted: "a", answers: true, offers };
      const edge = () => ({ endMs: 20_000, run: 0 });
      return progress.check({ ...standing, outcome: "done" }, edge, false);
    });
    const isExcused = maps[0] === "one" && maps[1] === "none";
    expect(found.some((what) => what !== null)).toBe(!isExcused);
  });
});

describe("a part behind a cut, to Shaka", () => {
  const printParts = (lastMsn: number, cut: string, open: string) =>
    [
      "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n#EXT-X-PART-INF:PART-TARGET=1",
      `#EXT-X-MEDIA-SEQUENCE:${lastMsn - 2}`,
      ...[lastMsn - 2, lastMsn - 1].map((msn) => `#EXTINF:2,\n${msn}.ts`),
      `${cut}#EXTINF:2,\n${lastMsn}.ts\n${open}\n`,
    ].join("\n");
  const part = '#EXT-X-PART:DURATION=1,URI="p.ts",INDEPENDENT=YES';
  const hint = '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p.ts"';
  const cases: readonly { name: string; first: string; want: number }[] = [
    { name: "that was hinted before it", first: hint, want: 0 },
    { name: "that stood before it", first: part, want: 1 },
  ];
  test.each(cases)("$name", async ({ first, want }) => {
    const player = new Shaka();
    const toReload = (text: string) => [{ path: "v0/index.m3u8", type: "video" as const, text }];
    expect(await player.start(toReload(printParts(5, "", first)))).toEqual([]);
    const cut = "#EXT-X-DISCONTINUITY\n";
    const found = await player.reload(toReload(printParts(6, cut, part)));
    await player.stop();
    expect(found).toHaveLength(want);
  });
});

describe("what begins before a segment that it follows, to Shaka", () => {
  const printDate = (seconds: number) => {
    const date = new Date(Date.UTC(2026, 10, 20, 10) + seconds * 1000);
    return `#EXT-X-PROGRAM-DATE-TIME:${date.toISOString()}`;
  };
  const cases: readonly { name: string; uri: string; startSeconds: number; want: boolean }[] = [
    { name: "a closed one", uri: "@parts/v0/2.ts", startSeconds: 0.8, want: false },
    { name: "a whole one", uri: "2.ts", startSeconds: 0.8, want: true },
    {
      name: "a closed one and its neighbour",
      uri: "@parts/v0/2.ts",
      startSeconds: 0.4,
      want: true,
    },
  ];
  test.each(cases)("$name", async ({ uri, startSeconds, want }) => {
    const text = [
      "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0",
      ...[0, 0.5].map((at) => `${printDate(at)}\n#EXTINF:0.5,\n${at}.ts`),
      `${printDate(1)}\n#EXTINF:0.2,\n${uri}`,
      `#EXT-X-DISCONTINUITY\n${printDate(startSeconds)}\n#EXTINF:0.5,\nb.ts\n`,
    ].join("\n");
    const player = new Shaka();
    const found = await player.start([{ path: "v0/index.m3u8", type: "video", text }]);
    await player.stop();
    expect(found.some((what) => what.includes("starts before"))).toBe(want);
  });
});

describe("one segment in two renditions", () => {
  /** Only what the law looks at. */
  const toSighting = (index: number, cut: number, discontinuity = false) =>
    ({
      timeline: 1,
      block: { cut, title: `e1s${index}`, discontinuity },
      truth: { encoder: { plan: { id: 1 } }, segment: { index } },
    }) as Sighting;
  const cases: readonly {
    name: string;
    /** Behind the second cut, in the rendition that showed the segment behind the first. */
    again: readonly (readonly [sighting: Sighting, isFront: boolean])[];
    want: number;
  }[] = [
    { name: "behind two cuts", again: [], want: 1 },
    { name: "behind both cuts", again: [[toSighting(39, 5, true), false]], want: 0 },
    { name: "that left before anybody looked", again: [[toSighting(41, 5), true]], want: 0 },
    { name: "where the cut was seen", again: [[toSighting(41, 5, true), false]], want: 1 },
    {
      name: "where the window begins with the cut",
      again: [[toSighting(41, 5, true), true]],
      want: 1,
    },
  ];
  test.each(cases)("$name", ({ again, want }) => {
    const law = new AgreementLaw();
    law.note("v0", toSighting(39, 3), false);
    law.note("v0", toSighting(40, 3), false);
    for (const [sighting, isFront] of again) law.note("v0", sighting, isFront);
    law.note("v1", toSighting(39, 5), false);
    expect(law.conclude()).toHaveLength(want);
  });
});

describe("a join that was said to be invisible", () => {
  const world = { longestMs: 2000, replicas: "auto", dated: new Set() } as unknown as World;
  const encoder = { plan: { id: 1 }, dateMs: (ms: number) => ms };
  /** Only what the law looks at: the first segment behind a cut is of timeline 1. */
  const toSighting = (index: number, cut: number) => {
    const segment = { index, discontinuities: 0, discontinuity: false };
    const discontinuity = cut > 0;
    const uri = `${index}.ts`;
    const block = { msn: index, cut, discontinuity, gap: false, seconds: 2, uri, title: uri };
    const [startMs, endMs] = [index * 2000, index * 2000 + 2000];
    const truth = { encoder, segment, startMs, endMs };
    return { timeline: discontinuity ? 1 : 0, startMs, endMs, block, truth } as unknown as Sighting;
  };
  const said: Forecast = {
    originId: "b",
    run: 1,
    join: "invisible",
    repeatSecondsMax: 0,
    reason: "same-timeline",
  };
  const cases: readonly {
    name: string;
    /** Cuts that were shown before it was said. */
    shown: number;
    /** True if the choice before it was a cut. */
    isCut: boolean;
    /** Number of the cut that is seen then. */
    cut: number;
    want: number;
  }[] = [
    { name: "and is a cut", shown: 0, isCut: false, cut: 1, want: 1 },
    { name: "behind a cut of which parts were shown", shown: 1, isCut: false, cut: 1, want: 0 },
    { name: "behind such a cut, and is another one", shown: 1, isCut: false, cut: 2, want: 1 },
    { name: "behind a cut that nobody was shown yet", shown: 0, isCut: true, cut: 1, want: 0 },
    { name: "behind such a one, and is another one", shown: 0, isCut: true, cut: 2, want: 1 },
  ];
  test.each(cases)("$name", ({ shown, isCut, cut, want }) => {
    const law = new CutLaws(world);
    const first = toSighting(5, 0);
    law.noteShown(0);
    law.check("v0", first, null, [], new Map());
    law.expect(null, false);
    law.noteShown(shown);
    law.expect(said, isCut);
    const found = law.check("v0", toSighting(6, cut), first, [], new Map());
    expect(found.filter((fault) => fault.law === "forecast")).toHaveLength(want);
  });
});

describe("where media goes on when the wanted origin has nothing new", () => {
  const toOffer = (originId: string, firstStartMs: number, lastEndMs: number): Offer => {
    return { originId, firstStartMs, lastEndMs };
  };
  const wanted = toOffer("a", 0, 10_000);
  const previous = { endMs: 10_000 } as Sighting;
  const seek = (...others: readonly Offer[]) => {
    const offers = new Map(others.map((one) => [`0/v0@${one.originId}`, one]));
    return toFirstMs(offers, "0/v0", wanted, previous, 2_000);
  };

  test.each([
    { name: "nowhere", others: [], want: 10_000 },
    { name: "at the one that goes on", others: [toOffer("c", 14_000, 22_000)], want: 14_000 },
    {
      name: "at a standby that is a segment behind and has more",
      others: [toOffer("b", 8_000, 20_000), toOffer("c", 14_000, 22_000)],
      want: 8_000,
    },
    {
      name: "not at one that has stood still",
      others: [toOffer("b", 4_000, 14_000), toOffer("c", 14_000, 22_000)],
      want: 14_000,
    },
  ])("$name", ({ others, want }) => {
    expect(seek(...others)).toBe(want);
  });
});
