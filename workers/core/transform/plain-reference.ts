// Tells at sight the references that need no resolving: relative, already in canonical spelling, no
// dot segment, no scheme, no variable. Nearly all segment names of real packagers are of this kind,
// and the check costs about a nanosecond per letter, while resolving costs a microsecond. A "no" is
// not a fault: the long way decides then.

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

/** True if the span is a plain reference. */
export function isPlainReference(text: string, start: number, end: number): boolean {
  let opens = true;
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    const kind = code < 128 ? (pathClass[code] as number) : refused;
    if (kind === first) {
      opens = false;
    } else if (kind === inner) {
      if (opens) return false;
    } else if (kind === slash) {
      if (opens) return false;
      opens = true;
    } else {
      return kind === question && !opens && isPlainQuery(text, position + 1, end);
    }
  }
  return !opens;
}

function isPlainQuery(text: string, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    if (code >= 128 || queryClass[code] === 0) return false;
  }
  return true;
}
