// A canary's multivariant playlist at the channel's own URL: every reference leads to what it leads
// to from the canary's, and nothing else is changed.

import { describe, expect, test } from "vitest";
import { parseHttpUri, resolveUri } from "../../../workers/core/http/uri.ts";
import { printCanaryEntry } from "../../../workers/core/transform/edits/canary-entry.ts";

const REFERENCES = [
  "low/index.m3u8",
  "index.m3u8?a=1&b=2",
  "./a:b/index.m3u8",
  "../up/index.m3u8",
  "../../_/steering/demo",
  "@self/x/index.m3u8",
  "@cdn/low/index.m3u8#t",
  "%40c1/x.m3u8",
  "https://other.example/demo/low.m3u8",
  "data:text/plain,x",
  "skd://key",
  "/absolute/x.m3u8",
];
const resolveAt = (reference: string, base: string) => {
  const found = resolveUri(reference, parseHttpUri(base));
  if (found.kind !== "http") return `${found.kind} ${reference}`;
  return `${found.origin}/${found.segments.join("/")}?${found.query}#${found.fragment}`;
};

describe.each(["master.m3u8", "live/master.m3u8", "a/b/c.m3u8"])("at %s", (path) => {
  test.each(REFERENCES)("%s leads to the same place", (reference) => {
    const [line = ""] = printCanaryEntry(`${reference}\n`, path, 3).split("\n");
    const [, quoted = ""] = /URI="(.*)"/.exec(
      printCanaryEntry(`#EXT-X-MEDIA:TYPE=AUDIO,URI="${reference}"\n`, path, 3),
    ) ?? [""];
    const want = resolveAt(reference, `https://edge.example/demo/@c3/${path}`);
    expect(resolveAt(line, `https://edge.example/demo/${path}`)).toBe(want);
    expect(quoted).toBe(line);
    // A token in the path is carried by relative references, and not by others.
    const tokened = resolveAt(line, `https://edge.example/~t/demo/${path}`);
    expect(tokened).toBe(resolveAt(reference, `https://edge.example/~t/demo/@c3/${path}`));
  });
});

test("of the rest not a letter changes", () => {
  const text = `#EXTM3U
#EXT-X-VERSION:6

# URI="in/a/comment"
#EXT-X-CONTENT-STEERING:SERVER-URI="../../_/steering/demo",PATHWAY-ID="entry"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="URI=",URI="audio/index.m3u8",X-URI="mine"
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://one",KEYFORMAT="com.apple.streamingkeydelivery"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,URI="low/i.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=8,AUDIO="a"
low/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=8,AUDIO="a",PATHWAY-ID="cdn"
https://cdn.example/demo/@c1/low/index.m3u8
`;
  expect(printCanaryEntry(text, "master.m3u8", 1)).toBe(
    text
      .replace("../../_/steering", "@c1/../../_/steering")
      .replace('"audio/', '"@c1/audio/')
      .replace('"low/i', '"@c1/low/i')
      .replace("\nlow/", "\n@c1/low/"),
  );
});
