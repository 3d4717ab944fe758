// What a repeated request gets, and which keys are taken.

import { describe, expect, test } from "vitest";
import {
  decideKey,
  KEY_KEPT_MS,
  KEY_LEASE_MS,
  type KeyRecord,
  parseIdempotencyKey,
} from "../../../workers/core/api/idempotency.ts";

const ANSWER = { status: 202, headers: {}, body: "{}" };
const NOW_MS = 1_800_000_000_000;

describe("decideKey", () => {
  const running = (agoMs: number): KeyRecord => {
    return { fingerprint: "a", atMs: NOW_MS - agoMs, answer: null };
  };
  const done = (agoMs: number): KeyRecord => ({ ...running(agoMs), answer: ANSWER });
  const rows: readonly (readonly [string, KeyRecord | null, string, unknown])[] = [
    ["a new key", null, "a", { kind: "go" }],
    ["the same request", done(5), "a", { kind: "repeat", answer: ANSWER }],
    ["the same, a day later", done(KEY_KEPT_MS), "a", { kind: "repeat", answer: ANSWER }],
    ["the same, longer ago", done(KEY_KEPT_MS + 1), "a", { kind: "go" }],
    ["another request", done(5), "b", { kind: "other-request" }],
    ["another request, longer ago", done(KEY_KEPT_MS + 1), "b", { kind: "go" }],
    ["the same while it runs", running(5), "a", { kind: "running" }],
    ["another while it runs", running(5), "b", { kind: "other-request" }],
    ["at the end of its lease", running(KEY_LEASE_MS), "a", { kind: "running" }],
    ["of a request that died", running(KEY_LEASE_MS + 1), "a", { kind: "go" }],
    ["a clock that went back", running(-5_000), "a", { kind: "running" }],
  ];
  test.each(rows)("%s", (_name, record, fingerprint, want) => {
    expect(decideKey(record, fingerprint, NOW_MS)).toEqual(want);
  });
});

describe("parseIdempotencyKey", () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', "8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ["8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ['"with \\"quotes\\" and \\\\"', 'with "quotes" and \\'],
    ['  "blanks around"  ', "blanks around"],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
    [`"${"x".repeat(256)}"`, null],
    ["x".repeat(256), null],
    ['""', null],
    ["", null],
    ['"open', null],
    ['"a" b', null],
    ["two words", null],
    ['"\u00fc"', null],
    ['"bad \\escape"', null],
  ];
  test.each(rows)("%s", (header, want) => {
    expect(parseIdempotencyKey(header)).toBe(want);
  });
});
