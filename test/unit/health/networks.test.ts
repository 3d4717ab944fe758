// Networks whose players starve at a host: judged by their neighbours, held for a while.

import { describe, expect, test } from "vitest";
import {
  applyPlayback,
  decideNetworks,
  type NetworkBook,
  REPORTS_MIN,
  TERM_MS,
  toTroubled,
} from "../../../workers/core/health/networks.ts";

const T0 = 1_800_000_000_000;
const HOST = "a.example";

/** Reports of one minute: [network, reports, starved]. */
type Minute = readonly (readonly [network: number, reports: number, starved: number])[];

function play(minutes: readonly Minute[], from: NetworkBook = new Map(), startMs = T0) {
  let book = from;
  let nowMs = startMs;
  for (const minute of minutes) {
    const counts = minute.map(([network, reports, starved]) => ({
      ...{ host: HOST, network, reports, starved },
    }));
    book = applyPlayback(book, "weur", counts, nowMs);
    book = decideNetworks(book, nowMs).book;
    nowMs += 61_000;
  }
  return { book, nowMs, troubled: toTroubled(book).map(({ network }) => network) };
}

const well: Minute = [
  [1, 1_000, 10],
  [2, 1_000, 10],
];
const bad: Minute = [
  [1, 1_000, 10],
  [2, 1_000, 300],
];

describe("a network", () => {
  const rows: readonly { name: string; minutes: readonly Minute[]; want: readonly number[] }[] = [
    { name: "as well as its neighbours", minutes: [well], want: [] },
    { name: "that starves while others do not", minutes: [well, bad], want: [2] },
    {
      name: "that starves a little more",
      minutes: [
        [
          [1, 1_000, 40],
          [2, 1_000, 120],
        ],
      ],
      want: [],
    },
    {
      name: "where everybody starves",
      minutes: [
        [
          [1, 1_000, 250],
          [2, 1_000, 300],
        ],
      ],
      want: [],
    },
    {
      name: "of a few viewers",
      minutes: [
        [
          [1, 1_000, 10],
          [2, REPORTS_MIN - 1, 60],
        ],
      ],
      want: [],
    },
    {
      name: "without neighbours",
      minutes: [
        [
          [1, 50, 0],
          [2, 1_000, 300],
        ],
      ],
      want: [],
    },
    { name: "that is well again", minutes: [bad, bad, well], want: [] },
    {
      name: "that is a little better is not well yet",
      minutes: [
        bad,
        bad,
        [
          [1, 1_000, 10],
          [2, 1_000, 60],
        ],
      ],
      want: [2],
    },
    { name: "whose players have left", minutes: [bad, [[1, 1_000, 10]]], want: [2] },
  ];
  test.each(rows)("$name", ({ minutes, want }) => {
    expect(play(minutes).troubled).toEqual(want);
  });

  test("is tried again when nobody was left to tell for a while", () => {
    const { book } = play([bad]);
    const late = T0 + TERM_MS + 1;
    const others = applyPlayback(
      book,
      "weur",
      [{ host: HOST, network: 1, reports: 500, starved: 5 }],
      late,
    );
    const { changes } = decideNetworks(others, late);
    expect(changes).toMatchObject([{ row: { network: 2, isTroubled: false } }]);
  });

  test("is one of its region and host", () => {
    const { book } = play([bad]);
    expect(toTroubled(book)).toEqual([{ region: "weur", host: HOST, network: 2 }]);
    const elsewhere = applyPlayback(
      new Map(),
      "apac",
      [{ host: HOST, network: 2, reports: 900, starved: 300 }],
      T0,
    );
    expect(toTroubled(decideNetworks(elsewhere, T0).book)).toEqual([]);
  });

  test("that is silent and well is forgotten", () => {
    const { book, nowMs } = play([well]);
    expect(decideNetworks(book, nowMs + 120_000).book.size).toBe(0);
  });
});
