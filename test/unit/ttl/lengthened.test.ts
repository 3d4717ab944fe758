// What a remedy may stretch, and what not.

import { expect, test } from "vitest";
import { YEAR_MS } from "../../../workers/core/ttl/bounds.ts";
import { toLengthened } from "../../../workers/core/ttl/lengthened.ts";
import type { Ttl } from "../../../workers/core/ttl/reason.ts";

const ttl = (reason: Ttl["reason"], freshMs = 1_000, storable = true): Ttl => ({
  ...{ freshMs, swrMs: 5, sieMs: 6, storable, reason },
});

test.each([
  ["the channel's own", ttl("fixed"), 2, 2_000],
  ["by latency", ttl("latency-adaptive"), 4, 4_000],
  ["names that never change", ttl("immutable-name"), 2, 2_000],
  ["not beyond a year", ttl("immutable-name", YEAR_MS - 1), 4, YEAR_MS],
  ["the origin's word stands", ttl("origin"), 4, 1_000],
  ["a name that may be used again", ttl("reusable-name"), 4, 1_000],
  ["a failure is not believed longer", ttl("failure"), 4, 1_000],
  ["what may not be kept", ttl("fixed", 0, false), 4, 0],
  ["never shorter", ttl("fixed"), 0.5, 1_000],
  ["nor by nonsense", ttl("fixed"), Number.NaN, 1_000],
])("%s", (_, before, factor, freshMs) => {
  expect(toLengthened(before, factor)).toEqual({ ...before, freshMs });
});
