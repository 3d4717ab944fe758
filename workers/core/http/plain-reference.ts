// Tells at sight the references that need no resolving: relative, already in canonical spelling, no
// dot segment, no scheme, no variable. Nearly all segment names of real packagers are of this kind,
// and the check costs about a nanosecond per letter, while resolving costs a microsecond. The same
// walk finds where the reference ends, so nobody has to look for that before. A "no" is not a
// fault: resolveUri decides then.
//
// No loop here reads behind the end of the text. V8 compiles charCodeAt to one load until the first
// time that it answers NaN, and to a call for ever after.

const refused = 0;
const question = 1;
const slash = 2;
/** From here on: may stand within a segment. */
const inner = 3;
const first = 4;

/** One for each number that a letter can be; those from 128 on are refused. */
const classes = 256;

/**
 * Class of each letter in a path. "." may not begin a segment (dot segments), "@" and "~"
 * open labels.
 */
const pathClass = new Uint8Array(classes);
/** 1: may stand in a query as it is. "{" is missing, for it may open a variable. */
const queryClass = new Uint8Array(classes);

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
 * belong to one (a line break, a quote, a blank) or the end of all letters; `notPlain` if what
 * stands before that is none.
 */
export function seekPlainEnd(letters: Uint8Array, start: number): number {
  let position = start;
  for (;;) {
    const end = seekSegmentEnd(letters, position);
    if (end === position) return notPlain;
    if (end === letters.length) return end;
    const kind = pathClass[letters[end] as number];
    if (kind !== slash) return kind === question ? seekQueryEnd(letters, end + 1) : end;
    position = end + 1;
  }
}

/** As seekPlainEnd, for a reference of one segment: a plain name, perhaps with a query. */
export function seekPlainNameEnd(letters: Uint8Array, start: number): number {
  const end = seekSegmentEnd(letters, start);
  if (end === start) return notPlain;
  if (end === letters.length) return end;
  const kind = pathClass[letters[end] as number];
  if (kind === slash) return notPlain;
  return kind === question ? seekQueryEnd(letters, end + 1) : end;
}

/** `start` if no segment begins there. */
function seekSegmentEnd(letters: Uint8Array, start: number): number {
  const { length } = letters;
  if (start >= length || pathClass[letters[start] as number] !== first) return start;
  let position = start + 1;
  while (position < length && (pathClass[letters[position] as number] as number) >= inner) {
    position += 1;
  }
  return position;
}

function seekQueryEnd(letters: Uint8Array, start: number): number {
  let position = start;
  while (position < letters.length && queryClass[letters[position] as number] === 1) position += 1;
  return position;
}

// The same for spans of texts whose letters nobody has at hand. A property test holds both
// together.

/** True if the span is a plain reference. */
export function isPlainReference(text: string, start: number, end: number): boolean {
  let opens = true;
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    const kind = code < 128 ? (pathClass[code] as number) : refused;
    if (kind === first) opens = false;
    else if (opens || kind === refused) return false;
    else if (kind === slash) opens = true;
    else if (kind === question) return isPlainQuery(text, position + 1, end);
  }
  return !opens;
}

/** The same for a reference of one segment. */
export function isPlainName(text: string, start: number, end: number): boolean {
  const slashAt = text.indexOf("/", start);
  return (slashAt === -1 || slashAt >= end) && isPlainReference(text, start, end);
}

function isPlainQuery(text: string, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    if (code >= 128 || queryClass[code] === 0) return false;
  }
  return true;
}
