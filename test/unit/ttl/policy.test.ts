// The catalog's forms of a TTL policy and each refusal with its exact message.
import { describe, expect, it } from "vitest";
import {
  parseTtlPolicy,
  TTL_POLICY_SPEC,
  type TtlPolicy,
  type TtlPolicyFailure,
} from "../../../workers/core/ttl/policy.ts";

const FIXED: TtlPolicy = {
  kind: "fixed",
  ignoreNoStore: false,
  playlistMs: null,
  vodMs: null,
  multivariantMs: null,
  segmentMs: null,
};

describe("parseTtlPolicy accepts", () => {
  const rows: { name: string; value: unknown; want: TtlPolicy }[] = [
    { name: "nothing", value: undefined, want: TTL_POLICY_SPEC },
    { name: "spec", value: "spec", want: TTL_POLICY_SPEC },
    {
      name: "latency-adaptive",
      value: "latency-adaptive",
      want: { kind: "latency-adaptive", ignoreNoStore: false },
    },
    { name: "a number", value: 1.5, want: { ...FIXED, playlistMs: 1500 } },
    { name: "fixed without numbers", value: "fixed", want: FIXED },
    {
      name: "every number",
      value: {
        policy: "fixed",
        playlist_seconds: 1.5,
        vod_seconds: 600,
        multivariant_seconds: 30,
        segment_seconds: 31_536_000,
      },
      want: {
        ...FIXED,
        playlistMs: 1500,
        vodMs: 600_000,
        multivariantMs: 30_000,
        segmentMs: 31_536_000_000,
      },
    },
    { name: "a number without a name", value: { vod_seconds: 5 }, want: { ...FIXED, vodMs: 5000 } },
    {
      name: "a flag without a name",
      value: { ignore_no_store: true },
      want: { kind: "spec", ignoreNoStore: true },
    },
    {
      name: "0 that is wanted",
      value: { playlist_seconds: 0, allow_zero: true },
      want: { ...FIXED, playlistMs: 0 },
    },
  ];
  for (const { name, value, want } of rows) {
    it(name, () => expect(parseTtlPolicy(value)).toEqual({ kind: "ok", policy: want }));
  }
});

describe("parseTtlPolicy refuses", () => {
  const avalanche = (setting: string): string =>
    `ttl ${setting} risks a cache avalanche: every viewer's request would reach the origin at ` +
    "once; use at least 0.1, leave it out to follow the playlist, or set allow_zero = true if " +
    "this is really wanted";
  const rows: { name: string; value: unknown; reason: TtlPolicyFailure; message: string }[] = [
    { name: "0", value: 0, reason: "zero-ttl", message: avalanche("playlist_seconds = 0") },
    {
      name: "0 for segments",
      value: { segment_seconds: 0 },
      reason: "zero-ttl",
      message: avalanche("segment_seconds = 0"),
    },
    {
      name: "less than a millisecond",
      value: { playlist_seconds: 0.0009 },
      reason: "zero-ttl",
      message: avalanche("playlist_seconds = 0.0009"),
    },
    {
      name: "0 with allow_zero = false",
      value: { vod_seconds: 0, allow_zero: false },
      reason: "zero-ttl",
      message: avalanche("vod_seconds = 0"),
    },
    {
      name: "unknown name",
      value: "fast",
      reason: "unknown-policy",
      message: "ttl policy must be one of spec, fixed, latency-adaptive",
    },
    {
      name: "name of another type",
      value: { policy: 3 },
      reason: "unknown-policy",
      message: "ttl policy must be one of spec, fixed, latency-adaptive",
    },
    {
      name: "misspelt setting",
      value: { policy: "fixed", playlist_second: 1 },
      reason: "unknown-setting",
      message: 'ttl policy "fixed" has no setting playlist_second',
    },
    {
      name: "number for spec",
      value: { policy: "spec", playlist_seconds: 1 },
      reason: "unknown-setting",
      message: 'ttl policy "spec" has no setting playlist_seconds',
    },
    {
      name: "negative",
      value: -1,
      reason: "bad-value",
      message: "ttl playlist_seconds must be a number of seconds from 0 to a year",
    },
    {
      name: "not a number",
      value: { segment_seconds: Number.NaN },
      reason: "bad-value",
      message: "ttl segment_seconds must be a number of seconds from 0 to a year",
    },
    {
      name: "more than a year",
      value: { segment_seconds: 31_536_001 },
      reason: "bad-value",
      message: "ttl segment_seconds must be a number of seconds from 0 to a year",
    },
    {
      name: "text for a number",
      value: { vod_seconds: "5" },
      reason: "bad-value",
      message: "ttl vod_seconds must be a number of seconds from 0 to a year",
    },
    {
      name: "text for a flag",
      value: { playlist_seconds: 0, allow_zero: "yes" },
      reason: "bad-value",
      message: "ttl allow_zero must be true or false",
    },
    {
      name: "a list",
      value: [1],
      reason: "bad-value",
      message: "ttl must be a policy's name, a number of seconds, or a table",
    },
    {
      name: "null",
      value: null,
      reason: "bad-value",
      message: "ttl must be a policy's name, a number of seconds, or a table",
    },
  ];
  for (const { name, value, reason, message } of rows) {
    it(name, () => expect(parseTtlPolicy(value)).toEqual({ kind: "failure", reason, message }));
  }
});
