// The packager and the VOD upload against real S3 chunk storage; the test owns the clock.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ChunkStorage,
  type ChunkStore,
  makeChunkStore,
} from "../../infra/local/demo/chunk-store.ts";
import { tryAgain, UPLOAD_RULES } from "../../infra/local/demo/chunk-upload.ts";
import { ALIGNED_SCHEME, UNALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import { loadMediaLibrary, type MediaLibrary } from "../../infra/local/demo/media-library.ts";
import { makePackager } from "../../infra/local/demo/packager.ts";
import type { LiveScheme } from "../../infra/local/demo/playlist-text.ts";
import { toSegmentPlace } from "../../infra/local/demo/segment-clock.ts";
import { toAvailableCount } from "../../infra/local/demo/segment-retention.ts";
import { makeSegmentShelf } from "../../infra/local/demo/segment-shelf.ts";
import { makeVodTree } from "../../infra/local/demo/vod-tree.ts";
import { publishVod } from "../../infra/local/demo/vod-upload.ts";
import { listKeys, readObject, startChunkStorage, type TestStorage } from "./chunk-storage.ts";

let library: MediaLibrary;
let chunks: TestStorage;
let storage: ChunkStorage;
beforeAll(async () => {
  library = await loadMediaLibrary();
  chunks = await startChunkStorage();
  storage = chunks.storage;
});
afterAll(async () => {
  await chunks.dispose();
});

const running = new AbortController().signal;
const FIRST_MSN = 13_967_480;
const MSN_COUNT = toAvailableCount(ALIGNED_SCHEME.clock);

interface Rig {
  readonly prefix: string;
  readonly scheme?: LiveScheme;
  readonly store?: ChunkStore;
}

/** A packager whose clock stands where the test puts it. */
function makeRig({ prefix, scheme = ALIGNED_SCHEME, store }: Rig) {
  const time = { nowMs: 0 };
  const lines: string[] = [];
  const packager = makePackager({
    library,
    scheme,
    shelf: makeSegmentShelf(scheme.clock),
    store: store ?? makeChunkStore(storage, running),
    prefix,
    stopped: running,
    now: () => time.nowMs,
    log: (line) => lines.push(line),
  });
  const advanceTo = (lastMsn: number) => {
    time.nowMs = toSegmentPlace(scheme.clock, lastMsn).publishAtMs;
    return packager.advance();
  };
  return { packager, advanceTo, lines };
}

describe("a packager", () => {
  test("publishes a window with its init sections, then a segment at a time", async () => {
    const { packager, advanceTo } = makeRig({ prefix: "a/" });
    expect(packager.shown()).toBeUndefined();
    expect(await advanceTo(FIRST_MSN)).toEqual({ kind: "ok", value: undefined });
    expect(packager.shown()).toEqual({ firstMsn: FIRST_MSN - 9, lastMsn: FIRST_MSN });
    const names = ["init.mp4", ...Array.from({ length: 10 }, (_, i) => `${FIRST_MSN - 9 + i}.m4s`)];
    const want = ["v360", "v240", "v144", "audio"].flatMap((r) => names.map((n) => `a/${r}/${n}`));
    expect(await listKeys(storage, "a/")).toEqual(want.sort());

    await advanceTo(FIRST_MSN + 1);
    expect(packager.shown()).toEqual({ firstMsn: FIRST_MSN - 8, lastMsn: FIRST_MSN + 1 });
    expect(await listKeys(storage, "a/")).toHaveLength(want.length + 4);
  });

  test("what is in storage is the moved segment, with its MD5 and media type", async () => {
    const [rendition] = library.ladder;
    if (rendition === undefined) throw new Error("no ladder");
    const made = makeSegmentShelf(ALIGNED_SCHEME.clock).get(rendition, FIRST_MSN);
    const found = await readObject(storage, `a/v360/${FIRST_MSN}.m4s`);
    expect(found?.bytes.equals(made.bytes)).toBe(true);
    expect(found?.headers.get("etag")).toBe(`"${made.md5}"`);
    expect(found?.headers.get("content-type")).toBe("video/mp4");
    const audio = await readObject(storage, `a/audio/${FIRST_MSN}.m4s`);
    expect(audio?.headers.get("content-type")).toBe("audio/mp4");
  });

  test("a second packager with the same clock writes the same bytes", async () => {
    const before = await readObject(storage, `a/v144/${FIRST_MSN}.m4s`);
    await makeRig({ prefix: "a/" }).advanceTo(FIRST_MSN);
    const after = await readObject(storage, `a/v144/${FIRST_MSN}.m4s`);
    expect(after?.bytes.equals(before?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  test("after a long sleep it starts again with a whole window", async () => {
    const { packager, advanceTo } = makeRig({ prefix: "b/" });
    await advanceTo(FIRST_MSN);
    await advanceTo(FIRST_MSN + 500);
    expect(packager.shown()).toEqual({ firstMsn: FIRST_MSN + 491, lastMsn: FIRST_MSN + 500 });
    const keys = await listKeys(storage, "b/v360/");
    expect(keys).toContain(`b/v360/${FIRST_MSN + 491}.m4s`);
    expect(keys).not.toContain(`b/v360/${FIRST_MSN}.m4s`);
  });

  test("a clock that steps back changes nothing", async () => {
    const { packager, advanceTo } = makeRig({ prefix: "b/" });
    await advanceTo(FIRST_MSN + 3);
    const shown = packager.shown();
    await advanceTo(FIRST_MSN);
    expect(packager.shown()).toEqual(shown);
  });

  test("objects leave storage when their availability is over, also an earlier run's", async () => {
    await makeRig({ prefix: "c/" }).advanceTo(FIRST_MSN);
    const { advanceTo } = makeRig({ prefix: "c/" });
    const oldest = FIRST_MSN - 9;
    await advanceTo(oldest + MSN_COUNT - 1);
    expect(await listKeys(storage, "c/audio/")).toContain(`c/audio/${oldest}.m4s`);
    // They leave fifteen at a time: until then nothing, and then none too many.
    await advanceTo(oldest + MSN_COUNT + 13);
    expect(await listKeys(storage, "c/audio/")).toContain(`c/audio/${oldest}.m4s`);
    await advanceTo(oldest + MSN_COUNT + 14);
    const keys = await listKeys(storage, "c/");
    expect(keys.filter((key) => key.endsWith(`/${oldest}.m4s`))).toEqual([]);
    expect(keys.filter((key) => key.endsWith(`/${oldest + 14}.m4s`))).toEqual([]);
    const newest = oldest + MSN_COUNT + 14;
    expect(keys.filter((key) => key.endsWith(`/${newest}.m4s`))).toHaveLength(4);
    expect(keys.filter((key) => key.endsWith("/init.mp4"))).toHaveLength(4);
  });

  test("unaligned: other names and numbers under the same folders", async () => {
    const msn = FIRST_MSN + 517_000;
    await makeRig({ prefix: "u/", scheme: UNALIGNED_SCHEME }).advanceTo(msn);
    const keys = await listKeys(storage, "u/v240/");
    expect(keys).toContain(`u/v240/w/seg_${msn}.m4s`);
    expect(keys).toContain("u/v240/w/init.mp4");
    expect(keys).toHaveLength(11);
  });
});

describe("when storage fails", () => {
  test("a segment is shown only when all its renditions are in storage", async () => {
    const real = makeChunkStore(storage, running);
    let broken = false;
    const put: ChunkStore["put"] = async (key, object) =>
      broken && key.includes("/v144/")
        ? { kind: "failed", why: "500 InternalError", again: false }
        : real.put(key, object);
    const { packager, advanceTo } = makeRig({ prefix: "f/", store: { ...real, put } });
    await advanceTo(FIRST_MSN);
    broken = true;
    expect(await advanceTo(FIRST_MSN + 1)).toMatchObject({ kind: "failed" });
    expect(packager.shown()?.lastMsn).toBe(FIRST_MSN);
    broken = false;
    await advanceTo(FIRST_MSN + 3);
    expect(packager.shown()).toEqual({ firstMsn: FIRST_MSN - 6, lastMsn: FIRST_MSN + 3 });
    expect(await listKeys(storage, "f/v144/")).toContain(`f/v144/${FIRST_MSN + 1}.m4s`);
  });

  const broken = [
    { name: "a wrong secret", change: { secretAccessKey: "wrong" }, want: /403/, again: false },
    { name: "an unknown key", change: { accessKeyId: "NOBODY" }, want: /40\d/, again: false },
    {
      name: "nobody listens",
      change: { endpoint: "http://127.0.0.1:1" },
      want: /fetch failed|ECONNREFUSED|bad port/,
      again: true,
    },
  ];
  test.each(broken)("$name is a value that says why", async ({ change, want, again }) => {
    const store = makeChunkStore({ ...storage, ...change }, running);
    const result = await store.head("a/v360/init.mp4");
    expect(result.kind).toBe("failed");
    if (result.kind === "ok") return;
    expect(result.why).toMatch(want);
    expect(result.again).toBe(again);
  });

  test("a refused key ends the start with a clear message", async () => {
    const store = makeChunkStore({ ...storage, secretAccessKey: "wrong" }, running);
    const stopping = new AbortController();
    const shelf = makeSegmentShelf(ALIGNED_SCHEME.clock);
    const stopped = stopping.signal;
    const scheme = ALIGNED_SCHEME;
    const packager = makePackager({ library, scheme, shelf, store, prefix: "x/", stopped });
    await expect(packager.start()).rejects.toThrow(/cannot write to S3 chunk storage: .*403/);
    await packager.finished();
  });

  test("a damaged body is refused by its Content-MD5", async () => {
    const md5 = createHash("md5").update("something else").digest("hex");
    const bytes = new TextEncoder().encode("damaged on the way");
    const object = { bytes, md5, contentType: "video/mp4", cacheControl: "no-store" };
    const result = await makeChunkStore(storage, running).put("x/damaged", object);
    expect(result).toMatchObject({ kind: "failed", again: false });
    expect(await readObject(storage, "x/damaged")).toBeUndefined();
  });

  test.each([
    { name: "a passing failure", again: true, failures: 2, want: "ok", tries: 3 },
    { name: "one that stays", again: true, failures: 9, want: "failed", tries: 3 },
    { name: "one that no second try helps", again: false, failures: 9, want: "failed", tries: 1 },
  ])("tries: $name", async ({ again, failures, want, tries }) => {
    let count = 0;
    const result = await tryAgain({ ...UPLOAD_RULES, pauseMs: 0 }, running, async () => {
      count += 1;
      return count <= failures
        ? { kind: "failed", why: "no", again }
        : { kind: "ok", value: "done" };
    });
    expect([result.kind, count]).toEqual([want, tries]);
  });
});

describe("the VOD set", () => {
  test("is uploaded once; a second time everything is already there", async () => {
    const tree = makeVodTree(library);
    const store = makeChunkStore(storage, running);
    const first = await publishVod(store, "vod/", tree, running);
    expect(first).toEqual({ kind: "ok", value: { uploadedCount: tree.size, skippedCount: 0 } });
    expect(await listKeys(storage, "vod/")).toEqual([...tree.keys()].map((k) => `vod/${k}`).sort());
    const second = await publishVod(store, "vod/", tree, running);
    expect(second).toEqual({ kind: "ok", value: { uploadedCount: 0, skippedCount: tree.size } });
  });

  test("an object of the same size and other bytes is replaced", async () => {
    const tree = makeVodTree(library);
    const file = tree.get("ts/3.ts");
    if (file === undefined) throw new Error("no ts/3.ts");
    const store = makeChunkStore(storage, running);
    const bytes = new Uint8Array(file.bytes.byteLength);
    const md5 = createHash("md5").update(bytes).digest("hex");
    await store.put("vod/ts/3.ts", { ...file, bytes, md5, cacheControl: "no-store" });
    const result = await publishVod(store, "vod/", tree, running);
    expect(result).toMatchObject({ kind: "ok", value: { uploadedCount: 1 } });
    const found = await readObject(storage, "vod/ts/3.ts");
    expect(found?.bytes.equals(file.bytes)).toBe(true);
    expect(found?.headers.get("content-type")).toBe("video/mp2t");
  });
});
