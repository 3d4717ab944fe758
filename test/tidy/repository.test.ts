// What must hold for the repository as a whole: documents, lock file, machine names.

import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { PATHS, ROOT, TEXTS } from "./source-tree.ts";

const DOCUMENTS = TEXTS.filter(({ path }) => path.endsWith(".md"));
const ADR_LINES_MAX = 60;
const README_LINES_MAX = 150;

describe("top level", () => {
  test("is closed", () => {
    const ENTRIES =
      /^(workers|infra|test|\.ci)\/|^(package|package-lock|tsconfig|tsconfig\.base|biome)\.json$|^wrangler\.toml$|^(README|CHANGELOG|SECURITY|CONTRIBUTING)\.md$|^LICENSE$|^vitest\.[a-z0-9.]*config\.ts$|^\.[a-z]+$/;
    const strangers = PATHS.filter((path) => !ENTRIES.test(path) && !/^\.dev\.vars/.test(path));
    expect(strangers).toEqual([]);
  });
});

describe("documents", () => {
  test("every relative link leads somewhere", () => {
    const faults = DOCUMENTS.flatMap(({ path, text }) =>
      [...text.replace(/```[\s\S]*?```/g, blank).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].flatMap(
        ({ 1: link = "", index }) => {
          if (/^([a-z]+:|#)/.test(link)) return [];
          const target = posix.join(posix.dirname(path), decodeURI(link.replace(/#.*$/, "")));
          const line = text.slice(0, index).split("\n").length;
          return existsSync(join(ROOT, target)) ? [] : [`${path}:${line}: no file ${target}`];
        },
      ),
    );
    expect(faults).toEqual([]);
  });

  test("every link within a document leads to a heading", () => {
    const faults = DOCUMENTS.flatMap(({ path, text }) => {
      const anchors = new Set(
        [...text.matchAll(/^#{1,6} (.+)$/gm)].map(({ 1: heading = "" }) => toAnchor(heading)),
      );
      return [...text.matchAll(/\]\(#([^)]+)\)/g)].flatMap(({ 1: anchor = "" }) =>
        anchors.has(anchor) ? [] : [`${path}: no heading for #${anchor}`],
      );
    });
    expect(faults).toEqual([]);
  });

  test(`decisions of at most ${ADR_LINES_MAX} lines, a README of at most ${README_LINES_MAX}`, () => {
    const faults = DOCUMENTS.flatMap(({ path, lines }) => {
      const isDecision = path.startsWith("infra/docs/adr/");
      const linesMax = isDecision ? ADR_LINES_MAX : path === "README.md" ? README_LINES_MAX : null;
      const count = lines.length - 1;
      return linesMax === null || count <= linesMax ? [] : [`${path}: ${count} lines; shorten it`];
    });
    expect(faults).toEqual([]);
  });

  test("decisions are numbered without holes or doubles, and say what would prove them wrong", () => {
    const decisions = DOCUMENTS.filter(({ path }) => /^infra\/docs\/adr\/\d/.test(path));
    const numbers = decisions
      .map(({ path }) => Number(posix.basename(path).slice(0, 4)))
      .sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const faults = decisions
      .filter(({ text }) => !/prove[sd]? (it|this|us) wrong/i.test(text))
      .map(({ path }) => `${path}: say what would prove it wrong`);
    expect(faults).toEqual([]);
  });

  test("a document that a comment names exists", () => {
    const faults = TEXTS.filter(({ path }) => path.endsWith(".ts")).flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => {
        const named = /infra\/docs\/[a-z0-9/-]+\.md/.exec(line)?.[0];
        if (named === undefined || existsSync(join(ROOT, named))) return [];
        return [`${path}:${index + 1}: no file ${named}`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

describe("portability", () => {
  test("the lock file names no registry", () => {
    const lock = TEXTS.find(({ path }) => path === "package-lock.json");
    const faults = (lock?.lines ?? []).flatMap((line, index) =>
      line.includes('"resolved"') ? [`package-lock.json:${index + 1}: ${line.trim()}`] : [],
    );
    expect(faults).toEqual([]);
  });

  test("no path of anybody's machine", () => {
    const machine = new RegExp(
      `(^|[\\s"'\`(=:])/(${["work", "root", "home", "Users"].join("|")})/[a-z]`,
    );
    const faults = TEXTS.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        machine.test(line) ? [`${path}:${index + 1}: use a path relative to the repository`] : [],
      ),
    );
    expect(faults).toEqual([]);
  });

  test("texts end with one line end and use no carriage returns", () => {
    const faults = TEXTS.filter(
      ({ path }) => !/^test\/(golden|corpus|property)\//.test(path),
    ).flatMap(({ path, text }) => [
      ...(text.includes("\r\n") ? [`${path}: line ends of Windows`] : []),
      ...(/[^\n]\n$|^$/.test(text.slice(-2)) || text === ""
        ? []
        : [`${path}: end with one line end`]),
    ]);
    expect(faults).toEqual([]);
  });
});

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** The anchor that code hosts give a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
