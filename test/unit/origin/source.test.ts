// A source's orders and what it tells: an origin that has just become the followed one is not
// called late for what it was not looked at.

import { expect, test } from "vitest";
import type { Look } from "../../../workers/core/origin/look.ts";
import { applySourceEvent, type SourceEvent } from "../../../workers/core/origin/source.ts";
import { SOURCE_IDLE, type Source } from "../../../workers/core/origin/source-state.ts";

const BODY: Look = {
  kind: "media",
  lastMsn: 10,
  lastPart: null,
  openMs: 0,
  targetDurationMs: 2_000,
  stepMs: 2_000,
  ended: false,
  canBlock: false,
  hasParts: false,
  progress: "ahead",
  addedMs: 2_000,
  addedCount: 1,
};

/** Plays events in order; every request that went out is answered with `look` 40 ms later. */
function play(source: Source, event: SourceEvent, look: Look, nowMs: number) {
  let step = applySourceEvent(source, event, nowMs);
  const told = step.effects.map((effect) => effect.kind);
  for (const { id } of step.source.flights) {
    step = applySourceEvent(step.source, { kind: "answer", id, look }, nowMs + 40);
    told.push(...step.effects.map((effect) => effect.kind));
  }
  return { source: step.source, told };
}

const toOrder = (follow: string): SourceEvent => {
  return { kind: "order", follow, origins: ["a", "b"], watchMs: 60_000 };
};

test("a standby that is followed now is late only after a look in vain", () => {
  let { source } = play(SOURCE_IDLE, toOrder("a"), BODY, 0);
  ({ source } = play(source, { kind: "tick" }, BODY, 100));
  expect(source.tracks.map(({ kind }) => kind)).toEqual(["media", "media"]);
  // Looked at once more, and nothing was new; then nobody looks for a while.
  const seen = source.tracks.map((track) => ({ ...track, looks: 1 }));
  const switched = applySourceEvent({ ...source, tracks: seen }, toOrder("b"), 9_000);
  expect(switched.effects.map(({ kind }) => kind)).not.toContain("tell-late");
  const { told } = play(switched.source, { kind: "tick" }, { kind: "unchanged" }, 9_001);
  expect(told).toContain("tell-late");
});
