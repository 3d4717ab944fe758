// The grammar of a token's regular expression as a tree, for pattern.ts, which tells what is
// accepted. Letters that mean something to some engine and nothing here are refused unless they are
// escaped, so that no expression is read as another one than its author meant.

/** Which letters one step takes. */
export interface PatternLetter {
  readonly kind: "letter";
  /** 1 for each that it takes, by code; the last is for all letters beyond ASCII. */
  readonly taken: Uint8Array;
}

export type PatternNode =
  | PatternLetter
  | { readonly kind: "row"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly nodes: readonly PatternNode[] }
  | PatternRepeat;

export interface PatternRepeat {
  readonly kind: "repeat";
  readonly node: PatternNode;
  readonly min: number;
  /** Null: any number. */
  readonly max: number | null;
}

const DEPTH_MAX = 8;
const COUNT_MAX = 64;
/** Letters that stand for themselves. */
const PLAIN = /^[A-Za-z0-9_~%!"#&',/:;<=>@` -]$/;

/** Least and most; null: no most. */
type Bounds = readonly [number, number | null];
const SIMPLE_REPEATS: ReadonlyMap<string, Bounds> = new Map([
  ["*", [0, null]],
  ["+", [1, null]],
  ["?", [0, 1]],
]);

/** Where the reading stands. */
interface Place {
  readonly text: string;
  at: number;
}

/** The tree of an expression without anchors; null: malformed or more than we judge. */
export function parsePatternNode(text: string): PatternNode | null {
  const place = { text, at: 0 };
  const node = parseChoice(place, 0);
  return node === null || place.at < text.length ? null : node;
}

function parseChoice(place: Place, depth: number): PatternNode | null {
  if (depth > DEPTH_MAX) return null;
  const nodes: PatternNode[] = [];
  for (;;) {
    const row = parseRow(place, depth);
    if (row === null) return null;
    nodes.push(row);
    if (place.text.charAt(place.at) !== "|") break;
    place.at += 1;
  }
  return nodes.length === 1 ? (nodes[0] as PatternNode) : { kind: "choice", nodes };
}

function parseRow(place: Place, depth: number): PatternNode | null {
  const nodes: PatternNode[] = [];
  while (place.at < place.text.length && !"|)".includes(place.text.charAt(place.at))) {
    const atom = parseAtom(place, depth);
    const node = atom === null ? null : parseRepeats(place, atom);
    if (node === null) return null;
    nodes.push(node);
  }
  return { kind: "row", nodes };
}

function parseAtom(place: Place, depth: number): PatternNode | null {
  const letter = place.text.charAt(place.at);
  place.at += 1;
  if (letter === "(") {
    const node = parseChoice(place, depth + 1);
    if (node === null || place.text.charAt(place.at) !== ")") return null;
    place.at += 1;
    return node;
  }
  if (letter === "[") return parseClass(place);
  if (letter === ".") return toLetters(() => true, true);
  if (letter === "\\") {
    const escaped = place.text.charAt(place.at);
    place.at += 1;
    // A letter or digit behind a backslash means a class or a reference to some engines.
    return /^[!-/:-@[-`{-~]$/.test(escaped) ? toLetter(escaped) : null;
  }
  return PLAIN.test(letter) ? toLetter(letter) : null;
}

function toLetter(wanted: string): PatternNode {
  return toLetters((letter) => letter === wanted, false);
}

const ASCII_COUNT = 128;

function toLetters(isTaken: (letter: string) => boolean, beyond: boolean): PatternLetter {
  const taken = new Uint8Array(ASCII_COUNT + 1);
  for (let code = 0; code < ASCII_COUNT; code++) {
    taken[code] = isTaken(String.fromCharCode(code)) ? 1 : 0;
  }
  taken[ASCII_COUNT] = beyond ? 1 : 0;
  return { kind: "letter", taken };
}

/** Behind "[": letters and ranges up to "]". */
function parseClass(place: Place): PatternNode | null {
  const end = place.text.indexOf("]", place.at + 1);
  if (end < 0) return null;
  const body = place.text.slice(place.at, end);
  place.at = end + 1;
  const isInverted = body.startsWith("^");
  const items = isInverted ? body.slice(1) : body;
  // "[" opens a class by name, a backslash is an escape to some engines and a letter to POSIX.
  if (items === "" || !/^[\x20-\x7e]+$/.test(items) || /[[\\^]/.test(items)) return null;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < items.length; at++) {
    const first = items.charAt(at);
    const last =
      items.charAt(at + 1) === "-" && at + 2 < items.length ? items.charAt(at + 2) : null;
    if (last !== null && (last < first || first === "-")) return null;
    ranges.push([first, last ?? first]);
    if (last !== null) at += 2;
  }
  const isListed = (letter: string) => ranges.some(([a, b]) => a <= letter && letter <= b);
  return toLetters((letter) => isListed(letter) !== isInverted, isInverted);
}

function parseRepeats(place: Place, atom: PatternNode): PatternNode | null {
  const letter = place.text.charAt(place.at);
  const simple = SIMPLE_REPEATS.get(letter);
  let bounds = simple ?? null;
  if (simple !== undefined) place.at += 1;
  else if (letter === "{") {
    const [whole = "", min = "", comma, max = ""] =
      /^\{(\d{1,2})(,(\d{0,2}))?\}/.exec(place.text.slice(place.at)) ?? [];
    if (whole === "") return null;
    place.at += whole.length;
    bounds = [Number(min), comma === undefined ? Number(min) : max === "" ? null : Number(max)];
  }
  if (bounds === null) return atom;
  // Two repeats behind each other mean "lazy" or "possessive" elsewhere.
  if ("*+?{".includes(place.text.charAt(place.at) || " ")) return null;
  const [min, max] = bounds;
  if (min > COUNT_MAX || (max !== null && (max > COUNT_MAX || max < min))) return null;
  return { kind: "repeat", node: atom, min, max };
}
