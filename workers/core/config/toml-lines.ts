// Finds the line of a value in a TOML text, so that a complaint about `channels[1].mode` can name
// the place where a person must edit. The TOML parser we use keeps no positions; this reads only
// table headers and the keys at the start of a line (TOML 1.0, sections "Table", "Array of
// Tables"), and falls back to the table's own line for a value inside an inline table or array.

export type TomlPath = readonly (string | number)[];

interface Mark {
  readonly path: string;
  readonly line: number;
}

const HEADER = /^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?/;
const KEY =
  /^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=/;

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

function toMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  const counts = new Map<string, number>();
  let table = "";
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const source = lines[index] ?? "";
    const header = HEADER.exec(source);
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
      marks.push({ path: table, line: index + 1 });
      continue;
    }
    const key = KEY.exec(source);
    if (key === null) continue;
    const name = toParts(key[1] ?? "").join(".");
    marks.push({ path: table === "" ? name : `${table}.${name}`, line: index + 1 });
  }
  return marks;
}

/** Line (from 1) of the value at `path`, or of the nearest table or key above it; 1 if none. */
export function toTomlLine(text: string, path: TomlPath): number {
  const marks = toMarks(text);
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length).join(".");
    const mark = marks.find((candidate) => candidate.path === wanted);
    if (mark !== undefined) return mark.line;
  }
  return 1;
}
