// Which region serves a viewer, by what the platform tells.

import { expect, test } from "vitest";
import { toRegion } from "../../../workers/edge/region.ts";
import { LOCATION_HINTS } from "../../../workers/platform/objects.ts";

test.each([
  { cf: { continent: "NA", longitude: "-122.4" }, want: "wnam" },
  { cf: { continent: "NA", longitude: "-97.1" }, want: "wnam" },
  { cf: { continent: "NA", longitude: "-97" }, want: "enam" },
  { cf: { continent: "EU", longitude: "2.35" }, want: "weur" },
  { cf: { continent: "EU", longitude: "16" }, want: "eeur" },
  { cf: { continent: "SA" }, want: "sam" },
  { cf: { continent: "AF" }, want: "afr" },
  { cf: { continent: "AS" }, want: "apac" },
  { cf: { continent: "OC" }, want: "oc" },
  { cf: { continent: "AN" }, want: "oc" },
  { cf: { continent: "T1" }, want: "enam" },
  { cf: undefined, want: "enam" },
  { cf: { continent: "EU", longitude: "nonsense" }, want: "eeur" },
])("$cf is $want", ({ cf, want }) => {
  expect(toRegion(cf, "")).toBe(want);
  expect(LOCATION_HINTS).toContain(want);
});

test("what is configured wins", () => {
  expect(toRegion({ continent: "EU", longitude: "2" }, "oc")).toBe("oc");
});
