// The laws of the codec and the rewriter: printing is the inverse of reading, reading is total and
// linear, rewriting is deterministic and idempotent, and its quick ways agree with resolving. Where
// what it writes leads is asked in uri-oracle.test.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import { printPlaylist } from "../../workers/core/hls/print-playlist.ts";
import { toLetters } from "../../workers/core/http/letters.ts";
import {
  isPlainName,
  isPlainReference,
  seekPlainEnd,
  seekPlainNameEnd,
} from "../../workers/core/http/plain-reference.ts";
import type { RewriteContext } from "../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";
import { makeUriMap, toMappedUri } from "../../workers/core/transform/uri-map.ts";
import { anyText, mediaText, reference } from "./codec-arbitrary.ts";
import { countSteps } from "./steps.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v720/index.m3u8",
  playlistUrl: "https://origin.example/live/v720/index.m3u8?x=1",
  prefixUrl: "https://origin.example/live/",
  timeline: 3,
  beyondPrefix: true,
  hosts: [{ alias: "cdn2", url: "https://cdn2.example/media/" }],
  unknownHosts: "keep",
  query: "",
};

const contexts: readonly RewriteContext[] = [
  base,
  { ...base, timeline: 0 },
  { ...base, timeline: 0, beyondPrefix: false, unknownHosts: "drop" },
  { ...base, playlistPath: "a/b/i.m3u8", playlistUrl: "https://origin.example/live/a/b/i.m3u8" },
  { ...base, playlistUrl: "https://origin.example/live/node7/v720/index.m3u8" },
  { ...base, playlistUrl: "https://ads.example/p/index.m3u8" },
];
const context = fc.constantFrom(...contexts);

function toEdge(given: RewriteContext): RewriteContext {
  const prefixUrl = "https://edge.example/demo/";
  const playlistUrl = prefixUrl + given.playlistPath;
  return { ...given, playlistUrl, prefixUrl, hosts: [], originIsEdge: true };
}

describe("reading", () => {
  test("never throws, and prints back every text that it accepts", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const playlist = parsePlaylist(text);
        if (playlist.kind === "failure") return playlist.line >= 1;
        return printPlaylist(playlist) === text && playlist.lineCount >= 1;
      }),
      { numRuns: 3000 },
    );
  });

  test("notes facts that its own segments confirm", () => {
    fc.assert(
      fc.property(mediaText, (text) => {
        const playlist = parsePlaylist(text);
        if (playlist.kind !== "media") return;
        const segments = playlist.segments();
        const last = segments.at(-1);
        expect(segments.length).toBe(playlist.segmentCount);
        expect(last?.durationSeconds ?? null).toBe(playlist.lastSegmentDurationSeconds);
        expect(last?.msn ?? playlist.mediaSequence - 1).toBe(playlist.lastMsn);
        const parts = segments.reduce((sum, { parts }) => sum + parts.length, 0);
        expect(parts + playlist.openParts().length).toBe(playlist.partCount);
      }),
      { numRuns: 2000 },
    );
  });

  const lines = [
    "#EXT-X-NEW",
    '#EXT-X-NEW:URI="',
    '#EXT-X-PART:DURATION=1,URI="',
    '#EXT-X-PART:DURATION=1,URI="https://a.example/b/c",X="',
    "#EXT-X-KEY",
    "#EXT-X-MAP:URI=x,URI=y,",
    '#EXT-X-SERVER-CONTROL:A="b",C=d',
    "#EXTINF:99999999999999999999",
    "#EXTINF:6,\nhttps://origin.example/live/v720/a.ts?",
    "#EXTINF:6,\na/../b/%41",
    "\t \t",
    "#EXT-X-PROGRAM-DATE-TIME:2026",
  ];
  test.each(lines)("eight times the lines, eight times the steps: %j", (line) => {
    const work = (count: number) => {
      const text = `#EXTM3U\n#EXT-X-TARGETDURATION:6\n${`${line}\n`.repeat(count)}`;
      const bytes = new TextEncoder().encode(text);
      return countSteps(bytes, (counted) => {
        const playlist = parsePlaylist(text, undefined, counted);
        if (playlist.kind !== "failure") rewritePlaylist(playlist, base);
      });
    };
    const fewLines = work(200);
    expect(fewLines).toBeGreaterThan(200);
    expect(work(1600)).toBeLessThan(8 * fewLines + 1000);
  });
});

describe("bytes at hand", () => {
  const encoder = new TextEncoder();
  /** Everything that a playlist tells. */
  const toTold = (playlist: ReturnType<typeof parsePlaylist>) => {
    const { bytes: _, ...told } = { bytes: null, ...playlist };
    if (playlist.kind !== "media") return JSON.stringify(told);
    return JSON.stringify([told, playlist.segments(), playlist.lastProgramDateTimeMs]);
  };

  test("change nothing in what is read", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const playlist = parsePlaylist(text, undefined, encoder.encode(text));
        expect(toTold(playlist)).toBe(toTold(parsePlaylist(text)));
      }),
      { numRuns: 3000 },
    );
  });

  test("are rewritten to the bytes of the rewritten text, and never written to", () => {
    fc.assert(
      fc.property(mediaText, context, (text, given) => {
        const bytes = encoder.encode(text);
        const playlist = parsePlaylist(text, undefined, bytes);
        if (playlist.kind === "failure") return;
        const result = rewritePlaylist(playlist, given);
        if (result.kind === "refused") return;
        const made = result.bytes();
        expect(made === null).toBe(playlist.bytes === null);
        if (made !== null) expect(made).toEqual(encoder.encode(result.text));
        expect(bytes).toEqual(encoder.encode(text));
      }),
      { numRuns: 3000 },
    );
  });

  test("are searched for plain references as texts are", () => {
    fc.assert(
      fc.property(fc.oneof(reference, fc.string()), (uri) => {
        const letters = toLetters(uri);
        const { length } = uri;
        expect(seekPlainEnd(letters, 0) === length).toBe(isPlainReference(uri, 0, length));
        if (isPlainName(uri, 0, length)) expect(seekPlainNameEnd(letters, 0)).toBe(length);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("rewriting", () => {
  test("gives the same text each time, and changes nothing the second time", () => {
    fc.assert(
      fc.property(mediaText, context, (text, given) => {
        const playlist = parsePlaylist(text);
        if (playlist.kind === "failure") return;
        const once = rewritePlaylist(playlist, given);
        const twice = rewritePlaylist(playlist, given);
        if (once.kind === "refused" || twice.kind === "refused") {
          expect(twice).toEqual(once);
          return;
        }
        expect([twice.text, twice.counts]).toEqual([once.text, once.counts]);
        const read = parsePlaylist(once.text);
        if (read.kind === "failure") throw new Error(`${read.reason} after rewriting`);
        const again = rewritePlaylist(read, toEdge(given));
        expect(again.kind === "rewritten" ? again.text : again.detail).toBe(once.text);
      }),
      { numRuns: 3000 },
    );
  });

  test("agrees with resolving each URI by itself, also for siblings", () => {
    const uris = fc.array(reference, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(uris, fc.constantFrom("\n", "\r\n"), context, (drawn, end, given) => {
        const map = makeUriMap(given);
        if (map === null) throw new Error("The context must be sound.");
        const wanted = drawn.map((uri) => (uri === "" ? null : toMappedUri(map, uri, "segment")));
        const isClear = (at: number) => wanted[at]?.kind === "asset" && !drawn[at]?.includes("{");
        const kept = drawn.filter((uri, at) => isClear(at) && !uri.startsWith("#"));
        const body = kept.map((uri) => `#EXTINF:6,${end}${uri}${end}`).join("");
        const playlist = parsePlaylist(`#EXTM3U${end}#EXT-X-TARGETDURATION:6${end}${body}`);
        if (playlist.kind === "failure") throw new Error(playlist.detail);
        const result = rewritePlaylist(playlist, given);
        if (result.kind === "refused") throw new Error(result.detail);
        const written = result.text.split(/\r?\n/).filter((line) => line !== "" && line[0] !== "#");
        const printed = kept.map((uri) => {
          const mapped = toMappedUri(map, uri.trim(), "segment");
          return mapped.kind === "asset" ? mapped.text : mapped.kind;
        });
        expect(written).toEqual(printed);
        expect(result.counts.rewritten).toBe(kept.length);
      }),
      { numRuns: 3000 },
    );
  });
});
