// The remedy for a falling hit ratio, in its published order: analyse, lengthen, preload, report.

import { expect, test } from "vitest";
import {
  applyHitWindow,
  type HitWindow,
  REMEDY_NONE,
  type RemedyEffect,
} from "../../../workers/core/warm/remedy.ts";

const bad = (misses: Record<string, number>): HitWindow => ({ hits: 30, requests: 100, misses });
const good: HitWindow = { hits: 40, requests: 100, misses: {} };
const few: HitWindow = { hits: 0, requests: 99, misses: { cold: 99 } };
const expired = bad({ expired: 60, cold: 10 });
const cold = bad({ cold: 60, expired: 10 });

const print = (effect: RemedyEffect) => {
  switch (effect.kind) {
    case "lengthen":
      return `lengthen ${effect.factor}`;
    case "analyse":
    case "report":
      return `${effect.kind} ${effect.leading ?? "?"}`;
    default:
      return effect.kind;
  }
};

test.each([
  {
    name: "misses by age: longer, longer, then preload, then people",
    windows: [expired, expired, expired, expired, expired, expired],
    want: ["analyse expired", "lengthen 2", "lengthen 4", "preload", "report expired"],
  },
  {
    name: "misses of what was never there: no lifetime helps",
    windows: [cold, cold, cold, cold],
    want: ["analyse cold", "preload", "report cold"],
  },
  { name: "too few requests say nothing", windows: [few, few, few], want: [] },
  { name: "all is well", windows: [good, good], want: [] },
  {
    name: "what helped is undone by halves",
    windows: [expired, expired, expired, good, good, good],
    want: ["analyse expired", "lengthen 2", "lengthen 4", "lengthen 2", "recovered", "lengthen 1"],
  },
  {
    name: "after a recovery it begins from the start",
    windows: [cold, cold, good, cold],
    want: ["analyse cold", "preload", "recovered", "analyse cold"],
  },
  { name: "no reasons known", windows: [bad({}), bad({})], want: ["analyse ?", "preload"] },
])("$name", ({ windows, want }) => {
  let state = REMEDY_NONE;
  const effects: string[] = [];
  windows.forEach((window, index) => {
    const step = applyHitWindow(state, window, index * 60_000);
    state = step.state;
    effects.push(...step.effects.map(print));
  });
  expect(effects).toEqual(want);
});
