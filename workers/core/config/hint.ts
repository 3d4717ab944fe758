// Guesses what a person meant by a misspelt word: the end of a complaint, for read-catalog.ts and
// catalog-checks.ts. Counts letters put in, left out, changed or swapped with their neighbour
// (optimal string alignment distance); one such slip in a short word, two in a long one.

const SHORT_WORD_CHARS = 4;
/** More words than this are not listed. */
const KNOWN_WORDS_MAX = 12;

/** `; did you mean "..."?`, or the words that would do, or nothing. */
export function toHint(word: string, known: readonly string[]): string {
  const slipsMax = word.length <= SHORT_WORD_CHARS ? 1 : 2;
  const near = known
    .map((candidate) => ({ candidate, slips: countSlips(word, candidate) }))
    .filter(({ slips }) => slips <= slipsMax)
    .sort((a, b) => a.slips - b.slips)[0];
  if (near !== undefined) return `; did you mean "${near.candidate}"?`;
  if (known.length === 0) return "";
  const rest = known.length > KNOWN_WORDS_MAX ? ", ..." : "";
  return `; known here: ${known.slice(0, KNOWN_WORDS_MAX).join(", ")}${rest}`;
}

function countSlips(a: string, b: string): number {
  // Also bounds the work for words that no person typed by mistake.
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const change = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? cell(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(change, cell(i - 1, j) + 1, cell(i, j - 1) + 1, swap));
    }
  }
  return cell(a.length, b.length);
}
