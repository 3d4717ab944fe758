// How fast one caller may ask. At the limit, one past it, and after a wait.

import { describe, expect, test } from "vitest";
import {
  type Bucket,
  decideRate,
  parseRateRule,
  RATE_RULE,
} from "../../../workers/core/api/rate.ts";

const RULE = { perSecond: 2, burst: 5 };

function ask(times: number, bucket: Bucket | null, nowMs: number) {
  let kept = bucket;
  const kinds: string[] = [];
  for (let count = 0; count < times; count++) {
    const verdict = decideRate(kept, RULE, nowMs);
    kept = verdict.bucket;
    kinds.push(verdict.kind);
  }
  return { kinds, bucket: kept };
}

describe("decideRate", () => {
  test("a burst passes, one more waits", () => {
    const { kinds } = ask(6, null, 1_000);
    expect(kinds).toEqual(["go", "go", "go", "go", "go", "wait"]);
  });

  test("the wait is whole seconds, and enough", () => {
    const { bucket } = ask(5, null, 1_000);
    const verdict = decideRate(bucket, { perSecond: 0.3, burst: 5 }, 1_000);
    expect(verdict).toMatchObject({ kind: "wait", waitSeconds: 4 });
    expect(decideRate(verdict.bucket, { perSecond: 0.3, burst: 5 }, 5_000).kind).toBe("go");
  });

  test("what comes back comes steadily", () => {
    const { bucket } = ask(5, null, 1_000);
    expect(ask(2, bucket, 1_499).kinds).toEqual(["wait", "wait"]);
    expect(ask(2, bucket, 1_500).kinds).toEqual(["go", "wait"]);
    expect(ask(7, bucket, 100_000).kinds.filter((kind) => kind === "go")).toHaveLength(5);
  });

  test("who waits is not made to wait longer by asking", () => {
    const { bucket } = ask(50, null, 1_000);
    expect(decideRate(bucket, RULE, 1_500).kind).toBe("go");
  });

  test("a clock that goes back gives nothing", () => {
    const { bucket } = ask(5, null, 10_000);
    expect(decideRate(bucket, RULE, 1_000).kind).toBe("wait");
  });
});

describe("parseRateRule", () => {
  const rows: readonly (readonly [string | undefined, unknown])[] = [
    ["20:120", { perSecond: 20, burst: 120 }],
    ["0.5:1", { perSecond: 0.5, burst: 1 }],
    [undefined, RATE_RULE],
    ["", RATE_RULE],
    ["0:10", RATE_RULE],
    ["10:0", RATE_RULE],
    ["ten:20", RATE_RULE],
    ["10", RATE_RULE],
    ["-1:5", RATE_RULE],
  ];
  test.each(rows)("%j", (text, want) => {
    expect(parseRateRule(text)).toEqual(want);
  });
});
