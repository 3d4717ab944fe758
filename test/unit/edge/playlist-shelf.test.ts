// Which copy of a playlist may stand for an asset, in memory and from the cache that isolates
// share.
//
// The cache here is a Map. Gaps against the Cache API: it forgets nothing, not even when told how
// long to keep an entry; it never fails and answers in no time; one isolate reads at once what
// another wrote. Scenarios (v-vod) have the runtime's own.

import { describe, expect, test } from "vitest";
import type { CacheKey } from "../../../workers/core/cache/key.ts";
import type { ChannelPolicy, HttpOrigin, Origin } from "../../../workers/core/config/catalog.ts";
import { makeIsolate } from "../../../workers/edge/isolate.ts";
import { toRecipe } from "../../../workers/edge/playlist-recipe.ts";
import { findRemembered, forget, recall, remember } from "../../../workers/edge/playlist-shelf.ts";
import {
  type PlaylistMeta,
  type PlaylistRecord,
  toPlaylistVersion,
} from "../../../workers/edge/playlist-version.ts";
import type { Ports, Situation } from "../../../workers/edge/ports.ts";
import type { KeptPlaylist } from "../../../workers/platform/playlist-cache.ts";
import { HTTP_ORIGINS, resolveAsset, toSituation } from "../origin/situation.ts";

const KEY = "/demo/master.m3u8" as CacheKey;
const EAST = { ...HTTP_ORIGINS[0], id: "east" } as HttpOrigin;
const TEXT = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";

function situationOf(policy: Partial<ChannelPolicy> = {}): Situation {
  const given = { mode: "vod", policy } as const;
  const { choice, index } = toSituation(given);
  return { asset: resolveAsset("/demo/master.m3u8", given), choice, index };
}

/** One data centre; every call of `isolate` is another isolate in it. */
function makeCentre() {
  const kept = new Map<string, KeptPlaylist & { readonly keptSeconds: number }>();
  const works: Promise<unknown>[] = [];
  const isolate = () => {
    const ports = {
      isolate: makeIsolate(),
      waitUntil: (work: Promise<unknown>) => void works.push(work),
      playlistCache: {
        match: async (key: CacheKey) => kept.get(key) ?? null,
        put: async (key: CacheKey, facts: object, gzip: Blob, keptSeconds: number) => {
          const bytes = new Uint8Array(await gzip.arrayBuffer());
          kept.set(key, { facts: JSON.parse(JSON.stringify(facts)), gzip: bytes, keptSeconds });
        },
        remove: async (key: CacheKey) => void kept.delete(key),
      },
    };
    // Only these three are the shelf's business.
    return ports as unknown as Ports;
  };
  return { kept, isolate, settle: () => Promise.all(works) };
}

function toMeta(more: Partial<PlaylistMeta> = {}): PlaylistMeta {
  const nowMs = Date.now();
  return {
    lastModifiedMs: null,
    confirmedAtMs: nowMs,
    freshUntilMs: nowMs + 60_000,
    swrMs: 10_000,
    sieMs: 600_000,
    storable: true,
    immutable: false,
    originId: "east",
    cmsdStatic: "caf\u00e9",
    upstreamCacheStatus: null,
    ...more,
  };
}

function toRest(situation: Situation, more: Partial<PlaylistRecord> = {}) {
  const caching = {
    cloudflareCdnCacheControl: null,
    cdnCacheControl: null,
    cacheControl: "max-age=60",
    age: null,
    expires: null,
    date: null,
    vary: null,
  };
  const recipe = toRecipe(situation, "east") ?? "";
  const said = { originId: "east", etag: '"v1"', lastModified: null, caching, recipe };
  return { timeline: 0, said, media: null, ttlReason: "origin", ...more };
}

const RUNNING = {
  timeline: 0,
  mediaSequence: 1,
  discontinuitySequence: 0,
  lastMsn: 6,
  lastPart: null,
  targetDurationSeconds: 2,
  partTargetSeconds: null,
  lastSegmentDurationSeconds: 2,
  playlistType: null,
  ended: false,
  endedSinceMs: null,
  publication: { publishedAtMs: 0, lastSeenAtMs: 0 },
} as const;

describe("recall", () => {
  test("another isolate's version, whole: bytes, facts and headers", async () => {
    const centre = makeCentre();
    const situation = situationOf();
    const made = toPlaylistVersion(TEXT, toMeta(), toRest(situation));
    remember(KEY, made, centre.isolate());
    await centre.settle();
    expect(centre.kept.get(KEY)?.keptSeconds).toBe(660);
    const neighbour = centre.isolate();
    const taken = await recall(situation, KEY, neighbour);
    expect(await taken?.identity.text()).toBe(TEXT);
    const { identity, gzip, ...facts } = made;
    expect(taken).toMatchObject(facts);
    expect(new Uint8Array((await taken?.gzip.arrayBuffer()) ?? [])).toEqual(
      new Uint8Array(await gzip.arrayBuffer()),
    );
    expect(identity.size).toBe(taken?.identity.size);
    expect(findRemembered(situation, KEY, neighbour)).toBe(taken);
  });

  test("the gzipped bytes are those that were kept: nothing is compressed twice", async () => {
    const centre = makeCentre();
    const situation = situationOf();
    remember(KEY, toPlaylistVersion(TEXT, toMeta(), toRest(situation)), centre.isolate());
    await centre.settle();
    const kept = centre.kept.get(KEY);
    const gzip = toStoredGzip(new TextEncoder().encode(TEXT));
    if (kept !== undefined) centre.kept.set(KEY, { ...kept, gzip });
    const taken = await recall(situation, KEY, centre.isolate());
    expect(new Uint8Array((await taken?.gzip.arrayBuffer()) ?? [])).toEqual(gzip);
    expect(await taken?.identity.text()).toBe(TEXT);
  });

  const nowMs = Date.now();
  const rows: { name: string; spoil: (kept: KeptPlaylist) => KeptPlaylist }[] = [
    {
      name: "bytes that are damaged",
      spoil: ({ facts, gzip }) => ({
        facts,
        gzip: gzip.map((byte, at) => (at === 20 ? ~byte : byte)),
      }),
    },
    {
      name: "bytes that are missing",
      spoil: ({ facts, gzip }) => ({ facts, gzip: gzip.subarray(0, -9) }),
    },
    {
      name: "another body than its tag says",
      spoil: ({ facts }) => ({
        facts,
        gzip: toStoredGzip(new TextEncoder().encode(TEXT.replace("v.m3u8", "w.m3u8"))),
      }),
    },
    {
      name: "past every window",
      spoil: (kept) => withMeta(kept, { confirmedAtMs: 0, freshUntilMs: nowMs - 600_001 }),
    },
    {
      name: "another timeline's",
      spoil: ({ facts, gzip }) => ({ facts: { ...(facts as object), timeline: 3 }, gzip }),
    },
  ];
  test.each(rows)("never $name", async ({ spoil }) => {
    const centre = makeCentre();
    const situation = situationOf();
    remember(KEY, toPlaylistVersion(TEXT, toMeta(), toRest(situation)), centre.isolate());
    await centre.settle();
    const kept = centre.kept.get(KEY);
    if (kept !== undefined) centre.kept.set(KEY, { ...spoil(kept), keptSeconds: 1 });
    const neighbour = centre.isolate();
    expect(await recall(situation, KEY, neighbour)).toBeNull();
    expect(findRemembered(situation, KEY, neighbour)).toBeNull();
  });

  test("nothing is confirmed in the future", async () => {
    const centre = makeCentre();
    const situation = situationOf();
    const ahead = { confirmedAtMs: Date.now() + 5_000, freshUntilMs: Date.now() + 65_000 };
    remember(KEY, toPlaylistVersion(TEXT, toMeta(ahead), toRest(situation)), centre.isolate());
    await centre.settle();
    const taken = await recall(situation, KEY, centre.isolate());
    const { confirmedAtMs = 0, freshUntilMs = 0 } = taken?.meta ?? {};
    expect(confirmedAtMs).toBeLessThanOrEqual(Date.now());
    expect(freshUntilMs - confirmedAtMs).toBe(60_000);
  });

  test("not what is no newer than the own one", async () => {
    const centre = makeCentre();
    const situation = situationOf();
    const one = centre.isolate();
    remember(KEY, toPlaylistVersion(TEXT, toMeta(), toRest(situation)), one);
    await centre.settle();
    expect(await recall(situation, KEY, one)).toBeNull();
  });
});

describe("remember", () => {
  const rows: { name: string; meta?: Partial<PlaylistMeta>; rest?: Partial<PlaylistRecord> }[] = [
    { name: "a live one that goes on", rest: { media: RUNNING } },
    { name: "what its origin forbids to store", meta: { storable: false } },
    { name: "what is of no use in a second", meta: { freshUntilMs: 0, swrMs: 0, sieMs: 0 } },
  ];
  test.each(rows)("keeps $name to itself", async ({ meta, rest }) => {
    const centre = makeCentre();
    const situation = situationOf();
    const one = centre.isolate();
    remember(KEY, toPlaylistVersion(TEXT, toMeta(meta), toRest(situation, rest)), one);
    await centre.settle();
    expect(centre.kept.size).toBe(0);
    expect(findRemembered(situation, KEY, one)).not.toBeNull();
  });

  test("forget takes it from both", async () => {
    const centre = makeCentre();
    const situation = situationOf();
    const one = centre.isolate();
    remember(KEY, toPlaylistVersion(TEXT, toMeta(), toRest(situation)), one);
    await centre.settle();
    forget(KEY, one);
    await centre.settle();
    expect(findRemembered(situation, KEY, one)).toBeNull();
    expect(centre.kept.size).toBe(0);
  });
});

describe("a copy that was made by other rules is not shown", () => {
  const made = situationOf();
  const rows: { name: string; now: Situation; want: boolean }[] = [
    { name: "the same", now: situationOf(), want: true },
    { name: "beyond_prefix", now: situationOf({ beyondPrefix: true }), want: false },
    { name: "unknown_hosts", now: situationOf({ unknownHosts: "drop" }), want: false },
    {
      name: "ttl",
      now: situationOf({ ttl: { kind: "latency-adaptive", ignoreNoStore: false } }),
      want: false,
    },
    { name: "a query list", now: situationOf({ query: ["lang"] }), want: true },
    {
      name: "the origin's address",
      now: withOrigins([{ ...EAST, url: "https://new.example/" }]),
      want: false,
    },
    { name: "no such origin", now: withOrigins([{ ...EAST, id: "north" }]), want: false },
    { name: "another one beside it", now: withOrigins([EAST]), want: true },
  ];
  test.each(rows)("$name", ({ now, want }) => {
    const one = makeCentre().isolate();
    remember(KEY, toPlaylistVersion(TEXT, toMeta(), toRest(made)), one);
    expect(findRemembered(now, KEY, one) !== null).toBe(want);
  });
});

test("the same bytes read again are not compressed again", () => {
  const situation = situationOf();
  const former = toPlaylistVersion(TEXT, toMeta(), toRest(situation));
  const meta = toMeta({ lastModifiedMs: 1_000_000 });
  const again = toPlaylistVersion(TEXT, meta, toRest(situation), former);
  expect(again.gzip).toBe(former.gzip);
  expect(again.meta.lastModifiedMs).toBe(1_000_000);
  expect(again.prebuilt.identity).toContainEqual([
    "Last-Modified",
    "Thu, 01 Jan 1970 00:16:40 GMT",
  ]);
  const other = toPlaylistVersion(`${TEXT}#\n`, meta, toRest(situation), former);
  expect(other.gzip).not.toBe(former.gzip);
});

function withOrigins(origins: readonly Origin[]): Situation {
  const given = { mode: "vod", origins } as const;
  const { choice, index } = toSituation(given);
  return { asset: resolveAsset("/demo/master.m3u8", given), choice, index };
}

function withMeta(kept: KeptPlaylist, more: object): KeptPlaylist {
  const facts = kept.facts as PlaylistRecord;
  return { ...kept, facts: { ...facts, meta: { ...facts.meta, ...more } } };
}

/** Gzip without compression (RFC 1951 section 3.2.4, RFC 1952), as no compressor would choose. */
function toStoredGzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = bytes.byteLength;
  const head = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255];
  const block = [1, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255];
  const tail = [toCrc(bytes), size].flatMap((word) =>
    [0, 8, 16, 24].map((by) => (word >>> by) & 255),
  );
  return Uint8Array.from([...head, ...block, ...bytes, ...tail]);
}

function toCrc(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * 0xedb88320);
  }
  return ~crc;
}
