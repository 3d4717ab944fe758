// The law of delta updates: what a player holds, merged with the delta of the next version, is the
// next version. Judged by our own merge, word by word of what the segments mean, and by hls.js'
// own, over histories of several reloads. WEIR_DELTA_COUNT and WEIR_DELTA_SEED set how many, and
// which.

import { expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist, Segment } from "../../workers/core/hls/playlist.ts";
import { applyDeltaMerge } from "../../workers/core/transform/edits/delta-merge.ts";
import { printDelta } from "../../workers/core/transform/edits/delta-text.ts";
import { toHistory } from "./delta-history.ts";
import { MergingPlayer } from "./peer-hls-js-merge.ts";

const COUNT = Number(process.env["WEIR_DELTA_COUNT"] ?? 10_000);
const SEED = Number(process.env["WEIR_DELTA_SEED"] ?? 20_261_120);
const VERSIONS = 4;
const TIMEOUT_MS = 180_000;

function read(text: string): MediaPlaylist {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") throw new Error(`No media playlist: ${text}`);
  return playlist;
}

/** What a segment means, wherever it stands in a text. */
function toMeaning(segment: Segment): unknown {
  const { line: _, blockStart: __, blockEnd: ___, parts, ...rest } = segment;
  return { ...rest, parts: parts.map(({ line: ____, ...part }) => part) };
}

function toMeanings(playlist: MediaPlaylist): unknown {
  const open = playlist.openParts().map(({ line: _, ...part }) => part);
  const { mediaSequence, lastMsn, lastPart } = playlist;
  return { mediaSequence, lastMsn, lastPart, open, segments: playlist.segments().map(toMeaning) };
}

test(`held and delta make the next version, ${COUNT} histories`, { timeout: TIMEOUT_MS }, () => {
  let deltas = 0;
  for (let seed = SEED; seed < SEED + COUNT; seed++) {
    const [first = "", ...others] = toHistory(seed, VERSIONS);
    let held = read(first);
    for (const next of others) {
      const delta = printDelta(next);
      const merged = delta === null ? null : applyDeltaMerge(held, read(delta));
      if (merged?.kind === "merged") {
        deltas += 1;
        expect(toMeanings(merged.playlist), `seed ${seed}`).toEqual(toMeanings(read(next)));
      }
      // A gap is only right where the older version does not reach to what is left.
      if (merged?.kind === "failure") {
        const kept = read(delta ?? "");
        expect(held.lastMsn, `seed ${seed}`).toBeLessThan(
          kept.mediaSequence + kept.skippedSegmentCount - 1,
        );
      }
      held = merged?.kind === "merged" ? merged.playlist : read(next);
    }
  }
  expect(deltas).toBeGreaterThan(COUNT * 2);
});

test(`hls.js makes the same of a delta, ${COUNT} histories`, { timeout: TIMEOUT_MS }, () => {
  let deltas = 0;
  for (let seed = SEED; seed < SEED + COUNT; seed++) {
    const [first = "", ...others] = toHistory(seed, VERSIONS);
    const whole = new MergingPlayer();
    const merging = new MergingPlayer();
    whole.reload(first);
    merging.reload(first);
    for (const next of others) {
      const delta = printDelta(next);
      if (delta !== null) deltas += 1;
      const got = merging.reload(delta ?? next);
      expect(got, `seed ${seed}`).toEqual(whole.reload(next));
    }
  }
  expect(deltas).toBeGreaterThan(COUNT * 2);
});
