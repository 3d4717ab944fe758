// By what a session is known when lots are drawn.

import { expect, test } from "vitest";
import { toSessionName } from "../../../workers/core/http/session-name.ts";

const NOBODY = { target: "/news/master.m3u8", cmcdSession: null, address: null, agent: null };

const rows: readonly (readonly [name: string, given: object, want: string])[] = [
  ["the player's word in a header", { cmcdSession: 'sf=h,sid="6e2f",st=l' }, "sid 6e2f"],
  [
    "the player's word in the query",
    { target: "/news/master.m3u8?x=1&CMCD=sf%3Dh%2Csid%3D%226e2f%22%2Cst%3Dl" },
    "sid 6e2f",
  ],
  ["its first member", { target: "/n/m.m3u8?CMCD=sid%3D%226e2f%22" }, "sid 6e2f"],
  ["the header wins", { target: "/n/m.m3u8?CMCD=sid%3D%22a%22", cmcdSession: 'sid="b"' }, "sid b"],
  ["not a key that ends alike", { cmcdSession: 'xsid="1"', address: "192.0.2.1" }, "at 192.0.2.1 "],
  ["the token of the path", { target: "/~eyJ.x/news/master.m3u8" }, "token eyJ.x"],
  ["the token of a whole URL", { target: "https://a.example/~t/news/m.m3u8" }, "token t"],
  ["the word before the token", { target: "/~t/n/m.m3u8", cmcdSession: 'sid="a"' }, "sid a"],
  ["where it comes from", { address: "192.0.2.1", agent: "VLC" }, "at 192.0.2.1 VLC"],
  ["nothing at all", {}, "at  "],
  ["a word without an end", { cmcdSession: `sid="${"x".repeat(70)}"` }, "at  "],
];

test.each(rows)("%s", (_name, given, want) => {
  expect(toSessionName({ ...NOBODY, ...given })).toBe(want);
});
