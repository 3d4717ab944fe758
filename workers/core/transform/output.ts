// What a rewrite makes of a playlist: a list of cuts, each with the text that takes its place, and
// the two ways to print the answer, as text and as bytes.
//
// The bytes are printed from the bytes of the input where those are at hand, because hanging a text
// together from a thousand pieces and encoding it was measured to cost as much as everything else
// that is done to a playlist.

import { toWords } from "../http/letters.ts";
import { tearOff, toStrip } from "./answer-pad.ts";

export interface Output {
  readonly text: string;
  /** Pairs (start, end) of what is left out of the input, in ascending order. */
  readonly cuts: number[];
  /** What takes the place of each cut. */
  readonly inserts: string[];
  /** Cuts that were made; the arrays are longer, for growing them costs more than filling them. */
  count: number;
  /** Letters that the answer has more than the input; fewer if negative. */
  grownChars: number;
  /** Start of the last URI: the current segment's or variant's block begins behind its line. */
  lastUriStart: number;
  dropped: number;
}

/** `expected`: about how many cuts there will be. */
export function makeOutput(text: string, expected: number): Output {
  const cuts = new Array<number>(2 * expected);
  const inserts = new Array<string>(expected);
  return { text, cuts, inserts, count: 0, grownChars: 0, lastUriStart: 0, dropped: 0 };
}

/** Puts `insert` in place of a span that lies behind all earlier ones. */
export function applyCut(output: Output, start: number, end: number, insert: string): void {
  const { count, cuts } = output;
  cuts[2 * count] = start;
  cuts[2 * count + 1] = end;
  output.inserts[count] = insert;
  output.count = count + 1;
  output.grownChars += insert.length - (end - start);
}

/** End of the last cut; 0 without one. */
export function toCutEnd({ cuts, count }: Output): number {
  return count === 0 ? 0 : (cuts[2 * count - 1] as number);
}

/** Takes back all cuts but the first ones. */
export function applyUndo(output: Output, count: number): void {
  const { cuts, inserts } = output;
  for (let index = count; index < output.count; index += 1) {
    const cutChars = (cuts[2 * index + 1] as number) - (cuts[2 * index] as number);
    output.grownChars -= (inserts[index] as string).length - cutChars;
  }
  output.count = count;
}

/**
 * Without cuts the answer is the input string itself. Joined and not added up, because a text that
 * hangs together from its pieces holds twice its own size until somebody reads it.
 */
export function printText({ text, cuts, inserts, count }: Output): string {
  if (count === 0) return text;
  const pieces: string[] = [];
  let from = 0;
  for (let index = 0; index < count; index += 1) {
    pieces.push(text.slice(from, cuts[2 * index]), inserts[index] as string);
    from = cuts[2 * index + 1] as number;
  }
  pieces.push(text.slice(from));
  return pieces.join("");
}

/**
 * The same in UTF-8, from the bytes of an ASCII input; null if an insert is not ASCII. Without cuts
 * the answer is the very array of the input.
 */
export function printBytes(output: Output, input: Uint8Array): Uint8Array | null {
  const { cuts, inserts, count } = output;
  if (count === 0) return input;
  const size = input.length + output.grownChars;
  const strip = toStrip(size);
  const { letters, words: target } = strip;
  const source = toWords(input);
  let at = strip.start;
  let from = 0;
  let last = "";
  let lastAt = 0;
  for (let index = 0; index < count; index += 1) {
    const start = cuts[2 * index] as number;
    const insert = inserts[index] as string;
    copy(source, from, target, at, start - from);
    at += start - from;
    from = cuts[2 * index + 1] as number;
    if (insert === last) {
      copy(target, lastAt, target, at, insert.length);
    } else {
      for (let place = 0; place < insert.length; place += 1) {
        const code = insert.charCodeAt(place);
        if (code > 127) return null;
        letters[at + place] = code;
      }
      last = insert;
      lastAt = at;
    }
    at += insert.length;
  }
  copy(source, from, target, at, input.length - from);
  return tearOff(strip, size);
}

/**
 * Copies eight letters at a time, the last eight perhaps once more. A third of the time of set(),
 * which is made for long arrays; most pieces have a hundred letters. Eight ASCII letters are never
 * a NaN, so reading and writing them as a number loses nothing.
 */
function copy(source: DataView, from: number, target: DataView, at: number, count: number): void {
  if (count < 8) {
    for (let index = 0; index < count; index += 1) {
      target.setUint8(at + index, source.getUint8(from + index));
    }
    return;
  }
  const last = count - 8;
  for (let index = 0; index < last; index += 8) {
    target.setFloat64(at + index, source.getFloat64(from + index, true), true);
  }
  target.setFloat64(at + last, source.getFloat64(from + last, true), true);
}
