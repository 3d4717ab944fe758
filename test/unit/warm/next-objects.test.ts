// A player's wishes, and how far they are followed (spec section 7.1, M6).

import { expect, test } from "vitest";
import { NEXT_OBJECTS_MAX, planNextObjects } from "../../../workers/core/warm/next-objects.ts";

const hint = (...references: string[]) => ({
  next: references.map((reference) => ({ reference, range: null })),
  isUrgent: false,
  objectType: "v",
});
const PATH = "/demo/v360/1.m4s";

test.each([
  { reference: "2.m4s", want: ["v360/2.m4s"] },
  { reference: "../v720/2.m4s", want: ["v720/2.m4s"] },
  { reference: "/demo/v360/2.m4s", want: ["v360/2.m4s"] },
  { reference: "2.m4s?v=1", want: ["v360/2.m4s?v=1"] },
  { reference: "2.m4s#t", want: ["v360/2.m4s"] },
  { reference: "../@t2/v360/2.m4s", want: ["@t2/v360/2.m4s"] },
  { reference: "a%20b.m4s", want: ["v360/a%20b.m4s"] },
  // The same object again, another channel, another host, another token, up and out.
  { reference: "1.m4s", want: [] },
  { reference: "/other/v360/2.m4s", want: [] },
  { reference: "../../other/2.m4s", want: [] },
  { reference: "//evil.example/demo/v360/2.m4s", want: [] },
  { reference: "https://evil.example/demo/v360/2.m4s", want: [] },
  { reference: "http://edge.invalid@evil.example/demo/2.m4s", want: [] },
  { reference: "/~token/demo/v360/2.m4s", want: [] },
  { reference: "../../../../etc/passwd.ts", want: [] },
  { reference: "data:video/mp2t;base64,AA", want: [] },
  // Not media.
  { reference: "index.m3u8", want: [] },
  { reference: "1.key", want: [] },
  { reference: "data.json", want: [] },
  { reference: "", want: [] },
  { reference: `${"x".repeat(3_000)}.ts`, want: [] },
])("$reference", ({ reference, want }) => {
  expect(planNextObjects(hint(reference), PATH)).toEqual(want);
});

test("the token of the request is the token of what it wishes for", () => {
  const path = "/~abc/demo/v360/1.m4s";
  expect(planNextObjects(hint("2.m4s"), path)).toEqual(["v360/2.m4s"]);
  expect(planNextObjects(hint("/~abc/demo/v360/2.m4s"), path)).toEqual(["v360/2.m4s"]);
  expect(planNextObjects(hint("/~abd/demo/v360/2.m4s"), path)).toEqual([]);
  expect(planNextObjects(hint("/demo/v360/2.m4s"), path)).toEqual([]);
});

test(`${NEXT_OBJECTS_MAX} at most, each once`, () => {
  const planned = planNextObjects(hint("2.m4s", "2.m4s", "./3.m4s", "4.m4s"), PATH);
  expect(planned).toEqual(["v360/2.m4s", "v360/3.m4s"]);
});

test.each([
  { why: "starves", hints: { ...hint("2.m4s"), isUrgent: true } },
  { why: "asks for a manifest", hints: { ...hint("2.m4s"), objectType: "m" } },
  { why: "asks for a key", hints: { ...hint("2.m4s"), objectType: "k" } },
  {
    why: "wants a range",
    hints: { ...hint(), next: [{ reference: "2.m4s", range: "0-99" }] },
  },
])("nothing for a player that $why", ({ hints }) => {
  expect(planNextObjects(hints, PATH)).toEqual([]);
});
