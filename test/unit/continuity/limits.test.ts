// Each bound of the ledger: at it and beyond it.

import { describe, expect, test } from "vitest";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import { ledgerLimits } from "../../../workers/core/continuity/settings.ts";
import { Channel, PATH } from "./ledger-channel.ts";

describe("limits", () => {
  test("decisions", () => {
    const channel = new Channel().at(30).lists("a", 0, 4);
    for (let index = 0; index < ledgerLimits.decisionsMax + 9; index += 1) {
      channel.choose(`x${index}`);
    }
    expect(channel.ledger.decisions).toHaveLength(ledgerLimits.decisionsMax);
  });

  test.each([
    { name: "a hole of gaps", missing: ledgerLimits.gapBlocksMax, gaps: ledgerLimits.gapBlocksMax },
    { name: "a larger one is jumped over", missing: ledgerLimits.gapBlocksMax + 1, gaps: 0 },
  ])("$name", ({ missing, gaps }) => {
    const channel = new Channel().at(30).lists("a", 0, 4);
    const first = 5 + missing;
    channel.at(6 * (first + 5)).lists("a", first, first + 4);
    const text = printCanonical(channel.ledger, PATH) ?? "";
    const listed = channel.ledger.renditions.get(PATH);
    expect(listed?.tail.nextMsn).toBe(first + 5);
    const kept = text.match(/#EXT-X-GAP/g)?.length ?? 0;
    expect(kept).toBe(gaps === 0 ? 0 : Math.max(0, (listed?.store.count ?? 0) - 5));
    const reason = gaps === 0 ? "window-jumped" : "hole-filled";
    expect(channel.reasons()).toContain(reason);
  });

  test("epochs and visits of an encoder in a crash loop", () => {
    const channel = new Channel({ origins: ["a"] }).at(0);
    for (let crash = 0; crash < ledgerLimits.visitsMax + 9; crash += 1) {
      channel.at(60 * crash).lists("a", 0, 1, { name: `c${crash}`, shiftMs: 60_000 * crash });
    }
    const { ledger } = channel;
    expect(ledger.origins.get("a")?.epochs.length).toBeLessThanOrEqual(ledgerLimits.epochsMax);
    expect(ledger.visits).toHaveLength(ledgerLimits.visitsMax);
    expect(ledger.timelines.length).toBeLessThanOrEqual(ledgerLimits.timelinesMax);
    // Numbers are never used twice.
    expect(ledger.nextTimeline).toBe(ledgerLimits.visitsMax + 9);
  });

  test("blocks that are held of a listing", () => {
    const channel = new Channel().at(30).lists("a", 0, 4).lists("b", 0, 499, { name: "b" });
    const held = channel.ledger.origins.get("b")?.epochs[0]?.listings.get(PATH)?.blocks;
    expect(held).toHaveLength(ledgerLimits.heldBlocksMax);
  });

  test("renditions", () => {
    const channel = new Channel().at(30);
    for (let index = 0; index <= ledgerLimits.renditionsMax; index += 1) {
      channel.lists("a", 0, 2, { path: `v${index}.m3u8` });
    }
    expect(channel.ledger.renditions.size).toBe(ledgerLimits.renditionsMax);
    expect(channel.reasons()).toContain("limit-reached");
  });

  test("origins", () => {
    const origins = Array.from({ length: ledgerLimits.originsMax + 1 }, (_, index) => `o${index}`);
    expect(new Channel({ origins }).ledger.origins.size).toBe(ledgerLimits.originsMax);
  });
});
