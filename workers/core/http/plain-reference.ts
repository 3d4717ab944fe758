// Tells at sight the references that need no resolving: relative, already in canonical spelling, no
// dot segment, no scheme, no variable. Nearly all segment names of real packagers are of this kind,
// and the check costs about a nanosecond per letter, while resolving costs a microsecond. The same
// walk finds where the reference ends, so nobody has to look for that before. A "no" is not a
// fault: resolveUri decides then.
//
// No loop here reads behind the end of the text. V8 compiles charCodeAt to one load until the first
// time that it answers NaN, and to a call for ever after.

const refused = 0;
const first = 1;
const inner = 2;
const slash = 3;
const question = 4;

/**
 * Class of each ASCII letter in a path. "." may not begin a segment (dot segments), "@" and "~"
 * open labels.
 */
const pathClass = new Uint8Array(128);
/** 1: may stand in a query as it is. "{" is missing, for it may open a variable. */
const queryClass = new Uint8Array(128);

function fill(table: Uint8Array, letters: string, value: number): void {
  for (let index = 0; index < letters.length; index += 1) table[letters.charCodeAt(index)] = value;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
fill(pathClass, `${letters}-_!$&'()*+,;=`, first);
fill(pathClass, ".~@", inner);
fill(pathClass, "/", slash);
fill(pathClass, "?", question);
fill(queryClass, `${letters}-_.~!$&'()*+,;=:@/?%[]|^`, 1);

/** What seekPlainEnd returns when no plain reference begins there. */
export const notPlain = -1;

/**
 * The end of the plain reference that begins at `start`, which is the first letter that cannot
 * belong to one (a line break, a quote, a blank) or `end` itself; `notPlain` if what stands before
 * that is none.
 */
export function seekPlainEnd(text: string, start: number, end: number): number {
  let opens = true;
  let position = start;
  for (; position < end; position += 1) {
    const code = text.charCodeAt(position);
    const kind = code < 128 ? (pathClass[code] as number) : refused;
    if (kind === first) opens = false;
    else if (opens) return notPlain;
    else if (kind === slash) opens = true;
    else if (kind === question) return seekQueryEnd(text, position + 1, end);
    else if (kind === refused) return position;
  }
  return opens ? notPlain : position;
}

/** As seekPlainEnd, for a reference of one segment: a plain name, perhaps with a query. */
export function seekPlainNameEnd(text: string, start: number, end: number): number {
  let position = start;
  for (; position < end; position += 1) {
    const code = text.charCodeAt(position);
    const kind = code < 128 ? (pathClass[code] as number) : refused;
    if (kind === first) continue;
    if (position === start || kind === slash) return notPlain;
    if (kind === question) return seekQueryEnd(text, position + 1, end);
    if (kind === refused) return position;
  }
  return position === start ? notPlain : position;
}

function seekQueryEnd(text: string, start: number, end: number): number {
  let position = start;
  for (; position < end; position += 1) {
    const code = text.charCodeAt(position);
    if (code >= 128 || queryClass[code] === 0) break;
  }
  return position;
}

/** True if the span is a plain reference. */
export function isPlainReference(text: string, start: number, end: number): boolean {
  return seekPlainEnd(text, start, end) === end;
}

/** True if the span is a plain reference without a query. */
export function isPlainPath(text: string, start: number, end: number): boolean {
  const query = text.indexOf("?", start);
  return (query === -1 || query >= end) && isPlainReference(text, start, end);
}
