// Steering: what is refused, and how clones are named and addressed. Whole outputs are golden
// cases.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import { decideFindings } from "../../../../workers/core/hls/validate.ts";
import type { ContentSteeringOptions } from "../../../../workers/core/transform/edits/content-steering.ts";
import { applyContentSteering } from "../../../../workers/core/transform/edits/content-steering.ts";

const options: ContentSteeringOptions = {
  serverUri: "_/steering/demo",
  pathwayId: "a",
  playlistUrl: "https://edge.example/demo/master.m3u8",
  clones: [{ baseId: "a", id: "b", origin: "https://b.example" }],
};
const text = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="n",URI="audio.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="n",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.1",AUDIO="g",CLOSED-CAPTIONS="cc"
@t3/v 1.m3u8?x=1
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"
`;

function steer(source: string, change: Partial<ContentSteeringOptions> = {}) {
  const playlist = parsePlaylist(source);
  if (playlist.kind !== "multivariant") throw new Error(`Not multivariant: ${source}`);
  return applyContentSteering(playlist, { ...options, ...change });
}

test("clones keep labels, share groups without URI, and leave a valid playlist", () => {
  const result = steer(text);
  if (result.kind === "refused") throw new Error(result.detail);
  expect(result.playlist.variants().map(({ uri, pathwayId }) => [pathwayId, uri])).toEqual([
    ["a", "@t3/v 1.m3u8?x=1"],
    ["b", "https://b.example/demo/@t3/v%201.m3u8?x=1"],
  ]);
  const [, clone] = result.playlist.variants();
  expect(clone?.attributes.get("AUDIO")).toBe('"g@b"');
  expect(clone?.attributes.get("CLOSED-CAPTIONS")).toBe('"cc"');
  expect(result.playlist.iframeVariants().map(({ uri }) => uri)).toEqual([
    "i.m3u8",
    "https://b.example/demo/i.m3u8",
  ]);
  expect(decideFindings(result.playlist)).toEqual([]);
});

test("parameters are set where they stand, or appended", () => {
  const parameters = [
    ["x", "2 3"],
    ["y", "é"],
  ] as const;
  const result = steer(text, { clones: [{ baseId: "a", id: "b", origin: null, parameters }] });
  if (result.kind === "refused") throw new Error(result.detail);
  expect(result.playlist.variants()[1]?.uri).toBe(
    "https://edge.example/demo/@t3/v%201.m3u8?x=2%203&y=%C3%A9",
  );
});

test("the default pathway needs no name", () => {
  const result = steer(text, { pathwayId: null, clones: [] });
  expect(result.kind === "edited" && result.playlist.text).toBe(
    text.replace(
      "#EXTM3U\n",
      '#EXTM3U\n#EXT-X-CONTENT-STEERING:SERVER-URI="_/steering/demo",PATHWAY-ID="."\n',
    ),
  );
});

describe("refusals", () => {
  const many = Array.from({ length: 9 }, (_, n) => ({ baseId: "a", id: `b${n}`, origin: null }));
  const clone = (baseId: string, id: string) => [{ baseId, id, origin: null }];
  const rows = [
    ["no URL", { playlistUrl: "/demo/master.m3u8" }, "bad-options"],
    ["no SERVER-URI", { serverUri: "" }, "bad-options"],
    ["a quote in SERVER-URI", { serverUri: 'a"b' }, "bad-options"],
    ["too many clones", { clones: many }, "bad-options"],
    ["a pathway that is no name", { clones: clone("a", "b c") }, "bad-options"],
    ["an unknown base", { clones: clone("x", "b") }, "unknown-pathway"],
    ["a pathway that exists", { clones: clone("a", "a") }, "pathway-exists"],
  ] as const;
  test.each(rows)("%s", (_name, change, reason) => {
    expect(steer(text, change)).toMatchObject({
      kind: "refused",
      edit: "content-steering",
      reason,
    });
  });
  test("a variable that only the player can replace", () => {
    expect(steer(text.replace("i.m3u8", "i.m3u8?t={$t}"))).toMatchObject({ reason: "bad-uri" });
  });
});
