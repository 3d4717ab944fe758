// Fills by key: joined while they run and for a moment after, and never more bytes than allowed.

import { describe, expect, test } from "vitest";
import type { FillHead } from "../../../workers/edge/fill/fill-head.ts";
import { makeFillMemory } from "../../../workers/edge/fill/fill-memory.ts";

const HEAD = {} as FillHead;
const BYTES_MAX = 1_000;
const ROOM_BYTES = 8 * 1024 * 1024;

function makeEnded(stored: boolean, nowMs: number, bytes = 100) {
  const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
  const fill = memory.begin("key", nowMs);
  const owner = fill.claim();
  owner.open(HEAD);
  owner.append(new Uint8Array(bytes));
  owner.finish(HEAD);
  owner.settle(stored);
  memory.end("key", fill, nowMs);
  return { memory, fill };
}

describe("a fill", () => {
  test("that runs is found by its key only", () => {
    const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
    const fill = memory.begin("key", 0);
    expect([memory.find("key", 1), memory.find("other", 1)]).toEqual([fill, null]);
  });

  test("is counted among its channel's while it runs, and no longer", () => {
    const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
    const [first] = [memory.begin("enam /demo/1.ts", 0), memory.begin("enam /demo/2.ts", 0)];
    memory.begin("enam /demo-vod/1.ts", 0);
    memory.begin("weur /demo/1.ts", 0);
    expect(memory.countRunning("enam /demo/")).toBe(2);
    memory.end("enam /demo/1.ts", first, 1);
    expect(memory.countRunning("enam /demo/")).toBe(1);
    expect(memory.countRunning("enam /other/")).toBe(0);
  });

  test("is arriving while it runs, unless it renews a copy", () => {
    const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
    const owner = memory.begin("new", 0).claim();
    memory.begin("stale", 0, true).claim().open(HEAD);
    expect(["new", "stale", "other"].map((key) => memory.isArriving(key))).toEqual([
      true,
      false,
      false,
    ]);
    owner.open(HEAD);
    expect(memory.isArriving("new")).toBe(true);
    owner.finish(HEAD);
    expect(memory.isArriving("new")).toBe(false);
  });

  test("that failed is not joined", () => {
    const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
    const owner = memory.begin("key", 0).claim();
    owner.fail({ kind: "problem" } as never);
    expect(memory.find("key", 1)).toBeNull();
  });

  test("that was forgotten is not joined, unless there is a newer one", () => {
    const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
    const old = memory.begin("key", 0);
    const young = memory.begin("key", 1);
    memory.forget("key", old);
    expect(memory.find("key", 2)).toBe(young);
    memory.forget("key", young);
    expect(memory.find("key", 2)).toBeNull();
  });

  test.each([
    ["stored", true, 100, 100],
    ["stored, a while ago", true, 1_000, 0],
    ["not stored, a while ago", false, 1_000, 100],
    ["not stored, long ago", false, 40_000, 0],
  ])("%s keeps its bytes accordingly", (_name, stored, agoMs, want) => {
    const { memory, fill } = makeEnded(stored, 0);
    memory.begin("another", agoMs);
    expect(fill.window.end - fill.window.start).toBe(want);
  });

  test("that was stored leaves a trace after its bytes, and then none", () => {
    const { memory, fill } = makeEnded(true, 0);
    memory.begin("another", 1_000);
    expect(memory.find("key", 1_001)).toBe(fill);
    expect(memory.find("key", 6_000)).toBeNull();
  });

  test("above the budget lets its bytes go at once, one that was not stored last", () => {
    const stored = makeEnded(true, 0, BYTES_MAX + 1);
    expect(stored.fill.window.at(0)).toBe("dropped");
    const only = makeEnded(false, 0, BYTES_MAX + 1);
    expect(only.fill.window.at(0)).not.toBe("dropped");
    const far = makeEnded(false, 0, 7 * BYTES_MAX);
    expect(far.fill.window.at(0)).toBe("dropped");
    expect(far.memory.find("key", 1)).toBeNull();
  });
});

describe("readers that are behind", () => {
  const begin = (position: number) => {
    const { memory, fill } = makeEnded(true, 0, BYTES_MAX / 2);
    fill.readers.add({ position, isAnchor: false });
    return { memory, fill };
  };

  test("go on in an ended fill while there is room", () => {
    const { memory, fill } = begin(0);
    memory.begin("another", 1_000);
    expect(fill.window.at(0)).not.toBe("dropped");
  });

  test("are sent to the stored copy when there is none", () => {
    const { memory, fill } = begin(0);
    const held = fill.window.at(0);
    const other = memory.begin("other", 1);
    other.claim().append(new Uint8Array(BYTES_MAX));
    memory.end("other", other, 2);
    expect(fill.window.at(0)).toBe("dropped");
    // What a reader may hold is left to the collector.
    expect(held).toHaveLength(BYTES_MAX / 2);
  });

  test("that are through let everything go", () => {
    const { memory, fill } = begin(BYTES_MAX / 2);
    memory.begin("another", 1_000);
    expect(fill.window.at(0)).toBe("dropped");
  });
});

describe("fills that run", () => {
  test.each([
    { count: 1, want: 4 * 1024 * 1024 },
    { count: 2, want: 4 * 1024 * 1024 },
    { count: 4, want: 2 * 1024 * 1024 },
    { count: 64, want: 512 * 1024 },
  ])("$count of them share the room", ({ count, want }) => {
    const memory = makeFillMemory(BYTES_MAX, ROOM_BYTES);
    const fills = Array.from({ length: count }, (_, at) => memory.begin(`${at}`, 0));
    expect(memory.windowBytesMax()).toBe(want);
    for (const [at, fill] of fills.entries()) memory.end(`${at}`, fill, 1);
    expect(memory.windowBytesMax()).toBe(4 * 1024 * 1024);
  });
});
