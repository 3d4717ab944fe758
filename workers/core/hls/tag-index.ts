// Finds what is known about a tag where it stands in the text, without cutting its name out.
// Picture: a card index with a drawer for each pair of letters. The letters at two places of the
// name choose the drawer, which holds at most a few cards, and one comparison with the text proves
// the card.

import { isSpelt, toLetters } from "../http/letters.ts";

export interface TagCard {
  /** The name of the tag with its "#". */
  readonly head: string;
}

/** A card with the letters of its head behind "#EXT", which every tag begins with. */
interface Filed<Card> {
  readonly card: Card;
  readonly tail: Uint8Array;
}

export type TagIndex<Card extends TagCard> = readonly (readonly Filed<Card>[])[];

/** Letters of "#EXT". */
const opening = 4;
/** The letters behind "#EXT-X-" that tell the tags apart best: the first one and the third one. */
const firstPlace = 7;
const secondPlace = 9;
/** The low bits of a letter, which both of its cases share. */
const letterBits = 5;
const letterMask = 31;

export function makeTagIndex<Card extends TagCard>(cards: readonly Card[]): TagIndex<Card> {
  const drawers: Filed<Card>[][] = Array.from({ length: 1 << (2 * letterBits) }, () => []);
  for (const card of cards) {
    const head = toLetters(card.head);
    drawers[toDrawer(head, 0)]?.push({ card, tail: head.slice(opening) });
  }
  return drawers;
}

function toDrawer(letters: Uint8Array, start: number): number {
  const letter = (letters[start + firstPlace] as number) & letterMask;
  return (letter << letterBits) | ((letters[start + secondPlace] as number) & letterMask);
}

/** The card of the tag whose line is the span; null if the tag is unknown. */
export function findTag<Card extends TagCard>(
  index: TagIndex<Card>,
  letters: Uint8Array,
  start: number,
  end: number,
): Card | null {
  if (end - start <= secondPlace) return null;
  const drawer = index[toDrawer(letters, start)] as readonly Filed<Card>[];
  for (let place = 0; place < drawer.length; place += 1) {
    const { card, tail } = drawer[place] as Filed<Card>;
    const nameEnd = start + opening + tail.length;
    if (nameEnd > end || !isSpelt(letters, start + opening, tail)) continue;
    if (nameEnd === end || isNameEnd(letters[nameEnd] as number)) return card;
  }
  return null;
}

/** A colon, a blank or a control character. */
function isNameEnd(code: number): boolean {
  return code === 58 || code <= 32;
}
