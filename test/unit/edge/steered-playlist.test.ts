// The way to the steering manifest in multivariant playlists: where it is put in, and where not.

import { describe, expect, test } from "vitest";
import type { Channel } from "../../../workers/core/config/catalog.ts";
import { readCatalog } from "../../../workers/core/config/read-catalog.ts";
import { toSteered } from "../../../workers/edge/steered-playlist.ts";

function readChannel(steering: boolean): Channel {
  const reading = readCatalog(
    `[[origins]]
id = "east"
kind = "http"
url = "https://east.example"

[[channels]]
id = "demo"
mode = "live"
origins = ["east"]
[channels.policy]
steering = ${steering}

[[hosts]]
pathway = "a"
url = "https://a.example"

[[hosts]]
pathway = "b"
url = "https://b.example"
`,
    { allowIpOrigins: false },
  );
  const channel = reading.kind === "catalog" ? reading.catalog.channels[0] : undefined;
  if (channel === undefined) throw new Error(JSON.stringify(reading));
  return channel;
}

const STEERED = readChannel(true);
const MULTIVARIANT = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio/en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="a",CODECS="avc1.4d401e,mp4a.40.2"
v1/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,AUDIO="a",CODECS="avc1.4d401f,mp4a.40.2"
v2/index.m3u8
`;

test("a multivariant playlist gets the tag, and a pathway on every variant", () => {
  expect(toSteered(MULTIVARIANT, STEERED, "master.m3u8")).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-CONTENT-STEERING:SERVER-URI="../_/steering/demo",PATHWAY-ID="entry"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio/en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="a",CODECS="avc1.4d401e,mp4a.40.2",PATHWAY-ID="entry"
v1/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,AUDIO="a",CODECS="avc1.4d401f,mp4a.40.2",PATHWAY-ID="entry"
v2/index.m3u8
${printClones("a")}${printClones("b")}`);
});

/** What a host's clone adds: its rendition in a group of its own, and its variants. */
function printClones(id: string): string {
  const at = (path: string) => `https://${id}.example/demo/${path}`;
  const stream = (bandwidth: number, codec: string, path: string) =>
    `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},AUDIO="a@${id}",CODECS="${codec},mp4a.40.2",` +
    `PATHWAY-ID="${id}"\n${at(path)}\n`;
  return (
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a@${id}",NAME="en",URI="${at("audio/en.m3u8")}"\n` +
    stream(500000, "avc1.4d401e", "v1/index.m3u8") +
    stream(900000, "avc1.4d401f", "v2/index.m3u8")
  );
}

describe("the way up", () => {
  test.each([
    { path: "master.m3u8", want: "../_/steering/demo" },
    { path: "a/b/master.m3u8", want: "../../../_/steering/demo" },
    { path: "@t2/master.m3u8", want: "../../_/steering/demo" },
  ])("from $path", ({ path, want }) => {
    expect(toSteered(MULTIVARIANT, STEERED, path)).toContain(`SERVER-URI="${want}"`);
    // What a player makes of it, with and without a token in front.
    for (const base of ["https://h.example", "https://h.example/~tok"]) {
      const resolved = new URL(want, `${base}/demo/${path}`).href;
      expect(resolved).toBe(`${base}/_/steering/demo`);
    }
  });
});

test("of a canary leads to the channel's manifest, and clones to the canary", () => {
  const canary = { ...STEERED, id: "demo/@c2" };
  const text = toSteered(MULTIVARIANT, canary, "a/master.m3u8");
  const [, uri = ""] = /SERVER-URI="([^"]*)"/.exec(text) ?? [];
  const base = "https://h.example/~tok";
  expect(new URL(uri, `${base}/demo/@c2/a/master.m3u8`).href).toBe(`${base}/_/steering/demo`);
  expect(text).toContain("\nhttps://a.example/demo/@c2/a/v1/index.m3u8\n");
});

describe("left as it is", () => {
  test.each([
    {
      name: "a channel without steering",
      text: MULTIVARIANT,
      channel: readChannel(false),
    },
    {
      name: "a playlist that steers already",
      text: MULTIVARIANT.replace(
        "#EXT-X-VERSION:7",
        '#EXT-X-VERSION:7\n#EXT-X-CONTENT-STEERING:SERVER-URI="s.json",PATHWAY-ID="."',
      ),
      channel: STEERED,
    },
    {
      name: "a playlist with pathways of its own",
      text: MULTIVARIANT.replace("BANDWIDTH=500000", 'BANDWIDTH=500000,PATHWAY-ID="cdn"'),
      channel: STEERED,
    },
    {
      name: "a media playlist",
      text: "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n",
      channel: STEERED,
    },
    { name: "no playlist at all", text: "<html>", channel: STEERED },
  ])("$name", ({ text, channel }) => {
    expect(toSteered(text, channel, "master.m3u8")).toBe(text);
  });
});
