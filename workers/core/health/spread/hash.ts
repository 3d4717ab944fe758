// Even numbers from words, for spreading channels over origins and sessions over shares. The same
// word gives the same number in every engine and for ever: a change here moves every channel of
// every user, so it needs a better reason than taste. Not for secrets: whoever knows the words can
// choose them.
//
// Two 32-bit lanes over UTF-16 units, mixed with each other at the end; 53 bits are used, because
// that is what a double holds exactly. A word is hashed once, pairs of words are made of their
// hashes, so that fifty origins and nine regions cost fifty-nine words and not four hundred and
// fifty.

export interface WordHash {
  readonly a: number;
  readonly b: number;
}

/** Hashes a word. */
export function toWordHash(word: string): WordHash {
  let [a, b] = [0x2545f491, 0x6c8e9cf5];
  for (let at = 0; at < word.length; at += 1) {
    const unit = word.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + unit, 0x27d4eb2f);
    b ^= b >>> 13;
  }
  return { a: mix(a ^ word.length), b: mix(b ^ a) };
}

/** Hashes two words together; the order counts. */
export function toPairHash(one: WordHash, other: WordHash): WordHash {
  const a = mix(one.a ^ Math.imul(other.a, 0x9e3779b1));
  const b = mix(one.b + Math.imul(other.b, 0x85ebca77) + a);
  return { a: mix(a ^ b), b };
}

/** A number strictly between 0 and 1, of 53 bits. */
export function toUnit({ a, b }: WordHash): number {
  const high = (a >>> 0) * 0x200000;
  const low = b >>> 11;
  return (high + low + 0.5) / 2 ** 53;
}

/** Spreads every bit of the input over all bits of the output. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) | 0;
}
