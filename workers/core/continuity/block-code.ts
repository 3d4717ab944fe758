// Writes many blocks of text in few letters, and back without losing one. Neighbouring segments of
// a live playlist differ in numbers only: the count in the name, the date, the duration, the IV. So
// a text is taken apart into templates (the letters) and columns (the numbers of one place over all
// blocks), and a column is written as its first value and the steps to the next, equal steps once.
//
// Picture: the timetable of a tram. Nobody prints every departure when "from 5:04 every 12 minutes"
// says the same. A text in which nothing repeats is written out; what cannot be restored letter by
// letter is not coded at all.

/** The code of one text. A plain one begins with "=". */
export function printBlockCode(text: string): string {
  if (hasMarks.test(text)) return `=${text}`;
  const code = toCode(text);
  return code.length < text.length && parseBlockCode(code) === text ? code : `=${text}`;
}

/** The letters that stand for a number in a template; a text that holds one is not coded. */
const hasMarks = /[\u0001-\u0004]/;
const numberMark = "\u0001";
/** Followed by a letter for its width. */
const paddedMark = "\u0002";
const dateMark = "\u0003";
const hexMark = "\u0004";

const token = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}|0x0{19}[0-9a-f]{13}|\d{1,15}/g;
const widthBase = 64;

interface Table {
  readonly template: string;
  readonly columns: number[][];
}

function toCode(text: string): string {
  const tables: Table[] = [];
  const byTemplate = new Map<string, number>();
  const rows: number[] = [];
  for (const record of toRecords(text)) {
    const values: number[] = [];
    const template = record.replace(token, (found) => {
      const [mark, value] = toToken(found);
      values.push(value);
      return mark;
    });
    let index = byTemplate.get(template);
    if (index === undefined) {
      index = tables.length;
      byTemplate.set(template, index);
      tables.push({ template, columns: values.map(() => []) });
    }
    rows.push(index);
    const { columns } = tables[index] as Table;
    for (const [place, value] of values.entries()) columns[place]?.push(value);
  }
  const printed = tables.map(({ template, columns }) => [
    template,
    columns.map(printColumn).join(" "),
  ]);
  return JSON.stringify([printColumn(rows), ...printed]);
}

/** A record ends with a line that is no tag: the URI. */
function toRecords(text: string): readonly string[] {
  const records: string[] = [];
  let from = 0;
  for (let start = 0; start < text.length; ) {
    const lineFeedAt = text.indexOf("\n", start);
    const end = lineFeedAt < 0 ? text.length : lineFeedAt + 1;
    if (text.charCodeAt(start) !== 35) {
      records.push(text.slice(from, end));
      from = end;
    }
    start = end;
  }
  if (from < text.length) records.push(text.slice(from));
  return records;
}

function toToken(found: string): readonly [string, number] {
  if (found.startsWith("0x")) return [hexMark, Number.parseInt(found.slice(2), 16)];
  if (found.length > 20) return [dateMark, Date.parse(`${found}Z`)];
  const isPadded = found.length > 1 && found.startsWith("0");
  const mark = isPadded ? paddedMark + String.fromCharCode(widthBase + found.length) : numberMark;
  return [mark, Number(found)];
}

/** First value, then steps; `step*count` for equal ones. Base 36. */
function printColumn(values: readonly number[]): string {
  const pieces: string[] = [];
  let before = 0;
  let run = 0;
  let step = Number.NaN;
  const flush = () => {
    if (run > 0)
      pieces.push(run === 1 ? step.toString(36) : `${step.toString(36)}*${run.toString(36)}`);
  };
  for (const value of values) {
    const next = value - before;
    if (next === step) {
      run += 1;
    } else {
      flush();
      step = next;
      run = 1;
    }
    before = value;
  }
  flush();
  return pieces.join(",");
}

function parseColumn(text: string): readonly number[] {
  const values: number[] = [];
  let value = 0;
  if (text === "") return values;
  for (const piece of text.split(",")) {
    const [step = "0", count = "1"] = piece.split("*");
    const by = Number.parseInt(step, 36);
    for (let left = Number.parseInt(count, 36); left > 0; left -= 1) {
      value += by;
      values.push(value);
    }
  }
  return values;
}

/** The text of a code. Inverse of printBlockCode; throws on what it has not written. */
export function parseBlockCode(code: string): string {
  if (code.startsWith("=")) return code.slice(1);
  const [rows, ...tables] = JSON.parse(code) as [string, ...[string, string][]];
  const readers = tables.map(([template, columns]) => {
    return { pieces: toPieces(template), columns: columns.split(" ").map(parseColumn), row: 0 };
  });
  const printed: string[] = [];
  for (const index of parseColumn(rows)) {
    const reader = readers[index];
    if (reader === undefined) throw new Error(`A code without table ${index}.`);
    const { pieces, columns, row } = reader;
    for (const [place, piece] of pieces.entries()) {
      printed.push(piece.letters);
      const value = columns[place]?.[row];
      if (piece.print !== null && value !== undefined) printed.push(piece.print(value));
    }
    reader.row += 1;
  }
  return printed.join("");
}

interface Piece {
  readonly letters: string;
  /** How the number behind the letters is spelled; null behind the last ones. */
  readonly print: ((value: number) => string) | null;
}

function toPieces(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 0; at < template.length; at += 1) {
    const mark = template.charAt(at);
    if (mark > hexMark) continue;
    const letters = template.slice(from, at);
    if (mark === paddedMark) {
      const width = template.charCodeAt(at + 1) - widthBase;
      pieces.push({ letters, print: (value) => `${value}`.padStart(width, "0") });
      at += 1;
    } else if (mark === dateMark) {
      pieces.push({ letters, print: (value) => new Date(value).toISOString().slice(0, -1) });
    } else if (mark === hexMark) {
      pieces.push({ letters, print: (value) => `0x${value.toString(16).padStart(32, "0")}` });
    } else {
      pieces.push({ letters, print: String });
    }
    from = at + 1;
  }
  pieces.push({ letters: template.slice(from), print: null });
  return pieces;
}
