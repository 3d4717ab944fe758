// The scanners that the rules stand on: a rule that finds nothing must have looked.

import { describe, expect, test } from "vitest";
import { toFunctionSpans } from "./function-spans.ts";
import { findInCode, SOURCES, TEXTS, toCode, toImports } from "./source-tree.ts";

const source = (text: string) => ({ path: "workers/edge/x.ts", text, lines: text.split("\n") });

test("the tree is seen: sources, documents, scripts", () => {
  expect(SOURCES.length).toBeGreaterThan(200);
  const paths = TEXTS.map(({ path }) => path);
  for (const path of ["package.json", "wrangler.toml", ".gitignore", "infra/local/workerd.sh"]) {
    expect(paths).toContain(path);
  }
  expect(paths.some((path) => path.includes("node_modules"))).toBe(false);
});

describe("toCode", () => {
  test.each([
    ["a // Date.now", "a "],
    ["a /* Date\n.now */ b", "a \n b"],
    ['"// no comment" // one', '"// no comment" '],
    ["`// none {a}` // one", "`// none {a}` "],
    ["'it''s' // one", "'it''s' "],
    ['"\\"// no" // one', '"\\"// no" '],
  ])("%j", (text, want) => expect(toCode(text)).toBe(want));
});

describe("toImports", () => {
  const rows: { name: string; text: string; want: unknown[] }[] = [
    {
      name: "a value",
      text: 'import { a } from "./a.ts";',
      want: [["workers/edge/a.ts", null, false]],
    },
    {
      name: "a type",
      text: 'import type { A } from "../core/a.ts";',
      want: [["workers/core/a.ts", null, true]],
    },
    {
      name: "types in braces",
      text: 'import { type A, type B } from "./a.ts";',
      want: [["workers/edge/a.ts", null, true]],
    },
    {
      name: "a type and a value",
      text: 'import { type A, b } from "./a.ts";',
      want: [["workers/edge/a.ts", null, false]],
    },
    {
      name: "over several lines",
      text: 'import {\n  type A,\n  b,\n} from "./a.ts";',
      want: [["workers/edge/a.ts", null, false]],
    },
    {
      name: "a re-export",
      text: 'export { a } from "./a.ts";',
      want: [["workers/edge/a.ts", null, false]],
    },
    {
      name: "a re-exported type",
      text: 'export type { A } from "./a.ts";',
      want: [["workers/edge/a.ts", null, true]],
    },
    {
      name: "for its effect",
      text: 'import "./a.ts";',
      want: [["workers/edge/a.ts", null, false]],
    },
    {
      name: "dynamic",
      text: 'const a = await IMPORT("./a.ts");'.replace("IMPORT", "import"),
      want: [["workers/edge/a.ts", null, false]],
    },
    { name: "a package", text: 'import { z } from "zod";', want: [[null, "zod", false]] },
    {
      name: "a path in a scoped package",
      text: 'import a from "@aws-sdk/client-s3/x";',
      want: [[null, "@aws-sdk/client-s3", false]],
    },
    { name: "all of a package", text: 'import * as z from "zod";', want: [[null, "zod", false]] },
    {
      name: "a script that is started",
      text: 'new URL("./index.ts", import.meta.url)',
      want: [["workers/edge/index.ts", null, false]],
    },
    { name: "a text that looks like a path", text: 'test("../a.ts");', want: [] },
    { name: "a comment", text: '// import { a } from "./a.ts";', want: [] },
    {
      name: "an export of its own, then an import",
      text: 'export const a = 1;\nimport { b } from "./b.ts";',
      want: [["workers/edge/b.ts", null, false]],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => {
    const found = toImports(source(text));
    expect(found.map(({ path, packageName, isType }) => [path, packageName, isType])).toEqual(want);
  });

  test("with its line", () => {
    expect(toImports(source('// 1\n\nimport {\n  a,\n} from "./a.ts";'))[0]?.line).toBe(5);
  });
});

test("findInCode: path, line and remedy; comments aside", () => {
  const file = source("// Date.now()\nconst a = Date.now();\n");
  expect(findInCode([file], /Date\.now/, "pass nowMs")).toEqual([
    "workers/edge/x.ts:2: pass nowMs",
  ]);
});

describe("toFunctionSpans", () => {
  test.each([
    { name: "a function", text: "function a(b: string): void {\n  c();\n}", want: [[1, 3]] },
    {
      name: "a signature of several lines",
      text: "x();\n\nexport async function a(\n  b: string,\n): Promise<void> {\n  c();\n}",
      want: [[3, 5]],
    },
    { name: "an arrow function", text: "const a = (b: string) => {\n  c();\n};", want: [[1, 3]] },
    {
      name: "an arrow function of several lines",
      text: "const a = async (\n  b: string,\n) => {\n  c();\n};",
      want: [[1, 5]],
    },
    {
      name: "a method",
      text: "class A extends B(c) {\n  d(e: string) {\n    f();\n  }\n}",
      want: [[2, 3]],
    },
    {
      name: "one in another",
      text: "function a() {\n  const b = () => {\n    c();\n  };\n}",
      want: [
        [1, 5],
        [2, 3],
      ],
    },
    {
      name: "no control flow",
      text: "if (a) {\n  b();\n} else if (c) {\n  d();\n}\nfor (const e of f()) {\n  g();\n}",
      want: [],
    },
    { name: "no condition of several lines", text: "if (\n  a &&\n  b\n) {\n  c();\n}", want: [] },
    {
      name: "no interface, no object",
      text: "interface A {\n  b(): void;\n}\nconst c = {\n  d: 1,\n};",
      want: [],
    },
  ])("$name", ({ text, want }) => {
    expect(toFunctionSpans(text).map(({ line, count }) => [line, count])).toEqual(want);
  });
});
