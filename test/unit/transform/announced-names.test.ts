// The names that viewers can know from a playlist as it is delivered.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import { parseAssetPath } from "../../../workers/core/route/asset-path.ts";
import { toAnnouncedNames } from "../../../workers/core/transform/announced-names.ts";

function read(path: string, ...lines: string[]) {
  return readOf("demo", path, ...lines);
}
function readOf(channel: string, path: string, ...lines: string[]) {
  const playlist = parsePlaylist(`#EXTM3U\n${lines.join("\n")}\n`);
  const asset = parseAssetPath(path);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  if (asset.kind !== "asset-path") throw new Error(asset.detail);
  const strip = (query: string) => query.replace(/&?sid=[^&]*/, "").replace(/^&/, "");
  return toAnnouncedNames(playlist, channel, asset, strip);
}
const media = (...lines: string[]) => read("v/index.m3u8", "#EXT-X-TARGETDURATION:4", ...lines);
const print = ({ names }: ReturnType<typeof read>) =>
  names.map(({ name, role, isWhole }) => `${role} ${name}${isWhole ? "" : " (not whole)"}`);

describe("names", () => {
  test.each([
    { line: "1.ts", want: "v/1.ts" },
    { line: "../1.ts", want: "1.ts" },
    { line: "../@t3/v/1.ts", want: "@t3/v/1.ts" },
    { line: "../@self/x/1.ts", want: "@self/x/1.ts" },
    { line: "../@t3/@cdn/1.ts", want: "@t3/@cdn/1.ts" },
    { line: "a%20b.ts", want: "v/a%20b.ts" },
    { line: "%40x.ts", want: "v/%40x.ts" },
    { line: "1.ts?a=1&b", want: "v/1.ts?a=1&b" },
    { line: "1.ts?sid=9&a=1", want: "v/1.ts?a=1" },
    { line: "1.ts?sid=9", want: "v/1.ts" },
  ])("$line is $want", ({ line, want }) => {
    expect(print(media("#EXTINF:4,", line))).toEqual([`segment ${want}`]);
  });

  test.each([
    { line: "https://other.example/1.ts" },
    { line: "data:video/mp2t;base64,AA==" },
    { line: "../../other-channel/1.ts" },
  ])("$line leads elsewhere", ({ line }) => {
    expect(print(media("#EXTINF:4,", line))).toEqual([]);
  });

  test("of a canary are below the canary", () => {
    const names = (line: string) =>
      print(readOf("demo/@c1", "v/index.m3u8", "#EXT-X-TARGETDURATION:4", "#EXTINF:4,", line));
    expect(names("../@t3/v/1.ts")).toEqual(["segment @t3/v/1.ts"]);
    expect(names("1.ts")).toEqual(["segment v/1.ts"]);
    expect(names("../../v/1.ts")).toEqual([]);
  });

  test("are told apart by what they are, each once", () => {
    const names = media(
      "#EXT-X-PART-INF:PART-TARGET=1",
      '#EXT-X-MAP:URI="init.mp4"',
      '#EXT-X-KEY:METHOD=AES-128,URI="../keys/1.key"',
      "#EXTINF:4,",
      "1.m4s",
      '#EXT-X-PART:DURATION=1,URI="2.0.m4s"',
      '#EXT-X-PART:DURATION=1,URI="2.1.m4s",GAP=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="2.2.m4s"',
    );
    expect(print(names)).toEqual([
      "map v/init.mp4",
      "key keys/1.key",
      "segment v/1.m4s",
      "part v/2.0.m4s",
      "part v/2.1.m4s (not whole)",
      "hint v/2.2.m4s (not whole)",
    ]);
  });

  test("say what is a gap and what is a range", () => {
    const names = media(
      "#EXTINF:4,",
      "1.ts",
      "#EXT-X-GAP",
      "#EXTINF:4,",
      "2.ts",
      "#EXTINF:4,",
      "#EXT-X-BYTERANGE:10@0",
      "3.ts",
      "#EXTINF:4,",
      "4.ts",
      '#EXT-X-MAP:URI="init.mp4",BYTERANGE="10@0"',
    );
    expect(print(names)).toEqual([
      "segment v/1.ts",
      "segment v/2.ts (not whole)",
      "segment v/3.ts (not whole)",
      "segment v/4.ts",
      "map v/init.mp4 (not whole)",
    ]);
  });

  test("of a multivariant playlist are its keys and data; its playlists stand apart", () => {
    const names = read(
      "index.m3u8",
      '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k.key"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio/en.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"',
      "v/a.m3u8",
      '#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO="a"',
      "v/b.m3u8",
    );
    expect(print(names)).toEqual(["key k.key"]);
    expect(names.playlists).toEqual(["audio/en.m3u8", "v/a.m3u8", "v/b.m3u8"]);
  });
});
