// Walks an attribute list (RFC 8216bis section 4.2) in place: names and raw values are spans of the
// original letters (http/letters.ts: text costs a third more), so quoting, order and
// number spelling cannot be lost. Values are interpreted only by those who ask for one. Tolerated,
// because packagers write them: blanks around a name or a value, and an empty pair. Refused: a
// quote that never closes, text after a closing quote, a quote in a value that does not begin with
// one, a pair without "=". It does not know which attributes a tag may have.

import { toLetters } from "../http/letters.ts";
import { notANumber, parseDecimal, parseInteger } from "./number.ts";

/**
 * A walk over one list. After nextAttribute returned "pair" the spans describe the current pair.
 */
export interface AttributeCursor {
  readonly letters: Uint8Array;
  position: number;
  end: number;
  nameStart: number;
  nameEnd: number;
  /** Span of the raw value, quotes included. */
  valueStart: number;
  valueEnd: number;
}

export type AttributeStep = "pair" | "end" | "bad";

const comma = 44;
const equals = 61;
const quote = 34;

export function makeAttributeCursor(
  letters: Uint8Array,
  start: number,
  end: number,
): AttributeCursor {
  return {
    letters,
    position: start,
    end,
    nameStart: start,
    nameEnd: start,
    valueStart: 0,
    valueEnd: 0,
  };
}

/** All letters up to U+0020, as at the ends of a line. */
function isBlank(code: number): boolean {
  return code <= 32;
}

/** What may stand between two pairs. */
function isGap(code: number): boolean {
  return code === comma || isBlank(code);
}

/**
 * Moves to the next pair. Linear: each character is visited at most twice over a walk, and a search
 * for a closing quote that runs past the end of the list is the last step of that walk; the next
 * search for one begins behind the quote that it found.
 */
export function nextAttribute(cursor: AttributeCursor): AttributeStep {
  const { letters, end } = cursor;
  let { position } = cursor;
  while (position < end && isGap(letters[position] as number)) position += 1;
  if (position >= end) return "end";
  cursor.nameStart = position;
  for (; position < end; position += 1) {
    const code = letters[position] as number;
    if (code > equals) continue;
    if (code === equals) break;
    if (code === comma || code === quote) return "bad";
  }
  let nameEnd = position;
  while (nameEnd > cursor.nameStart && isBlank(letters[nameEnd - 1] as number)) nameEnd -= 1;
  if (position >= end || nameEnd === cursor.nameStart) return "bad";
  cursor.nameEnd = nameEnd;
  position += 1;
  while (position < end && isBlank(letters[position] as number)) position += 1;
  cursor.valueStart = position;
  if (position < end && letters[position] === quote) {
    let closing = position + 1;
    while (closing < end && letters[closing] !== quote) closing += 1;
    if (closing >= end) return "bad";
    cursor.valueEnd = closing + 1;
    position = closing + 1;
    while (position < end && isBlank(letters[position] as number)) position += 1;
    if (position < end && letters[position] !== comma) return "bad";
  } else {
    for (; position < end; position += 1) {
      const code = letters[position] as number;
      if (code === comma) break;
      // Some readers would let it guard the commas behind it, others would not.
      if (code === quote) return "bad";
    }
    let last = position;
    while (last > cursor.valueStart && (letters[last - 1] as number) <= 32) last -= 1;
    cursor.valueEnd = last;
  }
  cursor.position = position;
  return "pair";
}

/** True if the current pair has this name. */
export function isNamed(cursor: AttributeCursor, name: string): boolean {
  const { letters, nameStart } = cursor;
  if (cursor.nameEnd - nameStart !== name.length) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (letters[nameStart + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

/**
 * A whole list by name; the raw values keep their quotes. Of a name that comes twice the first one
 * stays.
 */
export type Attributes = ReadonlyMap<string, string>;

export const attributeListFaults = ["bad-attribute-list", "too-many-attributes"] as const;
export type AttributeListFault = (typeof attributeListFaults)[number];

export function parseAttributes(
  text: string,
  start: number,
  end: number,
  attributesMax: number,
): Attributes | AttributeListFault {
  const found = new Map<string, string>();
  const list = text.slice(start, end);
  const cursor = makeAttributeCursor(toLetters(list), 0, list.length);
  for (let count = 0; ; count += 1) {
    const step = nextAttribute(cursor);
    if (step === "end") return found;
    if (step === "bad") return "bad-attribute-list";
    if (count >= attributesMax) return "too-many-attributes";
    const name = list.slice(cursor.nameStart, cursor.nameEnd);
    if (!found.has(name)) found.set(name, list.slice(cursor.valueStart, cursor.valueEnd));
  }
}

/**
 * The content of a quoted string; a value without quotes is taken as it is. Null if the attribute
 * is absent.
 */
export function parseStringAttribute(attributes: Attributes, name: string): string | null {
  const raw = attributes.get(name);
  if (raw === undefined) return null;
  return raw.startsWith('"') ? raw.slice(1, -1) : raw;
}

/** A decimal attribute; null if absent, `notANumber` if it is not a decimal number. */
export function parseDecimalAttribute(attributes: Attributes, name: string): number | null {
  const text = parseStringAttribute(attributes, name);
  return text === null ? null : parseDecimal(text, 0, text.length);
}

/**
 * An integer attribute; null if absent or not an integer up to 2^53 - 1. Larger ones are read with
 * parseBigInteger.
 */
export function parseIntegerAttribute(attributes: Attributes, name: string): number | null {
  const text = parseStringAttribute(attributes, name);
  if (text === null) return null;
  const value = parseInteger(text, 0, text.length);
  return value <= notANumber ? null : value;
}

/**
 * An integer of up to 20 digits (0 to 2^64 - 1, RFC 8216bis section 4.2); null if the text is none.
 */
export function parseBigInteger(text: string): bigint | null {
  if (!/^\d{1,20}$/.test(text)) return null;
  const value = BigInt(text);
  return value < 1n << 64n ? value : null;
}
