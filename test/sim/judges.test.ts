// What two judges forgive, and what they do not: a law that is eased has to find the same fault
// beside what it was eased for.

import { describe, expect, test } from "vitest";
import { AgreementLaw } from "./ledger/agreement.ts";
import { PartMemory } from "./ledger/player.ts";
import type { Sighting } from "./ledger/sighting.ts";

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
