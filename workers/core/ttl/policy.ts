// The TTL policies a channel may choose, as data, and the reader of their catalog form (design
// sections 4 and 8). For core/config, which puts its own line number in front of the message, and
// for decideTtl.
//   ttl = "spec" | "latency-adaptive"
//   ttl = { policy = "fixed", playlist_seconds = 1.5, vod_seconds = 600, multivariant_seconds = 30,
//           segment_seconds = 3600, allow_zero = false, ignore_no_store = false }
// A bare number is the short form of a fixed playlist_seconds. What a fixed policy leaves out
// follows `spec`. A TTL of 0 would send every viewer to the origin in the same moment; it is
// refused unless the policy says in so many words that this is wanted. It does NOT apply the policy
// and does NOT know a channel's target duration.

import { toWholeMs } from "./bounds.ts";

/** What every policy carries. */
export interface TtlPolicyBase {
  /**
   * Keep playlists although their origin says no-store; the origin's own operator may ask for this.
   */
  readonly ignoreNoStore: boolean;
}

/** How a channel's lifetimes are computed; a null lifetime follows `spec`. */
export type TtlPolicy =
  | (TtlPolicyBase & { readonly kind: "spec" })
  | (TtlPolicyBase & { readonly kind: "latency-adaptive" })
  | (TtlPolicyBase & {
      readonly kind: "fixed";
      /** Live media playlists; held within the live bounds when applied. */
      readonly playlistMs: number | null;
      /** Media playlists that have ended. */
      readonly vodMs: number | null;
      readonly multivariantMs: number | null;
      readonly segmentMs: number | null;
    });

/** Why a policy was refused. */
export const TTL_POLICY_FAILURES = [
  "unknown-policy",
  "unknown-setting",
  "bad-value",
  "zero-ttl",
] as const;
export type TtlPolicyFailure = (typeof TTL_POLICY_FAILURES)[number];

/** A policy, or why not and what to do about it. */
export type TtlPolicyResult =
  | { readonly kind: "ok"; readonly policy: TtlPolicy }
  | { readonly kind: "failure"; readonly reason: TtlPolicyFailure; readonly message: string };

/** The policy of a channel that chose none. */
export const TTL_POLICY_SPEC: TtlPolicy = { kind: "spec", ignoreNoStore: false };

const POLICY_NAMES = ["spec", "fixed", "latency-adaptive"];
const FLAGS = ["allow_zero", "ignore_no_store"];
const LIFETIMES = ["playlist_seconds", "vod_seconds", "multivariant_seconds", "segment_seconds"];
const LIFETIME_SECONDS_MAX = 365 * 24 * 3600;

/** Reads the catalog's value of `ttl`; `undefined` is the default policy. */
export function parseTtlPolicy(value: unknown): TtlPolicyResult {
  if (value === undefined) return { kind: "ok", policy: TTL_POLICY_SPEC };
  if (typeof value === "number") {
    return parseSettings({ policy: "fixed", playlist_seconds: value });
  }
  if (typeof value === "string") return parseSettings({ policy: value });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("bad-value", "ttl must be a policy's name, a number of seconds, or a table");
  }
  return parseSettings(value as Readonly<Record<string, unknown>>);
}

function parseSettings(settings: Readonly<Record<string, unknown>>): TtlPolicyResult {
  const named = settings["policy"];
  const name = named ?? (LIFETIMES.some((key) => key in settings) ? "fixed" : "spec");
  if (typeof name !== "string" || !POLICY_NAMES.includes(name)) {
    return refuse("unknown-policy", `ttl policy must be one of ${POLICY_NAMES.join(", ")}`);
  }
  const known = name === "fixed" ? [...FLAGS, ...LIFETIMES] : FLAGS;
  for (const key of Object.keys(settings)) {
    if (key !== "policy" && !known.includes(key)) {
      return refuse("unknown-setting", `ttl policy "${name}" has no setting ${key}`);
    }
  }
  for (const key of FLAGS) {
    const flag = settings[key];
    if (flag !== undefined && typeof flag !== "boolean") {
      return refuse("bad-value", `ttl ${key} must be true or false`);
    }
  }
  const ignoreNoStore = settings["ignore_no_store"] === true;
  if (name === "spec" || name === "latency-adaptive") {
    return { kind: "ok", policy: { kind: name, ignoreNoStore } };
  }
  return parseFixed(settings, ignoreNoStore);
}

function parseFixed(
  settings: Readonly<Record<string, unknown>>,
  ignoreNoStore: boolean,
): TtlPolicyResult {
  for (const key of LIFETIMES) {
    const seconds = settings[key];
    if (seconds === undefined) continue;
    const valid = typeof seconds === "number" && seconds >= 0 && seconds <= LIFETIME_SECONDS_MAX;
    if (!valid) {
      return refuse("bad-value", `ttl ${key} must be a number of seconds from 0 to a year`);
    }
    if (toWholeMs(seconds) === 0 && settings["allow_zero"] !== true) {
      return refuse(
        "zero-ttl",
        `ttl ${key} = ${seconds} risks a cache avalanche: every viewer's request would reach the ` +
          "origin at once; use at least 0.1, leave it out to follow the playlist, " +
          "or set allow_zero = true if this is really wanted",
      );
    }
  }
  return {
    kind: "ok",
    policy: {
      kind: "fixed",
      ignoreNoStore,
      playlistMs: toMs(settings["playlist_seconds"]),
      vodMs: toMs(settings["vod_seconds"]),
      multivariantMs: toMs(settings["multivariant_seconds"]),
      segmentMs: toMs(settings["segment_seconds"]),
    },
  };
}

function toMs(seconds: unknown): number | null {
  return typeof seconds === "number" ? toWholeMs(seconds) : null;
}

function refuse(reason: TtlPolicyFailure, message: string): TtlPolicyResult {
  return { kind: "failure", reason, message };
}
