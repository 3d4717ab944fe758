// What was meant: the nearest word within one or two slips, else all words that would do.

import { expect, test } from "vitest";
import { toHint } from "../../../workers/core/config/hint.ts";

test.each([
  { word: "ulr", known: ["url", "id"], want: '; did you mean "url"?' },
  { word: "mode", known: ["node", "mode"], want: '; did you mean "mode"?' },
  { word: "prefx", known: ["region", "prefix"], want: '; did you mean "prefix"?' },
  { word: "replicsa", known: ["replicas"], want: '; did you mean "replicas"?' },
  { word: "a1", known: ["b2", "c3"], want: "; known here: b2, c3" },
  { word: "east", known: ["west"], want: "; known here: west" },
  { word: "", known: ["a"], want: '; did you mean "a"?' },
  { word: "x".repeat(100_000), known: ["url"], want: "; known here: url" },
  { word: "x", known: [], want: "" },
  {
    word: "none",
    known: Array.from({ length: 13 }, (_, index) => `origin-${index}`),
    want: `; known here: ${Array.from({ length: 12 }, (_, index) => `origin-${index}`).join(", ")}, ...`,
  },
])("$word among $known.length", ({ word, known, want }) => expect(toHint(word, known)).toBe(want));
