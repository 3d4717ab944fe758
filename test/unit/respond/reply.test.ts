// One viewer's reply as a whole: status, body choice and headers (design section 2; spec section
// 9).
import { describe, expect, it } from "vitest";
import { toProblem } from "../../../workers/core/http/problem.ts";
import { VIEWER_HEADERS_NONE, type ViewerHeaders } from "../../../workers/core/http/request.ts";
import { type CachePhase, toProblemStatus } from "../../../workers/core/respond/phase.ts";
import {
  planPreflight,
  planProblemReply,
  planReply,
  type Reply,
  type ReplyBody,
} from "../../../workers/core/respond/reply.ts";
import type { ReplyTiming } from "../../../workers/core/respond/timing.ts";
import { type StoredVersion, toEtag } from "../../../workers/core/respond/version.ts";
import { planVersionHeaders } from "../../../workers/core/respond/version-headers.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
const TIMING: ReplyTiming = { edgeMs: 3.4, originMs: null, viewerRttMs: null };
const HIT: CachePhase = { kind: "hit", tier: "l0" };

const PLAYLIST: StoredVersion = {
  assetKind: "playlist",
  contentType: "application/vnd.apple.mpegurl",
  etagBase: "p1",
  lengthBytes: 900,
  gzipLengthBytes: 300,
  lastModifiedMs: NOW_MS - 2000,
  confirmedAtMs: NOW_MS - 1000,
  freshUntilMs: NOW_MS + 2000,
  swrMs: 6000,
  sieMs: 15_000,
  storable: true,
  immutable: false,
  originId: "east",
  cmsdStatic: null,
  upstreamCacheStatus: null,
};
const SEGMENT: StoredVersion = {
  ...PLAYLIST,
  assetKind: "segment",
  contentType: "video/iso.segment",
  etagBase: "s1",
  lengthBytes: 1000,
  gzipLengthBytes: null,
  freshUntilMs: NOW_MS + 31_536_000_000,
  immutable: true,
};

interface Given {
  readonly version?: Partial<StoredVersion>;
  readonly playlist?: boolean;
  readonly method?: string;
  readonly headers?: Partial<ViewerHeaders>;
  readonly phase?: CachePhase;
  readonly timing?: ReplyTiming;
}

function plan(given: Given): Reply {
  const version = { ...(given.playlist === true ? PLAYLIST : SEGMENT), ...given.version };
  return planReply({
    version,
    prebuilt: planVersionHeaders(version),
    request: {
      method: given.method ?? "GET",
      path: "/demo/x",
      headers: { ...VIEWER_HEADERS_NONE, ...given.headers },
    },
    phase: given.phase ?? HIT,
    timing: given.timing ?? TIMING,
    nowMs: NOW_MS,
  });
}

const value = (reply: Reply, name: string): string | undefined =>
  reply.headers.find(([key]) => key === name)?.[1];

describe("status and body", () => {
  const gzip = { acceptEncoding: "gzip" };
  const rows: { name: string; given: Given; status: number; body: ReplyBody; length?: string }[] = [
    { name: "segment", given: {}, status: 200, body: { kind: "identity" }, length: "1000" },
    {
      name: "HEAD",
      given: { method: "HEAD" },
      status: 200,
      body: { kind: "none" },
      length: "1000",
    },
    {
      name: "playlist, gzip",
      given: { playlist: true, headers: gzip },
      status: 200,
      body: { kind: "gzip" },
      length: "300",
    },
    {
      name: "playlist, HEAD, gzip",
      given: { playlist: true, method: "HEAD", headers: gzip },
      status: 200,
      body: { kind: "none" },
      length: "300",
    },
    {
      name: "playlist, identity",
      given: { playlist: true },
      status: 200,
      body: { kind: "identity" },
      length: "900",
    },
    {
      name: "playlist without a gzip form",
      given: { playlist: true, headers: gzip, version: { gzipLengthBytes: null } },
      status: 200,
      body: { kind: "identity" },
      length: "900",
    },
    {
      name: "range",
      given: { headers: { range: "bytes=10-19" } },
      status: 206,
      body: { kind: "slice", start: 10, end: 19 },
      length: "10",
    },
    {
      name: "RFC 8673 range",
      given: { headers: { range: "bytes=990-9007199254740991" } },
      status: 206,
      body: { kind: "slice", start: 990, end: 999 },
      length: "10",
    },
    {
      name: "range with the right If-Range",
      given: { headers: { range: "bytes=0-0", ifRange: '"s1"' } },
      status: 206,
      body: { kind: "slice", start: 0, end: 0 },
      length: "1",
    },
    {
      name: "range with another If-Range",
      given: { headers: { range: "bytes=0-0", ifRange: '"s2"' } },
      status: 200,
      body: { kind: "identity" },
      length: "1000",
    },
    {
      name: "HEAD ignores Range",
      given: { method: "HEAD", headers: { range: "bytes=5000-" } },
      status: 200,
      body: { kind: "none" },
      length: "1000",
    },
    {
      name: "a playlist is never cut",
      given: { playlist: true, headers: { range: "bytes=0-9" } },
      status: 200,
      body: { kind: "identity" },
      length: "900",
    },
    {
      name: "length not known yet",
      given: { version: { lengthBytes: null }, headers: { range: "bytes=0-9" } },
      status: 200,
      body: { kind: "identity" },
    },
    {
      name: "not modified",
      given: { headers: { ifNoneMatch: '"s1"', range: "bytes=0-9" } },
      status: 304,
      body: { kind: "none" },
    },
    {
      name: "modified",
      given: { headers: { ifNoneMatch: '"s0"' } },
      status: 200,
      body: { kind: "identity" },
      length: "1000",
    },
    {
      name: "subtitles are packed like playlists",
      given: { version: { contentType: "text/vtt", gzipLengthBytes: 77 }, headers: gzip },
      status: 200,
      body: { kind: "gzip" },
      length: "77",
    },
  ];
  for (const { name, given, status, body, length } of rows) {
    it(name, () => {
      const reply = plan(given);
      expect(reply.status).toBe(status);
      expect(reply.body).toEqual(body);
      expect(value(reply, "Content-Length")).toBe(length);
    });
  }

  it("HEAD has exactly the headers of GET", () => {
    for (const playlist of [true, false]) {
      expect(plan({ playlist, method: "HEAD" }).headers).toEqual(plan({ playlist }).headers);
    }
  });
});

describe("headers", () => {
  it("a gzipped playlist from memory, complete", () => {
    expect(plan({ playlist: true, headers: { acceptEncoding: "gzip, br" } }).headers).toEqual([
      ["Content-Type", "application/vnd.apple.mpegurl"],
      ["Content-Encoding", "gzip"],
      ["ETag", '"p1-gz"'],
      ["Last-Modified", "Fri, 20 Nov 2026 11:59:58 GMT"],
      ["Vary", "Accept-Encoding"],
      ["Priority", "u=1"],
      ["Access-Control-Allow-Origin", "*"],
      [
        "Access-Control-Expose-Headers",
        "Age, Date, ETag, Cache-Status, Server-Timing, CMSD-Static, CMSD-Dynamic, Retry-After, " +
          "Content-Range, Content-Length",
      ],
      ["Timing-Allow-Origin", "*"],
      ["Cross-Origin-Resource-Policy", "cross-origin"],
      ["X-Content-Type-Options", "nosniff"],
      ["Content-Length", "300"],
      ["Date", "Fri, 20 Nov 2026 12:00:00 GMT"],
      ["Age", "1"],
      ["Cache-Control", "public, max-age=3, stale-while-revalidate=6, stale-if-error=15"],
      ["Cache-Status", "weir; hit; ttl=2; detail=l0"],
      ["Server-Timing", 'edge;dur=3, origin;desc="east", cache;desc="hit-l0"'],
      ["CMSD-Dynamic", '"weir";rd=3'],
    ]);
  });

  it("no plan names a header twice", () => {
    const plans = [
      plan({}),
      plan({ playlist: true }),
      plan({ headers: { range: "bytes=0-1" } }),
      plan({ headers: { range: "bytes=1000-" } }),
      plan({ headers: { ifNoneMatch: "*" } }),
      planPreflight({ headers: VIEWER_HEADERS_NONE }, NOW_MS),
    ];
    for (const { headers } of plans) {
      const names = headers.map(([name]) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain("cache-control");
      expect(names).toContain("date");
    }
  });

  it("a 304 carries the tag of the chosen coding and what a cache must renew (H8)", () => {
    const reply = plan({
      playlist: true,
      headers: { ifNoneMatch: 'W/"p1"', acceptEncoding: "gzip" },
    });
    expect(reply.status).toBe(304);
    expect(value(reply, "ETag")).toBe('"p1-gz"');
    expect(value(reply, "Vary")).toBe("Accept-Encoding");
    expect(value(reply, "Age")).toBe("1");
    expect(value(reply, "Cache-Control")).toContain("max-age=3");
    expect(value(reply, "Content-Type")).toBeUndefined();
    expect(value(reply, "Access-Control-Allow-Origin")).toBe("*");
  });

  it("a 206 says which bytes, a 416 says how many there are", () => {
    expect(value(plan({ headers: { range: "bytes=-1" } }), "Content-Range")).toBe(
      "bytes 999-999/1000",
    );
    const refused = plan({ headers: { range: "bytes=1000-" } });
    expect(refused.status).toBe(416);
    expect(value(refused, "Content-Range")).toBe("bytes */1000");
    expect(value(refused, "Cache-Control")).toBe("no-store");
    expect(refused.body.kind).toBe("text");
  });

  const rows: { name: string; given: Given; header: string; want: string | undefined }[] = [
    { name: "segment urgency", given: {}, header: "Priority", want: "u=3" },
    {
      name: "init urgency",
      given: { version: { assetKind: "init-or-segment" } },
      header: "Priority",
      want: "u=2",
    },
    { name: "segments do not vary", given: {}, header: "Vary", want: undefined },
    {
      name: "identity playlists vary too",
      given: { playlist: true },
      header: "Vary",
      want: "Accept-Encoding",
    },
    { name: "segments can be cut", given: {}, header: "Accept-Ranges", want: "bytes" },
    {
      name: "playlists cannot",
      given: { playlist: true },
      header: "Accept-Ranges",
      want: undefined,
    },
    {
      name: "no tag known",
      given: { version: { etagBase: null } },
      header: "ETag",
      want: undefined,
    },
    {
      name: "the origin's CMSD data passes",
      given: { version: { cmsdStatic: 'n="pkg",ot=v' } },
      header: "CMSD-Static",
      want: 'n="pkg",ot=v',
    },
    {
      name: "unless it could break the header",
      given: { version: { cmsdStatic: "n=1\r\nSet-Cookie: a" } },
      header: "CMSD-Static",
      want: undefined,
    },
    {
      name: "fill",
      given: {
        phase: {
          kind: "fill",
          reason: "uri-miss",
          originStatus: 200,
          stored: true,
          collapsed: false,
        },
        timing: { edgeMs: 60, originMs: 41.6, viewerRttMs: 12 },
      },
      header: "Server-Timing",
      want: 'edge;dur=60, origin;desc="east";dur=42, cache;desc="uri-miss"',
    },
    {
      name: "collapsed fill",
      given: {
        phase: {
          kind: "fill",
          reason: "stale",
          originStatus: 304,
          stored: true,
          collapsed: true,
        },
        playlist: true,
      },
      header: "Cache-Status",
      want: "weir; fwd=stale; fwd-status=304; ttl=2; stored; collapsed",
    },
    {
      name: "stale while revalidating",
      given: { playlist: true, version: { freshUntilMs: NOW_MS - 1500 } },
      header: "Cache-Status",
      want: "weir; hit; ttl=-2; detail=l0",
    },
    {
      name: "stale while revalidating, in timing",
      given: { playlist: true, version: { freshUntilMs: NOW_MS - 1500 } },
      header: "Server-Timing",
      want: 'edge;dur=3, origin;desc="east", cache;desc="stale-l0"',
    },
    {
      name: "stale because the origin failed",
      given: {
        playlist: true,
        version: { freshUntilMs: NOW_MS - 1500, upstreamCacheStatus: "cdn; fwd=miss" },
        phase: {
          kind: "stale-if-error",
          tier: "l1",
          originStatus: 503,
          detail: "origin-error",
        },
      },
      header: "Cache-Status",
      want: "cdn; fwd=miss, weir; fwd=stale; fwd-status=503; ttl=-2; detail=origin-error",
    },
    {
      name: "the viewer's round trip",
      given: { timing: { edgeMs: 5, originMs: null, viewerRttMs: 31.7 } },
      header: "CMSD-Dynamic",
      want: '"weir";rd=5;rtt=32',
    },
    {
      name: "never s-maxage",
      given: { version: { storable: false } },
      header: "Cache-Control",
      want: "no-store",
    },
  ];
  for (const { name, given, header, want } of rows) {
    it(name, () => expect(value(plan(given), header)).toBe(want));
  }
});

describe("other replies", () => {
  it("a preflight is a 204 without a body", () => {
    const headers = { ...VIEWER_HEADERS_NONE, accessControlRequestHeaders: "X-Own" };
    const reply = planPreflight({ headers }, NOW_MS);
    expect(reply.status).toBe(204);
    expect(reply.body).toEqual({ kind: "none" });
    expect(value(reply, "Allow")).toBe("GET, HEAD, OPTIONS");
    expect(value(reply, "Access-Control-Allow-Headers")).toContain("x-own");
  });

  it("a problem keeps its text from HEAD but not its headers", () => {
    const problem = toProblem("origin-timeout", "east took 2 s", "/demo/x.ts");
    const status = toProblemStatus("forwarded", problem.reason);
    const got = planProblemReply(problem, "GET", TIMING, "east", NOW_MS, status);
    const head = planProblemReply(problem, "HEAD", TIMING, "east", NOW_MS, status);
    expect(got.status).toBe(504);
    expect(got.body).toEqual({ kind: "text", text: problem.body });
    expect(head.body).toEqual({ kind: "none" });
    expect(head.headers).toEqual(got.headers);
    expect(value(got, "Server-Timing")).toBe('edge;dur=3, origin;desc="east"');
    expect(value(got, "Date")).toBe("Fri, 20 Nov 2026 12:00:00 GMT");
    expect(value(got, "Cache-Status")).toBe("weir; fwd=miss; detail=origin-timeout");
  });
});

describe("toEtag", () => {
  const rows: { base: string | null; coding: "gzip" | "identity"; want: string | null }[] = [
    { base: "abc", coding: "identity", want: '"abc"' },
    { base: "abc", coding: "gzip", want: '"abc-gz"' },
    { base: null, coding: "gzip", want: null },
    { base: 'a"b\r\nc d', coding: "identity", want: '"a_b__c_d"' },
  ];
  for (const { base, coding, want } of rows) {
    it(`${JSON.stringify(base)} as ${coding}`, () =>
      expect(toEtag({ etagBase: base }, coding)).toBe(want));
  }
});

describe("a weak tag", () => {
  const weak = { etagBase: "s1", etagIsWeak: true };
  it("is sent with its mark", () => {
    expect(value(plan({ version: weak }), "ETag")).toBe('W/"s1"');
  });
  it("matches either spelling in If-None-Match", () => {
    for (const ifNoneMatch of ['"s1"', 'W/"s1"']) {
      const reply = plan({ version: weak, headers: { ifNoneMatch } });
      expect([reply.status, value(reply, "ETag")]).toEqual([304, 'W/"s1"']);
    }
  });
  it("stitches no ranges together", () => {
    const headers = { range: "bytes=0-9", ifRange: 'W/"s1"' };
    expect(plan({ version: weak, headers }).status).toBe(200);
  });
});

describe("If-Modified-Since without Last-Modified", () => {
  const ifModifiedSince = "Fri, 20 Nov 2026 12:00:00 GMT";
  const version = { lastModifiedMs: null };
  it("is compared with the arrival of a file", () => {
    expect(plan({ version, headers: { ifModifiedSince } }).status).toBe(304);
  });
  it("says nothing about a playlist", () => {
    expect(plan({ playlist: true, version, headers: { ifModifiedSince } }).status).toBe(200);
  });
});
