// Finds the line of a value in a TOML text, so that a complaint about `channels[1].mode` can name
// the place where a person must edit. The TOML parser we use keeps no positions; this walks the
// text once and notes where tables, keys and elements of arrays begin (TOML 1.0, sections "Table",
// "Array of Tables", "Array"). What stands inside an inline table has the line of that table.
//
// It reads texts that the parser has accepted. On any other text it still ends and gives some
// line, but promises nothing.

export type TomlPath = readonly (string | number)[];

interface Mark {
  readonly path: string;
  readonly line: number;
}

/** Where the walk stands. */
interface Cursor {
  readonly text: string;
  at: number;
  line: number;
}

const HEADER = /[ \t]*(\[\[?)[ \t]*([^\]\n]+?)[ \t]*\]\]?/y;
const KEY =
  /[ \t]*((?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)(?:[ \t]*\.[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+))*)[ \t]*=[ \t]*/y;
const COMMENT = /#[^\n]*/y;
/** All four kinds of strings; the ones of three quotes may hold line ends. */
const STRING = /"""[\s\S]*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;

function toParts(dotted: string): string[] {
  return dotted.split(".").map((part) => part.trim().replace(/^["']|["']$/g, ""));
}

/** The table path of a header, with the index of the latest element for arrays of tables. */
function toTablePath(parts: readonly string[], counts: ReadonlyMap<string, number>): string {
  let path = "";
  for (const part of parts) {
    path = path === "" ? part : `${path}.${part}`;
    const count = counts.get(path);
    if (count !== undefined) path = `${path}.${count - 1}`;
  }
  return path;
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found === null) return null;
  cursor.at += found[0].length;
  cursor.line += found[0].split("\n").length - 1;
  return found;
}

/** Walks over a value to the end of its last line; notes the elements of an array. */
function skipValue(cursor: Cursor, path: string, marks: Mark[]): void {
  const isArray = cursor.text[cursor.at] === "[";
  let depth = 0;
  let index = 0;
  let isNext = true;
  while (cursor.at < cursor.text.length) {
    const letter = cursor.text[cursor.at] ?? "";
    if (letter === "\n" && depth === 0) return;
    const isBlank = letter === "\n" || letter === "\r" || letter === " " || letter === "\t";
    const isElement = !isBlank && letter !== "#" && letter !== "]" && letter !== ",";
    if (isArray && depth === 1 && isNext && isElement) {
      marks.push({ path: `${path}.${index}`, line: cursor.line });
      isNext = false;
    }
    if (take(cursor, COMMENT) !== null || take(cursor, STRING) !== null) continue;
    if (letter === "[" || letter === "{") depth++;
    if (letter === "]" || letter === "}") depth--;
    if (letter === "," && depth === 1) {
      index++;
      isNext = true;
    }
    if (letter === "\n") cursor.line++;
    cursor.at++;
  }
}

function toMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  const counts = new Map<string, number>();
  const cursor: Cursor = { text, at: 0, line: 1 };
  let table = "";
  while (cursor.at < text.length) {
    const { line } = cursor;
    const header = take(cursor, HEADER);
    const key = header === null ? take(cursor, KEY) : null;
    if (header !== null) {
      const parts = toParts(header[2] ?? "");
      const parent = toTablePath(parts.slice(0, -1), counts);
      const name = parts.at(-1) ?? "";
      table = parent === "" ? name : `${parent}.${name}`;
      if (header[1] === "[[") {
        const count = (counts.get(table) ?? 0) + 1;
        counts.set(table, count);
        table = `${table}.${count - 1}`;
      }
      marks.push({ path: table, line });
    }
    let path = "";
    if (key !== null) {
      const name = toParts(key[1] ?? "").join(".");
      path = table === "" ? name : `${table}.${name}`;
      marks.push({ path, line });
    }
    skipValue(cursor, path, key === null ? [] : marks);
    cursor.at++;
    cursor.line++;
  }
  return marks;
}

/**
 * Line (from 1) of the value at `path`; of the first thing below it if it has no line of its own;
 * of the nearest table or key above it otherwise; 1 if there is none.
 */
export function toTomlLine(text: string, path: TomlPath): number {
  const marks = toMarks(text);
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length).join(".");
    const mark =
      marks.find((candidate) => candidate.path === wanted) ??
      marks.find((candidate) => candidate.path.startsWith(`${wanted}.`));
    if (mark !== undefined) return mark.line;
  }
  return 1;
}
