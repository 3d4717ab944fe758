// What an isolate remembers stays within its bounds: playlists by bytes, absences by count and
// time.

import { describe, expect, test } from "vitest";
import type { CacheKey } from "../../../workers/core/cache/key.ts";
import { makeAbsenceMemory, makePlaylistMemory } from "../../../workers/edge/isolate.ts";
import { type PlaylistVersion, toPlaylistVersion } from "../../../workers/edge/playlist-version.ts";

const key = (name: string) => name as CacheKey;

/** A version that counts as so many bytes. */
function version(bytes: number): PlaylistVersion {
  const meta = {
    lastModifiedMs: null,
    confirmedAtMs: 0,
    freshUntilMs: 1000,
    swrMs: 0,
    sieMs: 0,
    storable: true,
    immutable: false,
    originId: "east",
    cmsdStatic: null,
    upstreamCacheStatus: null,
  };
  const rest = { timeline: 0, said: null, media: null, ttlReason: "half-target" };
  return { ...toPlaylistVersion("#EXTM3U\n", meta, rest), bytes };
}

describe("makePlaylistMemory", () => {
  test("keeps what fits, to the byte", () => {
    const memory = makePlaylistMemory(100);
    const [a, b] = [version(60), version(40)];
    memory.put(key("a"), a);
    memory.put(key("b"), b);
    expect(memory.get(key("a"))).toBe(a);
    expect(memory.get(key("b"))).toBe(b);
    expect(memory.get(key("c"))).toBeNull();
  });

  test("one byte too much: the one that was used longest ago goes", () => {
    const memory = makePlaylistMemory(100);
    memory.put(key("a"), version(50));
    memory.put(key("b"), version(50));
    memory.get(key("a"));
    memory.put(key("c"), version(1));
    expect(memory.get(key("b"))).toBeNull();
    expect(memory.get(key("a"))).not.toBeNull();
    expect(memory.get(key("c"))).not.toBeNull();
  });

  test("as many go as must", () => {
    const memory = makePlaylistMemory(100);
    for (const name of ["a", "b", "c", "d"]) memory.put(key(name), version(25));
    memory.put(key("e"), version(60));
    const left = ["a", "b", "c", "d", "e"].filter((name) => memory.get(key(name)) !== null);
    expect(left).toEqual(["d", "e"]);
  });

  test("a new version replaces the old one and its bytes", () => {
    const memory = makePlaylistMemory(100);
    memory.put(key("a"), version(90));
    memory.put(key("b"), version(10));
    const next = version(80);
    memory.put(key("a"), next);
    memory.put(key("c"), version(10));
    expect(memory.get(key("a"))).toBe(next);
    expect(memory.get(key("b"))).not.toBeNull();
    expect(memory.get(key("c"))).not.toBeNull();
  });

  test("what is larger than everything is not kept, and nothing is lost for good", () => {
    const memory = makePlaylistMemory(100);
    memory.put(key("huge"), version(101));
    expect(memory.get(key("huge"))).toBeNull();
    memory.put(key("a"), version(100));
    expect(memory.get(key("a"))).not.toBeNull();
  });
});

describe("makeAbsenceMemory", () => {
  test("known until its moment, not at it", () => {
    const memory = makeAbsenceMemory(10);
    memory.put(key("a"), "east answered 404", 1000);
    expect(memory.find(key("a"), 999)).toBe("east answered 404");
    expect(memory.find(key("a"), 1000)).toBeNull();
    expect(memory.find(key("a"), 999)).toBeNull();
    expect(memory.find(key("b"), 0)).toBeNull();
  });

  test("told again, it lasts longer and says the newer words", () => {
    const memory = makeAbsenceMemory(10);
    memory.put(key("a"), "old", 1000);
    memory.put(key("a"), "new", 2000);
    expect(memory.find(key("a"), 1500)).toBe("new");
  });

  test("the oldest goes when there are too many", () => {
    const memory = makeAbsenceMemory(2);
    memory.put(key("a"), "a", 1000);
    memory.put(key("b"), "b", 1000);
    memory.put(key("a"), "a", 1000);
    memory.put(key("c"), "c", 1000);
    expect(["a", "b", "c"].map((name) => memory.find(key(name), 0))).toEqual(["a", null, "c"]);
  });
});
