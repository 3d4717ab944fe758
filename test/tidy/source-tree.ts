// The files of the repository as the tidy rules see them. Every rule is about plain text: no
// compiler, so the suite stays quick, at the price that it knows the formatter's layout (a block
// ends at the next closing brace of the same indentation) and nothing of types.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Made by tools or by other people; never tidied. */
const SKIPPED = new Set(["node_modules", ".git", ".build", ".weir", ".wrangler", "test-results"]);
const TEXT = /(^|\/)(\.[a-z]+|[^./]+|.*\.(ts|js|json|md|toml|sh|css|html|svg|yml|yaml|m3u8|txt))$/;

export interface SourceFile {
  /** Relative to the repository, with "/". */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

function listPaths(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listPaths(path);
    return entry.isFile() ? [path] : [];
  });
}

/** All paths, texts or not. */
export const PATHS: readonly string[] = listPaths("").sort();

/** All text files. */
export const TEXTS: readonly SourceFile[] = PATHS.filter((path) => TEXT.test(path)).map((path) => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, lines: text.split("\n") };
});

/** All TypeScript of ours. */
export const SOURCES: readonly SourceFile[] = TEXTS.filter(({ path }) => path.endsWith(".ts"));

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** A source without comments; every line keeps its number. */
export function toCode(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (found, literal: string | undefined) => literal ?? found.replace(/[^\n]/g, ""),
  );
}

export interface Import {
  readonly from: string;
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Path in the repository if relative, else null. */
  readonly path: string | null;
  /** Package or module name if not relative, else null. */
  readonly packageName: string | null;
  /** Nothing of it exists at run time. */
  readonly isType: boolean;
}

const IMPORT =
  /^[ \t]*(?:import|export)\b([^;"'`]*?)\bfrom\s*"([^"]+)"|^[ \t]*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|"(\.{1,2}\/[^"\n]+\.ts)"/gm;

/** Every module that a source names: imports, re-exports, dynamic ones, and scripts it starts. */
export function toImports(file: SourceFile): readonly Import[] {
  const code = toCode(file.text);
  return [...code.matchAll(IMPORT)].flatMap((found) => {
    const specifier = found[2] ?? found[3] ?? found[4] ?? found[5] ?? "";
    const isRelative = specifier.startsWith(".");
    const parts = specifier.split("/");
    const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
    const path = isRelative ? posix.join(posix.dirname(file.path), specifier) : null;
    // A text that only looks like a path, as tests are full of.
    if (found[5] !== undefined && !existsSync(join(ROOT, path ?? ""))) return [];
    return {
      from: file.path,
      line: toLine(code, found.index + found[0].length),
      specifier,
      path,
      packageName: isRelative ? null : (name ?? specifier),
      isType: found[1] !== undefined && isTypeClause(found[1]),
    };
  });
}

/** `type {..}`, or braces in which every name is a type. */
function isTypeClause(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1];
  if (names === undefined) return false;
  const each = names.split(",").filter((name) => name.trim() !== "");
  return each.length > 0 && each.every((name) => /^\s*type\s/.test(name));
}

/** Line, from 1, of a position. */
export function toLine(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < position; at = text.indexOf("\n", at + 1))
    line++;
  return line;
}

/** Every place where a pattern is found in the code, comments aside: `path:line: message`. */
export function findInCode(
  files: readonly SourceFile[],
  pattern: RegExp,
  message: string,
): readonly string[] {
  return files.flatMap(({ path, text }) =>
    toCode(text)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${message}`] : [])),
  );
}
