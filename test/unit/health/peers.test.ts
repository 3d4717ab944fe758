// What only a comparison shows: missing renditions, an end that is nobody else's, media that is
// old.

import { describe, expect, test } from "vitest";
import { decidePeerReasons, type PeerView } from "../../../workers/core/health/peers.ts";

const T0 = 1_800_000_000_000;
const view = (originId: string, given: Partial<PeerView> = {}): PeerView => ({
  originId,
  isUsable: true,
  ended: false,
  renditions: null,
  mediaEndMs: null,
  seenAtMs: T0,
  targetDurationMs: 2_000,
  ...given,
});

describe("peers", () => {
  interface Row {
    readonly name: string;
    readonly views: readonly PeerView[];
    /** `origin: reasons`, of those that have any. */
    readonly want: readonly string[];
  }
  const rows: Row[] = [
    { name: "alone", views: [view("a", { ended: true, renditions: ["v1"] })], want: [] },
    { name: "alike", views: [view("a"), view("b")], want: [] },
    {
      name: "an end of its own",
      views: [view("a", { ended: true }), view("b")],
      want: ["a: ended-alone"],
    },
    {
      name: "an end of all",
      views: [view("a", { ended: true }), view("b", { ended: true })],
      want: [],
    },
    {
      name: "the one that goes on is out itself",
      views: [view("a", { ended: true }), view("b", { isUsable: false })],
      want: [],
    },
    {
      name: "a rendition is missing",
      views: [view("a", { renditions: ["v1"] }), view("b", { renditions: ["v1", "v2"] })],
      want: ["a: parity"],
    },
    {
      name: "each has what the other has not: nobody can say",
      views: [view("a", { renditions: ["v1", "x"] }), view("b", { renditions: ["v1", "v2"] })],
      want: [],
    },
    {
      name: "what one of two others has is not the channel's",
      views: [
        view("a", { renditions: ["v1"] }),
        view("b", { renditions: ["v1", "v2"] }),
        view("c", { renditions: ["v1"] }),
      ],
      want: [],
    },
    {
      name: "what both others have is",
      views: [
        view("a", { renditions: ["v1"] }),
        view("b", { renditions: ["v1", "v2"] }),
        view("c", { renditions: ["v1", "v2"] }),
      ],
      want: ["a: parity"],
    },
    {
      name: "never read is not missing",
      views: [view("a"), view("b", { renditions: ["v1"] })],
      want: [],
    },
    {
      name: "behind by two target durations is near enough",
      views: [view("a", { mediaEndMs: T0 }), view("b", { mediaEndMs: T0 + 4_000 })],
      want: [],
    },
    {
      name: "a millisecond more is behind",
      views: [view("a", { mediaEndMs: T0 }), view("b", { mediaEndMs: T0 + 4_001 })],
      want: ["a: behind-peers"],
    },
    {
      name: "seen two seconds earlier it may be two seconds older",
      views: [
        view("a", { mediaEndMs: T0, seenAtMs: T0 - 2_000 }),
        view("b", { mediaEndMs: T0 + 6_000 }),
      ],
      want: [],
    },
    {
      name: "without dates nobody is behind",
      views: [view("a"), view("b", { mediaEndMs: T0 })],
      want: [],
    },
    {
      name: "who is out does not lead",
      views: [
        view("a", { mediaEndMs: T0 }),
        view("b", { mediaEndMs: T0 + 9_000, isUsable: false }),
      ],
      want: [],
    },
    {
      name: "two reasons",
      views: [
        view("a", { mediaEndMs: T0, renditions: [] }),
        view("b", { mediaEndMs: T0 + 9_000, renditions: ["v1"] }),
      ],
      want: ["a: parity behind-peers"],
    },
  ];
  test.each(rows)("$name", ({ views, want }) => {
    const found = [...decidePeerReasons(views)].map(([id, all]) => `${id}: ${all.join(" ")}`);
    expect(found).toEqual(want);
  });
});
