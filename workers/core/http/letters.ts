// The letters of a text as an array of numbers, and comparisons that cut nothing out of a text.
//
// Reading a letter of a string costs three times as much as reading a number of an array, because
// a string has many forms and each reading asks which one it is. Whoever decoded the text still has
// its bytes, and where it is ASCII, as nearly all playlists are, the bytes are the letters already.

/** Stands for every letter that is not ASCII; the readers of letters need not tell those apart. */
const notAscii = 128;

/** The letters of a text whose bytes are not at hand, or are more than its letters. */
export function toLetters(text: string): Uint8Array {
  const letters = new Uint8Array(text.length);
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    letters[position] = code < notAscii ? code : notAscii;
  }
  return letters;
}

/** True if the word stands at `start`. */
export function isSpelt(letters: Uint8Array, start: number, word: Uint8Array): boolean {
  if (start + word.length > letters.length) return false;
  for (let index = 0; index < word.length; index += 1) {
    if (letters[start + index] !== word[index]) return false;
  }
  return true;
}

// Picture: a desk with good light. What is laid on it is read in words of eight letters, and laying
// a copy of a short playlist there costs less than building a view of it where it stands.

const deskBytes = 16 * 1024;
const desk = new Uint8Array(deskBytes);
const deskWords = new DataView(desk.buffer);

/**
 * The same letters, to be read several at a time. Nobody may write to them, and they are good until
 * the next call: for one walk, never for a value that somebody keeps.
 */
export function toWords(letters: Uint8Array): DataView {
  if (letters.length > deskBytes) {
    return new DataView(letters.buffer, letters.byteOffset, letters.length);
  }
  desk.set(letters);
  return deskWords;
}

/**
 * True if the same `count` letters stand at both places, none of them behind the end. Compares
 * eight at a time, the last eight perhaps once more. As numbers, for letters are never a NaN (they
 * are at most 128), and only eight zeros equal something else: seven of them and a 128.
 */
export function isSame(words: DataView, one: number, other: number, count: number): boolean {
  const last = count - 8;
  if (last < 0) return isSameShort(words, one, other, count);
  for (let index = 0; index < last; index += 8) {
    if (words.getFloat64(one + index, true) !== words.getFloat64(other + index, true)) return false;
  }
  return words.getFloat64(one + last, true) === words.getFloat64(other + last, true);
}

function isSameShort(words: DataView, one: number, other: number, count: number): boolean {
  for (let index = 0; index < count; index += 1) {
    if (words.getUint8(one + index) !== words.getUint8(other + index)) return false;
  }
  return true;
}

/**
 * True if the first `chars` letters of `word` stand in the text at `start`. A third of the time of
 * startsWith, which V8 does not compile together with its caller; a slice and `===` cost two calls
 * into the engine.
 */
export function isAt(text: string, start: number, word: string, chars = word.length): boolean {
  // Reading behind the end would answer NaN, and be slow for ever after (plain-reference.ts).
  if (start + chars > text.length) return false;
  for (let index = 0; index < chars; index += 1) {
    if (text.charCodeAt(start + index) !== word.charCodeAt(index)) return false;
  }
  return true;
}
