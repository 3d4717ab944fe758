// Where does a rewritten URI lead? Asked of the parser that browsers use (the URL class), which
// shares nothing with core/http: a player that resolves our reference against the address of the
// playlist at the edge must, once the edge's labels are read back, arrive at the very file to which
// the origin's reference led. Refusing is allowed, leading elsewhere is not.

import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { RewriteContext } from "../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v1/index.m3u8",
  playlistUrl: "https://origin.example/live/v1/index.m3u8?t=abc",
  prefixUrl: "https://origin.example/live/",
  timeline: 0,
  beyondPrefix: true,
  hosts: [{ alias: "cdn2", url: "https://cdn2.example/media/" }],
  unknownHosts: "keep",
  query: "",
};
const contexts: readonly RewriteContext[] = [
  base,
  { ...base, timeline: 3 },
  { ...base, timeline: 3, playlistUrl: "https://cdn2.example/media/moved/index.m3u8" },
  {
    ...base,
    playlistPath: "p/q r/é/index.m3u8",
    playlistUrl: "https://origin.example/live/p/q%20r/%C3%A9/index.m3u8",
  },
];

const names = [
  "a",
  "b.ts",
  "x@y",
  "@t1",
  "@self",
  "~x",
  "é",
  "e\u0301",
  "😀",
  "a b",
  "%7e",
  "%C3%A9",
];
const marks = [".", "..", "./", "../", "/", "//", ":", "?q=1", "?a=b&c=/d?e", "#f", "%2e", "%25"];
const letters = [
  "|",
  "[",
  "]",
  "^",
  "{",
  "}",
  "`",
  "'",
  "<",
  "+",
  "*",
  "(",
  "!",
  "$",
  "&",
  ",",
  ";",
];
const strange = [" ", "\t", "\\", "%", "%zz", "%00", "%2F", "%3F", "\u200b", "\u3000", "="];
const heads = [
  "HTTPS://Origin.EXAMPLE/",
  "https://origin.example:443/live/",
  "https://origin.example/live/v1/",
  "https://origin.example/liveX/",
  "https://ORIGIN.example./live/",
  "//cdn2.example/media/",
  "https://x.example/",
  "https://user@origin.example/live/",
  "/live/",
  "/live/v1/",
  "http:",
  "data:,",
  "skd://",
];
const reference = fc
  .array(fc.constantFrom(...names, ...marks, ...letters, ...strange, ...heads), {
    minLength: 1,
    maxLength: 6,
  })
  .map((pieces) => pieces.join(""));

/** The file behind an address: its path decoded, for one name has many spellings. */
function toFile(url: URL): string {
  if (!/^https?:$/.test(url.protocol)) return url.href;
  const path = url.pathname.split("/").map((name) => encodeURIComponent(decodeURIComponent(name)));
  return `${url.username}@${url.origin}${path.join("/")}${url.search}${url.hash}`;
}

/** The origin's address of a file of the edge; other hosts' files stay what they are. */
function toOrigin(url: URL): URL {
  if (url.host !== "edge.example") return url;
  const [, alias, path] = /^\/demo\/(?:@t\d+\/)?(?:@(self|cdn2)\/)?(.*)$/.exec(url.pathname) ?? [];
  const root = { self: "https://origin.example/", cdn2: "https://cdn2.example/media/" };
  const place = alias === "self" || alias === "cdn2" ? root[alias] : "https://origin.example/live/";
  return new URL(place + path + url.search + url.hash);
}

const parseUrl = (text: string, from: string) => URL.parse(text, from);

test("a rewritten URI leads where the origin's did", () => {
  let compared = 0;
  const form = fc.constantFrom("line", "quoted");
  const context = fc.constantFrom(...contexts);
  fc.assert(
    fc.property(reference, form, context, (written, place, given) => {
      fc.pre(place === "quoted" || !/^\s*#/.test(written));
      const line = place === "line" ? `#EXTINF:6,\n${written}` : `#EXT-X-MAP:URI="${written}"`;
      const playlist = parsePlaylist(`#EXTM3U\n#EXT-X-TARGETDURATION:6\n${line}\n`);
      if (playlist.kind === "failure") throw new Error(playlist.detail);
      const result = rewritePlaylist(playlist, given);
      const target = parseUrl(written, given.playlistUrl);
      if (result.kind === "refused" || written.trim() === "") return;
      const answer =
        place === "line" ? result.text.split("\n")[3] : /URI="([^"]*)"/.exec(result.text)?.[1];
      const path = given.playlistPath.split("/").map(encodeURIComponent).join("/");
      const found = parseUrl(answer ?? "", `https://edge.example/demo/${path}`);
      compared += 1;
      expect(found === null ? null : toFile(toOrigin(found))).toBe(
        target === null ? null : toFile(target),
      );
    }),
    { numRuns: 20_000 },
  );
  expect(compared).toBeGreaterThan(5_000);
});
