// Which names exist, and for how long after they left.

import { describe, expect, test } from "vitest";
import {
  decideNearness,
  LEFT_NAMES_MAX,
  NameShelf,
  SHELF_PLAYLISTS_MAX,
} from "../../../workers/core/cache/name-shelf.ts";

const list = (...names: string[]) =>
  names.map((name) => ({ name, role: "segment", isWhole: !name.startsWith("?") }));
const WINDOW_MS = 10_000;

describe("a shelf", () => {
  test("knows what is listed, for as long as it is", () => {
    const shelf = new NameShelf();
    expect(shelf.find("v/1.ts", 0)).toBeNull();
    shelf.note("v/a.m3u8", list("v/1.ts", "v/2.ts"), WINDOW_MS, 0);
    const sight = { playlist: "v/a.m3u8", role: "segment", isWhole: true };
    expect(shelf.find("v/1.ts", 0)).toEqual(sight);
    // A playlist that stands still for an hour still lists what it lists.
    expect(shelf.find("v/2.ts", 3_600_000)).toEqual(sight);
    expect(shelf.find("v/2.ts?a=1", 0)).toBeNull();
  });

  test.each([
    { atMs: 5_000, known: true },
    { atMs: 14_999, known: true },
    { atMs: 15_000, known: false },
  ])("knows what left at 5 s until its window is over: $atMs", ({ atMs, known }) => {
    const shelf = new NameShelf();
    shelf.note("a.m3u8", list("1.ts", "2.ts"), WINDOW_MS, 0);
    shelf.note("a.m3u8", list("2.ts", "3.ts"), 4_000, 5_000);
    expect(shelf.find("1.ts", atMs) !== null).toBe(known);
    expect(shelf.find("2.ts", atMs)).not.toBeNull();
  });

  test("tells what is new, but for the first sight of a playlist", () => {
    const shelf = new NameShelf();
    expect(shelf.note("a.m3u8", list("1.ts", "2.ts"), WINDOW_MS, 0)).toBeNull();
    const fresh = shelf.note("a.m3u8", list("2.ts", "?3.ts", "4.ts"), WINDOW_MS, 1);
    expect(fresh?.map(({ name }) => name)).toEqual(["4.ts"]);
    // A hint or gap that has become a file is new; what was whole already is not.
    const whole = list("2.ts", "4.ts").concat({ name: "?3.ts", role: "segment", isWhole: true });
    const later = shelf.note("a.m3u8", whole, WINDOW_MS, 2);
    expect(later?.map(({ name }) => name)).toEqual(["?3.ts"]);
  });

  test("keeps renditions apart: what one lists does not leave with another", () => {
    const shelf = new NameShelf();
    shelf.note("a.m3u8", list("a/1.ts"), 10, 0);
    shelf.note("b.m3u8", list("b/1.ts"), 10, 0);
    shelf.note("a.m3u8", list("a/2.ts"), 10, 0);
    expect(shelf.find("a/1.ts", 11)).toBeNull();
    expect(shelf.find("b/1.ts", 11)?.playlist).toBe("b.m3u8");
    expect(shelf.playlists()).toEqual(["b.m3u8", "a.m3u8"]);
    expect(shelf.windowMs()).toBe(10);
  });

  test(`keeps at most ${LEFT_NAMES_MAX} names that left: the oldest go first`, () => {
    const shelf = new NameShelf();
    const names = Array.from({ length: LEFT_NAMES_MAX + 1 }, (_, index) => `${index}.ts`);
    shelf.note("a.m3u8", list(...names), 1_000_000, 0);
    shelf.note("a.m3u8", list(), 1_000_000, 1);
    expect(shelf.find("0.ts", 2)).toBeNull();
    expect(shelf.find("1.ts", 2)).not.toBeNull();
    expect(shelf.find(`${LEFT_NAMES_MAX}.ts`, 2)).not.toBeNull();
  });

  test(`keeps at most ${SHELF_PLAYLISTS_MAX} playlists: the one that stood longest goes`, () => {
    const shelf = new NameShelf();
    for (let index = 0; index <= SHELF_PLAYLISTS_MAX; index++) {
      shelf.note(`${index}.m3u8`, list(`${index}.ts`), 0, index);
    }
    expect(shelf.find("0.ts", 999)).toBeNull();
    expect(shelf.find("1.ts", 999)).not.toBeNull();
  });
});

describe("a name that nobody announced, against the newest one", () => {
  test.each([
    { name: "v360/13.ts", newest: "v360/12.ts", want: "near-future" },
    { name: "v360/100.ts", newest: "v360/99.ts", want: "near-future" },
    { name: "v360/0099.ts", newest: "v360/98.ts", want: "near-future" },
    { name: "v360/11.ts", newest: "v360/12.ts", want: "past" },
    { name: "v360/12.ts", newest: "v360/12.ts", want: "past" },
    { name: "v720/13.ts", newest: "v360/12.ts", want: "near-future" },
    { name: "v360/13.m4s", newest: "v360/12.ts", want: "strange" },
    { name: "x/13.ts", newest: "v360/12.ts", want: "strange" },
    { name: "v360/13-1.ts", newest: "v360/12.ts", want: "strange" },
    { name: "s13p0.m4s", newest: "s12p9.m4s", want: "near-future" },
    { name: "s12p8.m4s", newest: "s12p9.m4s", want: "past" },
    {
      name: "20261120T101010123456789.ts",
      newest: "20261120T101010123456788.ts",
      want: "near-future",
    },
    { name: "@t1/13.ts", newest: "@t2/12.ts", want: "past" },
    { name: "", newest: "1.ts", want: "strange" },
  ])("$name after $newest is $want", ({ name, newest, want }) => {
    expect(decideNearness(name, newest)).toBe(want);
    const shelf = new NameShelf();
    expect(shelf.nearness(name)).toBe("strange");
    shelf.note("a.m3u8", list(newest), 0, 0);
    expect(shelf.nearness(name)).toBe(want);
  });
});
