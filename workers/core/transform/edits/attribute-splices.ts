// Changes of single attributes in a tag's line, as splices: all other attributes keep their order,
// quoting and spelling (RFC 8216bis section 4.2).

import type { Attributes } from "../../hls/attribute-list.ts";
import { makeAttributeCursor, nextAttribute, parseAttributes } from "../../hls/attribute-list.ts";
import { toLetters } from "../../http/letters.ts";
import type { Splice } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";

/** A list that cannot be read counts as empty, as it does for the readers in core/hls. */
export function toLineAttributes(text: string, line: TextLine): Attributes {
  const found = parseAttributes(text, line.valueStart, line.end, 1024);
  return typeof found === "string" ? new Map() : found;
}

interface PairSpan {
  readonly name: string;
  readonly nameStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

function toPairs(text: string, line: TextLine): readonly PairSpan[] {
  const { valueStart: from } = line;
  const list = text.slice(from, line.end);
  const cursor = makeAttributeCursor(toLetters(list), 0, list.length);
  const found: PairSpan[] = [];
  while (nextAttribute(cursor) === "pair") {
    const { nameStart, nameEnd, valueStart, valueEnd } = cursor;
    found.push({
      name: list.slice(nameStart, nameEnd),
      nameStart: from + nameStart,
      valueStart: from + valueStart,
      valueEnd: from + valueEnd,
    });
  }
  return found;
}

/** Gives the attribute this raw value (quotes included); it is appended if the tag lacks it. */
export function toAttributeSplice(
  text: string,
  line: TextLine,
  name: string,
  rawValue: string,
): Splice {
  const pair = toPairs(text, line).find((found) => found.name === name);
  if (pair !== undefined) return { start: pair.valueStart, end: pair.valueEnd, text: rawValue };
  let end = line.end;
  while (end > line.valueStart && text.charCodeAt(end - 1) <= 32) end -= 1;
  const separator = end === line.valueStart ? (line.valueStart === line.end ? ":" : "") : ",";
  const opening = separator === ":" && text.charCodeAt(line.valueStart - 1) === 58 ? "" : separator;
  return { start: end, end, text: `${opening}${name}=${rawValue}` };
}

/** Takes attributes out, each with one of the commas around it; nothing for those the tag lacks. */
export function toAttributeRemovals(
  text: string,
  line: TextLine,
  names: readonly string[],
): readonly Splice[] {
  const splices: Splice[] = [];
  const pairs = toPairs(text, line);
  let keptBefore = false;
  for (const [index, pair] of pairs.entries()) {
    if (!names.includes(pair.name)) {
      keptBefore = true;
      continue;
    }
    const start = keptBefore ? (pairs[index - 1]?.valueEnd ?? pair.nameStart) : pair.nameStart;
    const end = keptBefore ? pair.valueEnd : (pairs[index + 1]?.nameStart ?? pair.valueEnd);
    splices.push({ start, end, text: "" });
  }
  return splices;
}

/**
 * The text of one line with several attributes set or (null) removed; for lines that are copied.
 */
export function printLineWith(
  text: string,
  line: TextLine,
  values: ReadonlyMap<string, string | null>,
): string {
  let printed = text.slice(line.start, line.end);
  for (const [name, value] of values) {
    const own: TextLine = {
      ...line,
      start: 0,
      end: printed.length,
      valueStart: line.valueStart - line.start,
    };
    const splices =
      value === null
        ? toAttributeRemovals(printed, own, [name])
        : [toAttributeSplice(printed, own, name, value)];
    for (const splice of [...splices].reverse()) {
      printed = printed.slice(0, splice.start) + splice.text + printed.slice(splice.end);
    }
  }
  return printed;
}
