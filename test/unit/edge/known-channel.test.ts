// A channel or its canary under the policy of now, for requests and for coordinators.

import { expect, test } from "vitest";
import type { ChannelChoice } from "../../../workers/core/contract/policy.ts";
import { findChannel } from "../../../workers/edge/known-channel.ts";
import { toLiveSituation } from "../../../workers/edge/live/situation.ts";
import type { KnownPolicy } from "../../../workers/platform/policy-source.ts";
import { toSituation } from "../origin/situation.ts";

const canaries = [{ n: 1, originId: "west", orderId: "o1", sinceMs: 0 }];
const canary = { originId: "west", share: 0.2, n: 1 };

function know(more: Partial<ChannelChoice>, mode: "live" | "vod" = "live"): KnownPolicy {
  const { choice, index } = toSituation({ mode });
  const channels = [{ ...choice, ...more }];
  const policy = { contract: 1, version: 1, catalogVersion: 1, channels };
  return { policy, index, confirmedAtMs: 0, from: "gate" };
}

const print = (id: string, known: KnownPolicy) => {
  const situation = toLiveSituation(id, known);
  if (situation === null) return "none";
  const { channel, wish, left, settings } = situation;
  return `${channel.id} ${settings.channel} ${wish.join(">")} ${left.join() || "-"}`;
};

test.each([
  ["demo", { canary, canaries }, "demo demo east>west -"],
  ["demo/@c1", { canary, canaries }, "demo/@c1 demo/@c1 west>east -"],
  ["demo/@c1", { canaries }, "demo/@c1 demo/@c1 east>west west"],
  ["demo", { left: ["east"], canaries }, "demo demo east>west east"],
  ["demo/@c1", { canary, canaries, left: ["east"] }, "demo/@c1 demo/@c1 west>east east"],
  ["demo/@c1", {}, "none"],
  ["demo/@c2", { canary, canaries }, "none"],
  ["other", { canary, canaries }, "none"],
  ["other/@c1", { canary, canaries }, "none"],
])("%s, %o", (id, more, want) => {
  expect(print(id, know(more))).toBe(want);
});

test("its end is news for its coordinator, and not for the channel's", () => {
  const of = (id: string, more: Partial<ChannelChoice>) =>
    toLiveSituation(id, know(more))?.identity;
  const [on, over] = [{ canary, canaries }, { canaries }];
  expect(of("demo/@c1", on)).not.toBe(of("demo/@c1", over));
  expect(of("demo", on)).toBe(of("demo", over));
  expect(of("demo", over)).not.toBe(of("demo", { ...over, left: ["east"] }));
  // An origin that has become the channel's first is not left.
  const timelines = [{ n: 0, origins: ["west", "east"] }];
  expect(print("demo/@c1", know({ ...over, timelines }))).toMatch(/west>east -$/);
});

test("a canary is one channel for as long as its channel is", () => {
  const known = know({ canary, canaries });
  expect(findChannel("demo/@c1", known)?.channel).toBe(findChannel("demo/@c1", known)?.channel);
  const next = know({ canary, canaries });
  expect(findChannel("demo/@c1", next)?.channel).not.toBe(findChannel("demo/@c1", known)?.channel);
});

test("a library has none", () => {
  expect(findChannel("demo", know({ canaries }, "vod"))).not.toBeNull();
  expect(findChannel("demo/@c1", know({ canaries }, "vod"))).toBeNull();
});
