// Many regions, one verdict: who must agree, who has no voice, and what stands when too few are
// heard.

import { describe, expect, test } from "vitest";
import {
  decideQuorum,
  decideRegionVerdict,
  QUORUM_RULE,
  type RegionView,
} from "../../../workers/core/health/quorum.ts";
import {
  REASON_RULES,
  toVerdict,
  VERDICT_REASONS,
  type Verdict,
} from "../../../workers/core/health/verdict.ts";

const STALE = QUORUM_RULE.staleMs + 1;
const GONE = QUORUM_RULE.goneMs + 1;

/** `g`, `y`, `r`, `u`; `v` is red by its hold-down alone; after a slash its age. */
function toViews(words: string): RegionView[] {
  return words.split(" ").flatMap((word, k): RegionView[] => {
    if (word === "") return [];
    const [letter = "", age = "0"] = word.split("/");
    const seenAgoMs = age === "stale" ? STALE : age === "gone" ? GONE : Number(age);
    const region = `region-${k}`;
    switch (letter) {
      case "g":
        return [{ region, verdict: "green", reasons: [], seenAgoMs }];
      case "y":
        return [{ region, verdict: "yellow", reasons: ["slow"], seenAgoMs }];
      case "r":
        return [{ region, verdict: "red", reasons: ["failing"], seenAgoMs }];
      case "v":
        return [{ region, verdict: "red", reasons: ["recovering"], seenAgoMs }];
      default:
        return [{ region, verdict: "unknown", reasons: ["failed-once"], seenAgoMs }];
    }
  });
}

describe("the world's verdict", () => {
  interface Row {
    readonly name: string;
    readonly views: string;
    readonly previous?: Verdict;
    readonly expected?: number;
    readonly regionsMin?: number;
    readonly want: string;
  }
  const rows: Row[] = [
    { name: "nobody", views: "", want: "unknown never-seen" },
    { name: "one region is enough where there is one", views: "r", want: "red failing" },
    { name: "all well", views: "g g g", want: "green" },
    { name: "one of three", views: "r g g", previous: "green", want: "yellow partial" },
    { name: "two of three", views: "r r g", previous: "green", want: "red failing" },
    { name: "one of two is no majority", views: "r g", previous: "green", want: "yellow partial" },
    { name: "half of four is none", views: "r r g g", previous: "green", want: "yellow partial" },
    {
      name: "a stale accuser is none",
      views: "r/stale r g",
      previous: "green",
      want: "yellow partial",
    },
    {
      name: "up to the last moment he is one",
      views: `r/${STALE - 1} r g`,
      previous: "green",
      want: "red failing",
    },
    {
      name: "silence does not make condemning easier",
      views: "r g/stale g/stale",
      previous: "green",
      want: "green quorum-lost",
    },
    {
      name: "nor acquitting",
      views: "g g/stale g/stale",
      previous: "red",
      want: "red quorum-lost",
    },
    {
      name: "who is gone is no member",
      views: "r g/gone g/gone",
      previous: "green",
      want: "red failing",
    },
    {
      name: "all are gone: nothing new",
      views: "r/gone",
      previous: "green",
      want: "green quorum-lost",
    },
    {
      name: "after a restart the first witness is not the jury",
      views: "r",
      expected: 3,
      want: "unknown failing",
    },
    { name: "two of them are", views: "r r", expected: 3, want: "red failing" },
    {
      name: "a recovering region does not condemn anew",
      views: "v r g",
      previous: "green",
      want: "yellow partial",
    },
    {
      name: "but it does not acquit either",
      views: "v r g",
      previous: "red",
      want: "red recovering failing",
    },
    { name: "most have to be well again", views: "v g g", previous: "red", want: "yellow partial" },
    { name: "yellow by most", views: "y y g", previous: "green", want: "yellow slow" },
    { name: "yellow by few", views: "y g g", previous: "green", want: "yellow partial slow" },
    { name: "unknown has no voice", views: "u u r", previous: "green", want: "green quorum-lost" },
    { name: "unknown from the beginning", views: "u u u", want: "unknown failed-once" },
    {
      name: "K may be set: one is enough",
      views: "r g g",
      regionsMin: 1,
      previous: "green",
      want: "red failing",
    },
    {
      name: "K may be set: all must",
      views: "r r g",
      regionsMin: 3,
      previous: "green",
      want: "yellow partial",
    },
    {
      name: "K is never more than there are",
      views: "r r",
      regionsMin: 9,
      previous: "green",
      want: "red failing",
    },
  ];
  test.each(rows)("$name", ({ views, previous = "unknown", expected = 0, regionsMin, want }) => {
    const rule = { ...QUORUM_RULE, regionsMin: regionsMin ?? null };
    const found = decideQuorum(toViews(views), previous, rule, expected);
    expect([found.verdict, ...found.reasons].join(" ")).toBe(want);
  });
});

describe("a region's verdict", () => {
  test.each<{ name: string; views: string; region: string; world: Verdict; want: Verdict }>([
    { name: "its own", views: "r g g", region: "region-0", world: "yellow", want: "red" },
    {
      name: "its own, against the world",
      views: "g r r",
      region: "region-0",
      world: "red",
      want: "green",
    },
    {
      name: "the world's when it is silent",
      views: "g/stale r r",
      region: "region-0",
      world: "red",
      want: "red",
    },
    {
      name: "the world's when it knows nothing",
      views: "u g g",
      region: "region-0",
      world: "green",
      want: "green",
    },
    {
      name: "the world's when it never looked",
      views: "g",
      region: "elsewhere",
      world: "green",
      want: "green",
    },
  ])("$name", ({ views, region, world, want }) => {
    expect(decideRegionVerdict(region, toViews(views), world)).toBe(want);
  });
});

describe("reasons", () => {
  test("the worst one says which verdict it is", () => {
    expect(toVerdict([])).toBe("green");
    expect(toVerdict(["slow"])).toBe("yellow");
    expect(toVerdict(["slow", "frozen", "partial"])).toBe("red");
    expect(toVerdict(["never-seen"])).toBe("unknown");
  });

  test("every reason has words of its own, and what is red costs the lead", () => {
    const words = VERDICT_REASONS.map((reason) => REASON_RULES[reason].words);
    expect(new Set(words).size).toBe(VERDICT_REASONS.length);
    for (const reason of VERDICT_REASONS) {
      const { verdict, costsLead } = REASON_RULES[reason];
      if (verdict === "red") expect(costsLead).toBe(true);
      if (verdict === "unknown") expect(costsLead).toBe(false);
    }
  });
});
