// Expressions of tokens: matched whole, refused where another engine might mean something else, and
// never slow.

import { describe, expect, test } from "vitest";
import { isMatch, parsePattern } from "../../../workers/core/token/pattern.ts";

function ask(expression: string, text: string): boolean | "refused" {
  const pattern = parsePattern(expression);
  return pattern === null ? "refused" : isMatch(pattern, text);
}

describe("a pattern", () => {
  test.each([
    ["abc", "abc", true],
    ["abc", "abcd", false],
    ["abc", "xabc", false],
    ["^abc$", "abc", true],
    ["a.c", "axc", true],
    ["https://cdn\\.example/.*", "https://cdn.example/a/b", true],
    ["https://cdn\\.example/.*", "https://cdnXexample/a/b", false],
    ["https://cdn\\.example/.*", "https://cdn.example.evil/a", false],
    ["[^:]*://[^/]*/news/.*", "http://127.0.0.1/news/v/1.ts", true],
    ["[^:]*://[^/]*/news/.*", "http://127.0.0.1/news2/v/1.ts", false],
    ["a(b|cd)*e", "abcdbe", true],
    ["a(b|cd)*e", "acbe", false],
    ["(a|)b", "b", true],
    ["[0-9]{3}", "123", true],
    ["[0-9]{3}", "12", false],
    ["[0-9]{2,3}", "1234", false],
    ["x{0,2}", "", true],
    ["x+", "", false],
    ["x{2,}", "xxxxx", true],
    ["[a-c]+", "abcd", false],
    ["[]a]", "]", true],
    ["[a-]", "-", true],
    ["", "", true],
    ["", "a", false],
    ["(a*)*b", "aaab", true],
    ["a\\$", "a$", true],
  ])("%j against %j: %s", (expression, text, want) => expect(ask(expression, text)).toBe(want));

  test.each([
    "\\d+",
    "(a)\\1",
    "a**",
    "a+?",
    "a{2}{2}",
    "(a",
    "a)",
    "[a",
    "[[:alpha:]]",
    "[b-a]",
    "[\\]]",
    "(?=a)",
    "*a",
    "a{65}",
    "a{3,2}",
    "((((((((((a))))))))))",
    "a$b",
    "a^b",
    "a".repeat(600),
    "((a{60}){60}){60}",
  ])("refuses %j", (expression) => expect(ask(expression, "a")).toBe("refused"));

  test("what makes other engines go back for ever", () => {
    expect(ask("(a|a)*(a|a)*(a|a)*b", "a".repeat(2_000))).toBe(false);
    expect(ask("(.*a){12}", `${"a".repeat(11)}b`.repeat(100))).toBe(false);
  });
});
