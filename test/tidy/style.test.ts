// How a file must look: size, names, opening comment, and words that have no place in it.

import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { toFunctionSpans } from "./function-spans.ts";
import { findInCode, isTest, SOURCES, TEXTS } from "./source-tree.ts";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
const LINE_COLUMNS_MAX = 100;
/** A string, template or regular expression within one line. */
const LITERAL =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`?|(?<=^\s*|[(,=:[] ?)\/(?![*/])(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\])+\/[a-z]*/g;

describe("size", () => {
  test(`files of at most ${FILE_LINES_MAX} lines`, () => {
    const faults = SOURCES.filter(({ path, lines }) => {
      return !isTest(path) && lines.length - 1 > FILE_LINES_MAX;
    }).map(({ path, lines }) => `${path}: ${lines.length - 1} lines; is it one idea?`);
    expect(faults).toEqual([]);
  });

  test(`functions of at most ${FUNCTION_LINES_MAX} lines`, () => {
    const faults = SOURCES.filter(({ path }) => !isTest(path)).flatMap((file) =>
      toFunctionSpans(file.text)
        .filter(({ count }) => count > FUNCTION_LINES_MAX)
        .map(({ line, count }) => `${file.path}:${line}: a function of ${count} lines; split it`),
    );
    expect(faults).toEqual([]);
  });

  test(`lines of at most ${LINE_COLUMNS_MAX} columns`, () => {
    const faults = SOURCES.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => {
        // A literal that must be one line cannot be broken; a comment always can.
        const isComment = /^\s*(\/\/|\*|\/\*)/.test(line);
        const columns = [...(isComment ? line : line.replace(LITERAL, ""))].length;
        if (columns <= LINE_COLUMNS_MAX) return [];
        return [`${path}:${index + 1}: ${columns} columns; break the line`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

describe("names", () => {
  test("no drawer for everything", () => {
    const drawer = /(^|[/-])(utils?|helpers?|commons?|misc|shared|lib)([/.-]|$)/;
    const faults = SOURCES.filter(({ path }) => drawer.test(path)).map(
      ({ path }) => `${path}: name the file after what it is about`,
    );
    expect(faults).toEqual([]);
  });

  test("kebab-case", () => {
    const faults = SOURCES.filter(
      ({ path }) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d|e2e))*\.ts$/.test(posix.basename(path)),
    ).map(({ path }) => `${path}: file names are lower case with hyphens`);
    expect(faults).toEqual([]);
  });

  test("a room of core opens with its second file", () => {
    const counts = new Map<string, number>();
    for (const { path } of SOURCES) {
      const room = /^workers\/core\/(.+)\/[^/]+$/.exec(path)?.[1];
      if (room !== undefined) counts.set(room, (counts.get(room) ?? 0) + 1);
    }
    const faults = [...counts].flatMap(([room, count]) =>
      count < 2 ? [`workers/core/${room}: one file needs no folder`] : [],
    );
    expect(faults).toEqual([]);
  });
});

describe("words", () => {
  const CORE = SOURCES.filter(({ path }) => path.startsWith("workers/core/"));

  test("core has no clock, no chance and no platform", () => {
    const banned =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bcrypto\.|\bsetTimeout\b|\bsetInterval\b|\bprocess\./;
    expect(findInCode(CORE, banned, "time and chance are arguments of core")).toEqual([]);
  });

  test("core is synchronous", () => {
    const banned = /\basync\b|\bawait\b|\bPromise\b/;
    // The contract describes the calls between objects, which are asynchronous by nature.
    const files = CORE.filter(({ path }) => !/core\/(contract\/|origin\/port\.ts)/.test(path));
    expect(findInCode(files, banned, "core decides, it never waits")).toEqual([]);
  });

  test("the clock has one reader in the workers", () => {
    const files = SOURCES.filter(
      ({ path }) => path.startsWith("workers/") && path !== "workers/platform/clock.ts",
    );
    const banned = /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/;
    expect(findInCode(files, banned, "use platform/clock.ts")).toEqual([]);
  });

  test("nothing is left to do", () => {
    const mark = new RegExp(`\\b(${["TO", "DO"].join("")}|${["FIX", "ME"].join("")}|X{3})\\b`);
    const faults = TEXTS.flatMap(({ path, lines }) =>
      path.startsWith("test/corpus/") || path === "package-lock.json"
        ? []
        : lines.flatMap((line, index) =>
            mark.test(line) ? [`${path}:${index + 1}: do it, or write an issue`] : [],
          ),
    );
    expect(faults).toEqual([]);
  });

  test("no test is switched off or alone", () => {
    const tests = SOURCES.filter(({ path }) => path.startsWith("test/") && isTest(path));
    const banned = /\b(test|it|describe)\.(only|skip|todo)\b(?!If)/;
    expect(findInCode(tests, banned, "every test runs")).toEqual([]);
  });

  test("erasable TypeScript, no default exports but of workers and configurations", () => {
    const files = SOURCES.filter(
      ({ path }) => !/(^|\/)(index|edge|preload|control|alerts|.*\.config|.*\.d)\.ts$/.test(path),
    );
    expect(findInCode(files, /^export default\b/, "name what you export")).toEqual([]);
    expect(findInCode(SOURCES, /^(export )?(const )?enum\b/, "use an `as const` array")).toEqual(
      [],
    );
  });
});

test("every file of workers and infra says first what it is for", () => {
  const faults = SOURCES.filter(
    ({ path, text }) =>
      /^(workers|infra|test)\//.test(path) && !/^(#!.*\n)?(\/\/ |\/\*\* )/.test(text),
  ).map(({ path }) => `${path}:1: open with a comment: what it decides, for whom`);
  expect(faults).toEqual([]);
});
