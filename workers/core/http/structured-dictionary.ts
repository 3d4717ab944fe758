// Reads a structured dictionary (RFC 9651 section 4.2.2) far enough for targeted cache fields (RFC
// 9213; spec section 9, H6): each member's name and its bare item as text. Strict, because the RFC
// tells a cache to ignore a targeted field that does not parse and to fall back to the next one.
// Parameters are read and dropped; an inner list is read and reported as "()" since no cache
// directive is one. It does NOT interpret: max-age is still text here.

/** A dictionary's members: text of the bare item, or true for a member without a value. */
export type Dictionary = ReadonlyMap<string, string | true>;

const FIELD_CHARS_MAX = 4096;
const KEY = /[a-z*][a-z0-9_\-.*]*/y;
const NUMBER = /-?\d{1,15}(?:\.\d{1,3})?/;
const STRING = /"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/;
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/;
const BINARY_OR_BOOLEAN = /:[A-Za-z0-9+/=]*:|\?[01]/;
const BARE_ITEM = new RegExp(
  [NUMBER, STRING, TOKEN, BINARY_OR_BOOLEAN].map((form) => form.source).join("|"),
  "y",
);
const SPACES = / */y;
const OPTIONAL_WHITESPACE = /[ \t]*/y;

interface Cursor {
  readonly text: string;
  at: number;
}

/** Reads a dictionary, or null when the field is empty, too long, or not one. */
export function parseDictionary(field: string): Dictionary | null {
  // Bounded before anything is matched; fields come from origins.
  if (field.length > FIELD_CHARS_MAX) return null;
  const cursor: Cursor = { text: field.trim(), at: 0 };
  if (cursor.text === "") return null;
  const members = new Map<string, string | true>();
  for (;;) {
    const key = take(cursor, KEY);
    if (key === null) return null;
    const value = takeChar(cursor, "=") ? takeMemberValue(cursor) : true;
    if (value === null || !skipParameters(cursor)) return null;
    // The last of equal keys wins (RFC 9651 section 4.2.2); "?0" is a member switched off.
    if (value === "?0") members.delete(key);
    else members.set(key, value === "?1" ? true : value);
    take(cursor, OPTIONAL_WHITESPACE);
    if (cursor.at === cursor.text.length) return members;
    if (!takeChar(cursor, ",")) return null;
    take(cursor, OPTIONAL_WHITESPACE);
  }
}

function takeMemberValue(cursor: Cursor): string | null {
  if (!takeChar(cursor, "(")) return take(cursor, BARE_ITEM);
  for (;;) {
    take(cursor, SPACES);
    if (takeChar(cursor, ")")) return "()";
    if (take(cursor, BARE_ITEM) === null || !skipParameters(cursor)) return null;
    const next = cursor.text[cursor.at];
    if (next !== " " && next !== ")") return null;
  }
}

function skipParameters(cursor: Cursor): boolean {
  while (takeChar(cursor, ";")) {
    take(cursor, SPACES);
    if (take(cursor, KEY) === null) return false;
    if (takeChar(cursor, "=") && take(cursor, BARE_ITEM) === null) return false;
  }
  return true;
}

function take(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match === null) return null;
  cursor.at = pattern.lastIndex;
  return match[0];
}

function takeChar(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}
