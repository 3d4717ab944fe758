// Whom to ask, in which order, under which URL, and how long to wait.

import { describe, expect, test } from "vitest";
import type { Origin, S3Origin } from "../../../workers/core/config/catalog.ts";
import { BREAKER_MS, planAttempts, toFailureKey } from "../../../workers/core/origin/attempts.ts";
import { type Given, HTTP_ORIGINS, resolveAsset, toSituation } from "./situation.ts";

const NOW_MS = 1_800_000_000_000;
const CHUNKS: S3Origin = {
  kind: "s3",
  id: "chunks",
  endpoint: "https://s3.example/api",
  bucket: "media",
  region: "auto",
  prefix: "live",
  addressing: "path",
  credentials: "CHUNKS",
};
const WITH_STORE: Given = {
  origins: [...HTTP_ORIGINS, CHUNKS],
  members: ["east", "west"].map((id) => ({
    id,
    prefix: `/${id}`,
    segments: { id: "chunks", prefix: `/${id}` },
  })),
};

function plan(
  target: string,
  given: Given = {},
  failedAgoMs: Readonly<Record<string, number>> = {},
) {
  const { choice, index } = toSituation(given);
  const failures = new Map(
    Object.entries(failedAgoMs).map(([id, agoMs]) => [toFailureKey("demo", id), NOW_MS - agoMs]),
  );
  return planAttempts(resolveAsset(target, given), choice, index, failures, NOW_MS);
}
const urls = (...args: Parameters<typeof plan>) => plan(...args).map(({ url }) => url);
const waits = (...args: Parameters<typeof plan>) =>
  plan(...args).map(({ origin, headerTimeoutMs }) => [origin.id, headerTimeoutMs]);

describe("order", () => {
  const east = "https://east.example/live/a.m3u8";
  const west = "https://west.example/live/a.m3u8";
  interface Row {
    readonly name: string;
    readonly given?: Given;
    readonly failedAgoMs?: Readonly<Record<string, number>>;
    readonly want: readonly string[];
  }
  const turned: Given = { timelines: [{ n: 0, origins: ["west", "east"] }] };
  const rows: Row[] = [
    { name: "control's order, not the catalog's", given: turned, want: [west, east] },
    {
      name: "nobody of another timeline",
      given: {
        timelines: [
          { n: 0, origins: ["west"] },
          { n: 1, origins: ["east"] },
        ],
      },
      want: [west],
    },
    {
      name: "an origin that failed here just now goes last",
      failedAgoMs: { east: 0 },
      want: [west, east],
    },
    { name: "until its time is over", failedAgoMs: { east: BREAKER_MS - 1 }, want: [west, east] },
    { name: "and then not", failedAgoMs: { east: BREAKER_MS }, want: [east, west] },
    {
      name: "all failed: control's order",
      failedAgoMs: { east: 0, west: 1000 },
      want: [east, west],
    },
    {
      name: "an origin that left the channel is not asked",
      given: { timelines: [{ n: 0, origins: ["gone", "east"] }] },
      want: [east],
    },
    { name: "an empty timeline", given: { timelines: [] }, want: [] },
  ];
  test.each(rows)("$name", ({ given = {}, failedAgoMs = {}, want }) => {
    expect(urls("/demo/a.m3u8", given, failedAgoMs)).toEqual(want);
  });
});

test("a failure in another channel says nothing", () => {
  const { choice, index } = toSituation({});
  const failures = new Map([[toFailureKey("other", "east"), NOW_MS]]);
  const attempts = planAttempts(resolveAsset("/demo/a.ts"), choice, index, failures, NOW_MS);
  expect(attempts.map(({ origin }) => origin.id)).toEqual(["east", "west"]);
});

describe("chunk storage", () => {
  test("media: all storages first, then the packagers", () => {
    expect(urls("/demo/v/1.m4s", WITH_STORE)).toEqual([
      "https://s3.example/api/media/live/east/v/1.m4s",
      "https://s3.example/api/media/live/west/v/1.m4s",
      "https://east.example/live/east/v/1.m4s",
      "https://west.example/live/west/v/1.m4s",
    ]);
  });
  test("playlists: never from the storage", () => {
    expect(urls("/demo/a.m3u8", WITH_STORE)).toEqual([
      "https://east.example/live/east/a.m3u8",
      "https://west.example/live/west/a.m3u8",
    ]);
  });
  test("two packagers with one place there: it is asked once", () => {
    const members = ["east", "west"].map((id) => ({
      id,
      prefix: "",
      segments: { id: "chunks", prefix: "" },
    }));
    expect(urls("/demo/1.m4s", { ...WITH_STORE, members })).toEqual([
      "https://s3.example/api/media/live/1.m4s",
      "https://east.example/live/1.m4s",
      "https://west.example/live/1.m4s",
    ]);
  });
  test("a failing storage goes behind the packagers", () => {
    const ids = plan("/demo/1.m4s", WITH_STORE, { chunks: 5 }).map(({ origin }) => origin.id);
    expect(ids).toEqual(["east", "west", "chunks", "chunks"]);
  });
  test("a storage that is not declared is passed over", () => {
    expect(urls("/demo/1.m4s", { ...WITH_STORE, origins: HTTP_ORIGINS })).toHaveLength(2);
  });
});

describe("URLs", () => {
  const virtual: S3Origin = { ...CHUNKS, endpoint: "https://s3.example", addressing: "virtual" };
  const only = (origin: Origin, prefix = ""): Given => ({
    mode: "vod",
    origins: [origin],
    members: [{ id: origin.id, prefix, segments: null }],
    policy: { beyondPrefix: true, query: ["lang"] },
    hosts: [{ alias: "cdn", url: "https://cdn.example/v/" }],
  });
  const [east] = HTTP_ORIGINS;
  if (east === undefined) throw new Error("no origin");
  test.each([
    {
      name: "http with prefix",
      target: "/demo/v/a.ts",
      given: only(east, "/ch7"),
      want: ["https://east.example/live/ch7/v/a.ts"],
    },
    {
      name: "S3, path style",
      target: "/demo/v/a.ts",
      given: only(CHUNKS),
      want: ["https://s3.example/api/media/live/v/a.ts"],
    },
    {
      name: "S3, virtual host",
      target: "/demo/v/a.ts",
      given: only(virtual, "/ch7"),
      want: ["https://media.s3.example/live/ch7/v/a.ts"],
    },
    {
      name: "odd characters are encoded",
      target: "/demo/a%20b/(1)%3F%23%25.ts",
      given: only(east),
      want: ["https://east.example/live/a%20b/%281%29%3F%23%25.ts"],
    },
    {
      name: "what looks like an escape is no escape",
      target: "/demo/%252e%252e/a.ts",
      given: only(east),
      want: ["https://east.example/live/%252e%252e/a.ts"],
    },
    {
      name: "the query that is left",
      target: "/demo/a.ts?x=1&CMCD=b",
      given: only(east),
      want: ["https://east.example/live/a.ts?x=1"],
    },
    {
      name: "a playlist's allowed query",
      target: "/demo/a.m3u8?x=1&lang=de",
      given: only(east),
      want: ["https://east.example/live/a.m3u8?lang=de"],
    },
    {
      name: "another host: its own base, once, for any number of origins",
      target: "/demo/@cdn/a.ts",
      given: { ...only(east), origins: HTTP_ORIGINS },
      want: ["https://cdn.example/v/a.ts"],
    },
    {
      name: "@self begins at the host's root",
      target: "/demo/@self/x/a.ts",
      given: only(east, "/ch7"),
      want: ["https://east.example/x/a.ts"],
    },
    {
      name: "@self in the bucket",
      target: "/demo/@self/api/media/other/a.ts",
      given: only(CHUNKS),
      want: ["https://s3.example/api/media/other/a.ts"],
    },
    {
      name: "@self in a neighbour's bucket is not asked",
      target: "/demo/@self/api/private/a.ts",
      given: only(CHUNKS),
      want: [],
    },
    {
      name: "nor in one whose name only begins alike",
      target: "/demo/@self/api/media2/a.ts",
      given: only(CHUNKS),
      want: [],
    },
    {
      name: "@self of a virtual host is the bucket",
      target: "/demo/@self/other/a.ts",
      given: only(virtual),
      want: ["https://media.s3.example/other/a.ts"],
    },
    {
      name: "@self asks no chunk storage",
      target: "/demo/@self/x/a.ts",
      given: { ...WITH_STORE, policy: { beyondPrefix: true } },
      want: ["https://east.example/x/a.ts", "https://west.example/x/a.ts"],
    },
  ])("$name", ({ target, given, want }) => expect(urls(target, given)).toEqual(want));

  test("the place's URL is the base for the playlist's own URIs", () => {
    expect(plan("/demo/v/a.m3u8", only(CHUNKS, "/ch7"))[0]?.placeUrl).toBe(
      "https://s3.example/api/media/live/ch7/",
    );
  });
});

describe("waiting", () => {
  test("short while somebody else can be asked, long with the last", () => {
    expect(waits("/demo/a.m3u8")).toEqual([
      ["east", 1500],
      ["west", 4000],
    ]);
    expect(waits("/demo/a.ts")).toEqual([
      ["east", 2500],
      ["west", 10_000],
    ]);
    expect(waits("/demo/a.ts", { timelines: [{ n: 0, origins: ["west"] }] })).toEqual([
      ["west", 10_000],
    ]);
    expect(waits("/demo/a.ts", {}, { east: 0 })).toEqual([
      ["west", 2500],
      ["east", 10_000],
    ]);
  });
});
