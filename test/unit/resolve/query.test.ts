// What of a query means anything, to the origin and to the key.

import { describe, expect, test } from "vitest";
import { toMediaQuery, toPlaylistQuery } from "../../../workers/core/resolve/query.ts";

describe("playlists: the allow-list, in one order", () => {
  test.each([
    { query: "", allowed: ["a"], want: "" },
    { query: "a=1&b=2", allowed: [], want: "" },
    { query: "b=2&a=1&c=3", allowed: ["a", "b"], want: "a=1&b=2" },
    { query: "a=1&b=2", allowed: ["b", "a"], want: "a=1&b=2" },
    { query: "a=1&a=2", allowed: ["a"], want: "a=1" },
    { query: "a", allowed: ["a"], want: "a" },
    { query: "a=", allowed: ["a"], want: "a=" },
    { query: "a=b=c", allowed: ["a"], want: "a=b=c" },
    { query: "A=1", allowed: ["a"], want: "" },
    { query: "aa=1&xa=2", allowed: ["a"], want: "" },
    { query: "&&a=1&", allowed: ["a"], want: "a=1" },
    { query: "_HLS_msn=5&_HLS_part=1&_HLS_skip=YES&a=1", allowed: ["a"], want: "a=1" },
    { query: "CMCD=bl%3D1&a=1&token=x", allowed: ["a"], want: "a=1" },
    { query: "=1&a=1", allowed: ["a"], want: "a=1" },
    { query: "a=%26b=2", allowed: ["a"], want: "a=%26b=2" },
  ])("$query of $allowed", ({ query, allowed, want }) => {
    expect(toPlaylistQuery(query, allowed)).toBe(want);
  });
});

describe("media: all but what is the player's", () => {
  test.each([
    { query: "", want: "" },
    { query: "b=2&a=1", want: "b=2&a=1" },
    { query: "CMCD=bl%3D1", want: "" },
    { query: "CMCD", want: "" },
    { query: "CMSD=x&a=1", want: "a=1" },
    { query: "a=1&_HLS_msn=5&b=2&_HLS_part=0&_HLS_start_offset=3", want: "a=1&b=2" },
    {
      query: "CMCDX=1&cmcd=2&xCMCD=3&_hls_msn=4&_HLS-x=5",
      want: "CMCDX=1&cmcd=2&xCMCD=3&_hls_msn=4&_HLS-x=5",
    },
    { query: "&a&&b=&", want: "a&b=" },
    { query: "a=CMCD=1", want: "a=CMCD=1" },
    { query: "a=1&a=1", want: "a=1&a=1" },
  ])("$query", ({ query, want }) => {
    expect(toMediaQuery(query)).toBe(want);
    expect(toMediaQuery(want)).toBe(want);
  });
});
