// Finds what is known about a tag where it stands in the text, without cutting its name out.
// Picture: a card index with a drawer for each pair of letters. The letters at two places of the
// name choose the drawer, which holds at most a few cards, and one comparison with the text proves
// the card.

export interface TagCard {
  /** The name of the tag with its "#". */
  readonly head: string;
}

/** A card with the letters of its head behind "#EXT", which every tag begins with. */
interface Filed<Card> {
  readonly card: Card;
  readonly codes: readonly number[];
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
    const codes = Array.from(card.head.slice(opening), (letter) => letter.charCodeAt(0));
    drawers[toDrawer(card.head, 0)]?.push({ card, codes });
  }
  return drawers;
}

function toDrawer(text: string, start: number): number {
  const letter = text.charCodeAt(start + firstPlace) & letterMask;
  return (letter << letterBits) | (text.charCodeAt(start + secondPlace) & letterMask);
}

/** The card of the tag whose line is the span; null if the tag is unknown. */
export function findTag<Card extends TagCard>(
  index: TagIndex<Card>,
  text: string,
  start: number,
  end: number,
): Card | null {
  if (end - start <= secondPlace) return null;
  const drawer = index[toDrawer(text, start)] as readonly Filed<Card>[];
  for (let place = 0; place < drawer.length; place += 1) {
    const { card, codes } = drawer[place] as Filed<Card>;
    const nameEnd = start + opening + codes.length;
    if (nameEnd > end || !isAt(text, start + opening, codes)) continue;
    if (nameEnd === end || isNameEnd(text.charCodeAt(nameEnd))) return card;
  }
  return null;
}

/** Two thirds of the time of startsWith, which V8 compiles to a loop over both strings. */
function isAt(text: string, start: number, codes: readonly number[]): boolean {
  for (let place = 0; place < codes.length; place += 1) {
    if (text.charCodeAt(start + place) !== codes[place]) return false;
  }
  return true;
}

/** A colon, a blank or a control character. */
function isNameEnd(code: number): boolean {
  return code === 58 || code <= 32;
}
