// Why a file was not there.

import { expect, test } from "vitest";
import {
  decideMissReason,
  MISS_REASONS,
  type MissReason,
} from "../../../workers/core/respond/miss-reason.ts";

const NOTHING = {
  storable: true,
  joinedPrefetch: false,
  seenUntilMs: null,
  seenAs: null,
  timeline: 0,
  query: "",
  nowMs: 1_000,
};
const CASES: Readonly<Record<MissReason, readonly object[]>> = {
  cold: [{}, { seenAs: { timeline: 0, query: "" } }],
  expired: [{ seenUntilMs: 999 }, { seenUntilMs: 1_000 }],
  evicted: [{ seenUntilMs: 1_001, seenAs: { timeline: 1, query: "" } }],
  timeline: [{ seenAs: { timeline: 1, query: "a=1" } }],
  "key-variant": [{ seenAs: { timeline: 0, query: "a=1" } }],
  bypass: [{ storable: false, joinedPrefetch: true, seenUntilMs: 2_000 }],
  "prefetch-late": [{ joinedPrefetch: true, seenUntilMs: 2_000 }],
};

test.each(MISS_REASONS.flatMap((want) => CASES[want].map((facts) => ({ want, facts }))))(
  "$want: $facts",
  ({ want, facts }) => {
    expect(decideMissReason({ ...NOTHING, ...facts })).toBe(want);
  },
);
