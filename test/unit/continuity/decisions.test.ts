// Every decision of the ledger by name, and the shortest story that leads to it: a name to which
// nothing leads would explain nothing.

import { describe, expect, test } from "vitest";
import type { LedgerReason } from "../../../workers/core/continuity/reason.ts";
import { ledgerReasons } from "../../../workers/core/continuity/reason.ts";
import { ledgerLimits } from "../../../workers/core/continuity/settings.ts";
import { Channel, PATH } from "./ledger-channel.ts";

const WORDS = "words.m3u8";
const b = { name: "b" };

const one = () => new Channel({ origins: ["a"] }).at(30).lists("a", 0, 4);
const both = () => new Channel().at(30).lists("a", 0, 4).lists("b", 0, 4, b);
const like = (replicas: "auto" | "identical", zero = 0) =>
  new Channel({ replicas })
    .at(30)
    .lists("a", 0, 4)
    .lists("b", zero, zero + 4, { zero });
const faces = () => one().at(31).lists("a", 0, 4, { name: "n" }).at(36).lists("a", 0, 5);
const held = () => both().lists("a", 0, 4, { end: true });

const openParts = {
  head: "#EXT-X-PART-INF:PART-TARGET=1.0",
  tail: ['#EXT-X-PART:DURATION=1.0,URI="s-5.0.ts",INDEPENDENT=YES'],
};
const inParts = (assembleParts: boolean) =>
  new Channel({ assembleParts })
    .at(31)
    .lists("a", 0, 4, openParts)
    .lists("b", 0, 5, { ...b, shiftMs: 1000 })
    .choose("b");

const range = (title: string) => ({
  front: `#EXT-X-DATERANGE:ID="x",START-DATE="2026-11-20T10:00:00Z",X-TITLE="${title}"`,
});

const stories: Readonly<Record<LedgerReason, () => Channel>> = {
  "channel-started": one,
  "encoder-restarted": () => one().at(60).lists("a", 0, 1, { name: "r", shiftMs: 48_000 }),
  "multi-faced": faces,
  "face-changed": () => {
    const channel = faces();
    for (let last = 5; last < 9; last += 1) {
      channel.at(6 * last + 7).lists("a", last - 4, last, { name: "n" });
    }
    return channel;
  },
  behind: () => one().at(36).lists("a", 1, 5).lists("a", 0, 4),
  "hole-filled": () => one().at(60).lists("a", 7, 9),
  "window-jumped": () => one().at(600).lists("a", 95, 99),
  "proof-asked": () => like("auto"),
  "proved-identical": () => like("auto").prove("equal"),
  "proved-different": () => like("auto").prove("different"),
  "proof-unavailable": () => like("auto").prove("unavailable"),
  "declared-identical": () => like("identical"),
  "declaration-contradicted": () =>
    new Channel({ replicas: "identical" })
      .at(33)
      .lists("a", 0, 4)
      .lists("b", 0, 4, { shiftMs: 2500 }),
  "names-clash": () => like("auto", 50).prove("equal"),
  "switched-invisibly": () => like("identical").choose("b"),
  "switched-with-discontinuity": () => both().choose("b"),
  "lagging-standby": () =>
    new Channel().at(30).lists("a", 0, 4).at(31).lists("b", 0, 1).choose("b"),
  "joined-by-arrival": () =>
    new Channel()
      .at(30)
      .lists("a", 0, 4, { dated: false })
      .lists("b", 0, 4, { ...b, dated: false })
      .choose("b"),
  "waiting-for-standby": () => both().lists("a", 1, 5).choose("b"),
  "waiting-for-listing": () => new Channel().at(30).lists("a", 0, 4).choose("b"),
  "switch-cancelled": () => both().lists("a", 1, 5).choose("b").choose("a"),
  "switch-refused": () => one().choose("x"),
  "already-serving": () => one().choose("a"),
  "segment-closed-from-parts": () => inParts(true),
  "segment-closed-as-gap": () => inParts(false),
  "cut-padded-with-gap": () =>
    both()
      .lists("a", 0, 3, { path: WORDS })
      .choose("b")
      .at(36)
      .lists("b", 1, 5, b)
      .lists("b", 1, 5, { ...b, path: WORDS }),
  "end-held": held,
  "end-refused": () => held().at(36).lists("a", 1, 5),
  ended: () => one().lists("a", 0, 4, { end: true }),
  reopened: () => one().lists("a", 0, 4, { end: true }).apply({ kind: "reopen" }),
  "date-range-renamed": () =>
    new Channel()
      .at(30)
      .lists("a", 0, 4, range("a"))
      .lists("b", 0, 4, { ...b, ...range("b") })
      .choose("b")
      .at(36)
      .lists("b", 0, 5, { ...b, ...range("b") }),
  "date-range-changed": () =>
    new Channel().at(30).lists("a", 0, 4, range("a")).at(36).lists("a", 0, 5, range("b")),
  "unknown-rendition": () =>
    new Channel().at(30).multivariant("a", PATH).lists("a", 0, 4, { path: WORDS }),
  "no-segments": () => both().lists("b", 5, 4, b),
  "uri-refused": () => new Channel().at(30).lists("a", 0, 4, { name: "../elsewhere/s" }),
  "duration-above-target": () =>
    one().at(37).lists("a", 5, 5, { seconds: 7, zero: 5, shiftMs: 30_000 }),
  "multivariant-fixed": () => new Channel().multivariant("a", PATH).multivariant("b", PATH, WORDS),
  "parity-missing": () => new Channel().multivariant("a", PATH, WORDS).multivariant("b", PATH),
  "limit-reached": () => {
    const channel = new Channel().at(30);
    for (let index = 0; index <= ledgerLimits.renditionsMax; index += 1) {
      channel.lists("a", 0, 2, { path: `v${index}.m3u8` });
    }
    return channel;
  },
  "media-lost": () =>
    both().apply({ kind: "lost", origin: "b", path: PATH, firstMsn: 4, lastMsn: 4 }),
};

describe("a story leads to", () => {
  test.each(ledgerReasons)("%s", (reason) => {
    const channel = stories[reason]();
    expect(channel.reasons()).toContain(reason);
    const decision = channel.ledger.decisions.findLast((each) => each.reason === reason);
    expect(decision?.atMs).toBeLessThanOrEqual(channel.nowMs);
  });
});
