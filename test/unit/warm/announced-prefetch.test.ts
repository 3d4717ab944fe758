// What is fetched in the moment in which it is announced.

import { expect, test } from "vitest";
import {
  PREFETCH_NAMES_MAX,
  planAnnouncedPrefetch,
} from "../../../workers/core/warm/announced-prefetch.ts";

const name = (text: string) => {
  const [role = "", path = ""] = text.replace("!", "").split(" ");
  return { name: path, role, isWhole: !text.endsWith("!") };
};
const many = Array.from({ length: 20 }, (_, index) => `segment ${index}.ts`);

test.each([
  { fresh: null, want: [] },
  { fresh: [], want: [] },
  { fresh: ["segment 1.ts"], want: ["1.ts"] },
  { fresh: ["part 1.0.ts", "hint 1.1.ts"], want: ["1.0.ts"] },
  { fresh: ["segment gap.ts!", "file data.json"], want: [] },
  { fresh: ["segment 1.ts", "map i.mp4", "key k"], want: ["i.mp4", "k", "1.ts"] },
  { fresh: many, want: many.slice(-PREFETCH_NAMES_MAX).map((text) => name(text).name) },
  {
    fresh: ["map i.mp4", ...many],
    want: ["i.mp4", ...many.slice(1 - PREFETCH_NAMES_MAX).map((text) => name(text).name)],
  },
])("$fresh", ({ fresh, want }) => {
  expect(planAnnouncedPrefetch(fresh?.map(name) ?? null)).toEqual(want);
});

test("a flood of keys leaves room for media", () => {
  const keys = Array.from({ length: 20 }, (_, index) => name(`key ${index}`));
  const planned = planAnnouncedPrefetch([...keys, name("segment 1.ts")]);
  expect(planned).toHaveLength(PREFETCH_NAMES_MAX);
  expect(planned.at(-1)).toBe("1.ts");
});
