// The line that a complaint names: the one where a person must edit.

import { describe, expect, test } from "vitest";
import { type TomlPath, toTomlLine } from "../../../workers/core/config/toml-lines.ts";

const CATALOG = `# [[channels]] in a comment is nothing
[[origins]]
id = "east" # comment

[[origins]]
  id   =   "west"
  url="https://a.example/[x]"

[[ channels ]]
"id" = "one"
origins = ["east", {id = "west", prefix = "/b"}]

[channels.policy] # of the first
ttl = {policy = "fixed", playlist_seconds = 1}
replicas = "auto"

[[channels]]
id = "two"
policy.ttl = 0
origins = [
  "east", # "west",

  {id = "west",
   prefix = "/c"},
  # {id = "gone"},
  ["nested", "list"], "last",
]
note = """
[[channels]]
id = "not a table"
"""
mode = '''
x = 1'''
[channels.policy.more]
deep.'er' = 1

[probe]
interval_ms = 1000`;

interface Row {
  readonly name: string;
  readonly path: TomlPath;
  readonly want: number;
}

describe("a catalog", () => {
  const rows: Row[] = [
    { name: "first table of an array", path: ["origins", 0], want: 2 },
    { name: "key of it", path: ["origins", 0, "id"], want: 3 },
    { name: "second table", path: ["origins", 1], want: 5 },
    { name: "indented key", path: ["origins", 1, "id"], want: 6 },
    { name: "key without blanks, value with brackets", path: ["origins", 1, "url"], want: 7 },
    { name: "missing key: its table", path: ["origins", 1, "kind"], want: 5 },
    { name: "missing table: the first line", path: ["hosts"], want: 1 },
    { name: "the whole array: its first table", path: ["channels"], want: 9 },
    { name: "header with blanks", path: ["channels", 0], want: 9 },
    { name: "quoted key", path: ["channels", 0, "id"], want: 10 },
    { name: "element of a list in one line", path: ["channels", 0, "origins", 1], want: 11 },
    { name: "key in an inline table", path: ["channels", 0, "origins", 1, "prefix"], want: 11 },
    { name: "table of the latest element", path: ["channels", 0, "policy"], want: 13 },
    { name: "key of it", path: ["channels", 0, "policy", "replicas"], want: 15 },
    { name: "inline table", path: ["channels", 0, "policy", "ttl", "policy"], want: 14 },
    { name: "second channel", path: ["channels", 1, "id"], want: 18 },
    { name: "dotted key", path: ["channels", 1, "policy", "ttl"], want: 19 },
    { name: "table with dotted keys only", path: ["channels", 1, "policy"], want: 19 },
    { name: "first element of a long list", path: ["channels", 1, "origins", 0], want: 21 },
    { name: "second, after comment and blank", path: ["channels", 1, "origins", 1], want: 23 },
    { name: "a list in a list", path: ["channels", 1, "origins", 2], want: 26 },
    { name: "its neighbour on the line", path: ["channels", 1, "origins", 3], want: 26 },
    { name: "element that is not there: the key", path: ["channels", 1, "origins", 9], want: 20 },
    { name: "after a text of many lines", path: ["channels", 1, "mode"], want: 32 },
    { name: "a header within that text", path: ["channels", 2], want: 9 },
    {
      name: "quoted part of a dotted key",
      path: ["channels", 1, "policy", "more", "deep", "er"],
      want: 35,
    },
    { name: "last line without line end", path: ["probe", "interval_ms"], want: 38 },
    { name: "the document", path: [], want: 1 },
  ];
  test.each(rows)("$name", ({ path, want }) => {
    expect(toTomlLine(CATALOG, path)).toBe(want);
    expect(toTomlLine(CATALOG.replaceAll("\n", "\r\n"), path)).toBe(want);
  });
});

describe("any text ends", () => {
  test.each([
    "",
    "\n",
    "[",
    "[[",
    "a",
    "a =",
    "a = [",
    "a = [1,",
    'a = "',
    "a = '''",
    "]\n}",
    "a = {",
  ])("%j", (text) => {
    expect(toTomlLine(text, ["a", 0])).toBeLessThanOrEqual(2);
  });
});
