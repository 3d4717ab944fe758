// Letters as numbers, and the comparisons that cut nothing out.

import { describe, expect, test } from "vitest";
import { isAt, isSame, isSpelt, toLetters } from "../../../workers/core/http/letters.ts";

describe("toLetters", () => {
  test.each([
    { name: "ASCII is itself", text: "#a\n\0~", want: [35, 97, 10, 0, 126] },
    { name: "all others are one number", text: "\x7f\x80é€", want: [127, 128, 128, 128] },
    { name: "each half of a pair is a letter", text: "\u{1f600}", want: [128, 128] },
    { name: "no text", text: "", want: [] },
  ])("$name", ({ text, want }) => {
    expect([...toLetters(text)]).toEqual(want);
  });
});

describe("a word at a place", () => {
  test.each([
    { name: "at the start", text: "abc", start: 0, word: "ab", want: true },
    { name: "at the end", text: "abc", start: 1, word: "bc", want: true },
    { name: "the last letter differs", text: "abc", start: 0, word: "abd", want: false },
    { name: "longer than the text", text: "abc", start: 1, word: "bcd", want: false },
    { name: "nothing is everywhere", text: "abc", start: 3, word: "", want: true },
  ])("$name", ({ text, start, word, want }) => {
    expect(isAt(text, start, word)).toBe(want);
    expect(isAt(text, start, `${word}x`, word.length)).toBe(want);
    expect(isSpelt(toLetters(text), start, toLetters(word))).toBe(want);
  });
});

describe("isSame", () => {
  const letters = toLetters("0123456789-0123456x89");
  const words = new DataView(letters.buffer);

  test.each([
    { name: "no letter", one: 0, other: 5, count: 0, want: true },
    { name: "three letters", one: 0, other: 11, count: 3, want: true },
    { name: "seven letters", one: 0, other: 11, count: 7, want: true },
    { name: "the last of eight differs", one: 0, other: 11, count: 8, want: false },
    { name: "one of nine differs", one: 0, other: 11, count: 9, want: false },
    { name: "up to the end", one: 8, other: 19, count: 2, want: true },
  ])("$name", ({ one, other, count, want }) => {
    expect(isSame(words, one, other, count)).toBe(want);
  });
});
