// Reference resolution after RFC 3986 section 5.4, and the spellings that are refused because
// browsers read them otherwise.

import { describe, expect, test } from "vitest";
import { parseHttpUri, printRelativePath, resolveUri } from "../../../workers/core/http/uri.ts";

function print(reference: string, baseText: string): string {
  const found = resolveUri(reference, parseHttpUri(baseText));
  if (found.kind === "opaque") return `opaque ${found.scheme}`;
  if (found.kind === "failure") return found.fault;
  const query = found.query === null ? "" : `?${found.query}`;
  const fragment = found.fragment === null ? "" : `#${found.fragment}`;
  return `${found.origin}/${found.segments.join("/")}${query}${fragment}`;
}

describe("the examples of RFC 3986 section 5.4", () => {
  const base = "http://a/b/c/d;p?q";
  test.each([
    ["g:h", "opaque g"],
    ["g", "http://a/b/c/g"],
    ["./g", "http://a/b/c/g"],
    ["g/", "http://a/b/c/g/"],
    ["/g", "http://a/g"],
    ["//g", "http://g/"],
    ["?y", "http://a/b/c/d;p?y"],
    ["g?y", "http://a/b/c/g?y"],
    ["#s", "http://a/b/c/d;p?q#s"],
    ["g?y#s", "http://a/b/c/g?y#s"],
    [";x", "http://a/b/c/;x"],
    ["", "http://a/b/c/d;p?q"],
    [".", "http://a/b/c/"],
    ["..", "http://a/b/"],
    ["../g", "http://a/b/g"],
    ["../..", "http://a/"],
    ["../../../../g", "http://a/g"],
    ["/../g", "http://a/g"],
    ["g..", "http://a/b/c/g.."],
    ["./g/.", "http://a/b/c/g/"],
    ["g;x=1/../y", "http://a/b/c/y"],
    ["g?y/../x", "http://a/b/c/g?y/../x"],
  ])("%j", (reference, want) => expect(print(reference, base)).toBe(want));
});

describe("hosts and refusals", () => {
  test.each([
    ["HTTP://Host.Example:80/x", "http://host.example/x"],
    ["https://h:443/x", "https://h/x"],
    ["https://h:8443/x", "https://h:8443/x"],
    ["https://[::1]:443/x", "https://[::1]/x"],
    ["https://u:p@h/x", "https://u:p@h/x"],
    ["//h:80/x", "http://h/x"],
    ["http:x", "bad-authority"],
    ["http:/x", "bad-authority"],
    ["http:///x", "bad-authority"],
    ["http://h:x/", "bad-authority"],
    ["http://a@b@c/", "bad-authority"],
    ["http://h%2f/", "bad-authority"],
    ["http://h\\@e/", "backslash"],
    ["a\tb", "control-character"],
    ["a%2fb", "encoded-separator"],
    ["a%e9", "bad-escape"],
    ["\ud800", "bad-escape"],
  ])("%j", (reference, want) => expect(print(reference, "http://a/b")).toBe(want));
});

test.each([
  [[], ["a.ts"], "a.ts"],
  [["v"], ["v", "a.ts"], "a.ts"],
  [["v"], ["w", "a.ts"], "../w/a.ts"],
  [["v", "x"], ["v", "a.ts"], "../a.ts"],
  [["v"], ["v"], "../v"],
  [[], ["a:b", "c"], "./a:b/c"],
  [["v"], ["a:b"], "../a:b"],
])("from %j to %j: %s", (directory, target, want) => {
  expect(printRelativePath(directory, target)).toBe(want);
});
