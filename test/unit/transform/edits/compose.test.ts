// The order of edits, and that a plan does no more than it says.

import { expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import type { EditPlan } from "../../../../workers/core/transform/edits/compose.ts";
import { applyEditPlan } from "../../../../workers/core/transform/edits/compose.ts";

function edit(text: string, plan: EditPlan) {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  return applyEditPlan(playlist, plan);
}

const media = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:10
${Array.from({ length: 20 }, (_, n) => `#EXTINF:2,\ns${n}.ts\n`).join("")}`;
const multivariant = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360
a.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=1280x720
b.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3,RESOLUTION=1920x1080
c.m3u8
`;
const mediaPlan: EditPlan = { window: { windowSeconds: 16 }, start: { timeOffsetSeconds: -6 } };
const multivariantPlan: EditPlan = { firstVariant: { bandwidthMax: 9 } };

test("an empty plan gives the very same playlist", () => {
  for (const text of [media, multivariant]) {
    const playlist = parsePlaylist(text);
    if (playlist.kind === "failure") throw new Error(playlist.detail);
    const result = applyEditPlan(playlist, {});
    expect(result.kind === "edited" && result.playlist).toBe(playlist);
  }
});

test("edits of the other kind are passed over", () => {
  const result = edit(media, multivariantPlan);
  expect(result).toMatchObject({ kind: "edited", notes: [] });
  expect(result.kind === "edited" && result.playlist.text).toBe(media);
  const other = edit(multivariant, { ...mediaPlan, start: "remove" });
  expect(other.kind === "edited" && other.playlist.text).toBe(multivariant);
});

test("the first variant is one of those that the filter left", () => {
  const filter = { heightPixels: { min: null, max: 720 } };
  const result = edit(multivariant, { ...multivariantPlan, variantFilter: filter });
  if (result.kind === "refused" || result.playlist.kind !== "multivariant") throw new Error("no");
  expect(result.playlist.variants().map(({ uri }) => uri)).toEqual(["b.m3u8", "a.m3u8"]);
});

test("server control comes before the delta that obeys it, gaps before the window", () => {
  const result = edit(media, {
    gaps: { segments: [{ firstMsn: 28, lastMsn: 28 }] },
    window: { windowSeconds: 30 },
    serverControl: { canSkipUntilSeconds: 12 },
    delta: { skip: "YES", nowMs: 0 },
  });
  if (result.kind === "refused" || result.playlist.kind !== "media") throw new Error("no");
  const { playlist } = result;
  expect(playlist).toMatchObject({
    version: 9,
    mediaSequence: 15,
    skippedSegmentCount: 9,
    segmentCount: 6,
    lastMsn: 29,
  });
  expect(
    playlist
      .segments()
      .filter(({ gap }) => gap)
      .map(({ msn }) => msn),
  ).toEqual([28]);
});

test("the first refusal ends the plan and is named", () => {
  const result = edit(media, { ...mediaPlan, serverControl: { holdBackSeconds: 1 } });
  expect(result).toMatchObject({ kind: "refused", edit: "server-control" });
});

test("notes of all edits are kept", () => {
  const result = edit(`${media}#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-ENDLIST\n`, {
    ...mediaPlan,
    delta: { skip: "YES", nowMs: 0 },
  });
  expect(result.kind === "edited" && result.notes).toEqual([
    { edit: "window", reason: "not-live" },
    { edit: "delta", reason: "not-live" },
  ]);
});
