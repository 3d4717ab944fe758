// A JSON object of a token as a map. A name that stands twice is refused (RFC 7515 section 4):
// which of the two counts is a matter of taste, and a check and its user might have different
// tastes. It does NOT look into nested objects for that, because no claim that we know has one.

import { parseUtf8 } from "./utf8.ts";

/** The members, or null if the bytes are no JSON object or a name is repeated. */
export function parseJsonObject(bytes: Uint8Array): ReadonlyMap<string, unknown> | null {
  const text = parseUtf8(bytes);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const members = new Map(Object.entries(value));
  return countNames(text) === members.size ? members : null;
}

/** Names of the outermost object, repeated ones counted as often as they stand there. */
function countNames(text: string): number {
  let depth = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === '"') {
      at = findEnd(text, at);
      continue;
    }
    if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    else if (letter === ":" && depth === 1) count += 1;
  }
  return count;
}

/** Position of the quote that closes the text which opens at `start`. */
function findEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\\") at += 1;
    else if (letter === '"') return at;
  }
  return text.length;
}
