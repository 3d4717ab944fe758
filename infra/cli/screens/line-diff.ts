// What two texts differ in, line by line, for playlists before and after rewriting. Lines that
// stand once in both are anchors (patience diff); what lies between two anchors is compared as a
// longest common subsequence if it is short, else line by line or as a whole. So a library of ten
// thousand segments costs as little as a live window, and a moved line is shown as gone and come.

export interface DiffLine {
  readonly kind: "same" | "gone" | "come";
  readonly text: string;
}

/** Cells of the table of one gap; above it the gap is not worth its time. */
const CELLS_MAX = 250_000;

/** The lines of both texts in order. */
export function toLineDiff(
  before: readonly string[],
  after: readonly string[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [left, right] = [0, 0];
  for (const [atLeft, atRight] of [
    ...findAnchors(before, after),
    [before.length, after.length],
  ] as const) {
    lines.push(...diffGap(before.slice(left, atLeft), after.slice(right, atRight)));
    const text = before[atLeft];
    if (text !== undefined) lines.push({ kind: "same", text });
    [left, right] = [atLeft + 1, atRight + 1];
  }
  return lines;
}

/** Places of lines that stand once in both texts, rising in both: the longest such row. */
function findAnchors(
  before: readonly string[],
  after: readonly string[],
): readonly (readonly [number, number])[] {
  const inAfter = toOnlyPlaces(after);
  const pairs = [...toOnlyPlaces(before)].flatMap(([text, left]) => {
    const right = inAfter.get(text) ?? -1;
    return left < 0 || right < 0 ? [] : [[left, right] as const];
  });
  return findLongestRise(pairs.sort((a, b) => a[0] - b[0]));
}

/** Place of each line; -1 if it stands there more than once. */
function toOnlyPlaces(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [place, text] of lines.entries()) places.set(text, places.has(text) ? -1 : place);
  return places;
}

/** Longest subsequence whose second members rise (patience sorting with back links). */
function findLongestRise(
  pairs: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  const tops: number[] = [];
  const previous: (number | null)[] = [];
  pairs.forEach(([, right], index) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < right) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? null : (tops[low - 1] ?? null));
    tops[low] = index;
  });
  const rise: (readonly [number, number])[] = [];
  for (let at = tops.at(-1) ?? null; at !== null; at = previous[at] ?? null) {
    const pair = pairs[at];
    if (pair !== undefined) rise.push(pair);
  }
  return rise.reverse();
}

function diffGap(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length <= CELLS_MAX) return diffShort(before, after);
  if (before.length === after.length) {
    return before.flatMap((text, place) => {
      const other = after[place] ?? "";
      return text === other ? [{ kind: "same", text } as const] : toChanged([text], [other]);
    });
  }
  return toChanged(before, after);
}

function toChanged(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  return [
    ...before.map((text) => ({ kind: "gone", text }) as const),
    ...after.map((text) => ({ kind: "come", text }) as const),
  ];
}

/** By the table of longest common subsequences, filled from the end. */
function diffShort(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1;
  const table = new Uint16Array((before.length + 1) * width);
  const at = (left: number, right: number) => table[left * width + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left--) {
    for (let right = after.length - 1; right >= 0; right--) {
      table[left * width + right] =
        before[left] === after[right]
          ? at(left + 1, right + 1) + 1
          : Math.max(at(left + 1, right), at(left, right + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [one, other] = [before[left], after[right]];
    if (one !== undefined && one === other) {
      lines.push({ kind: "same", text: one });
      [left, right] = [left + 1, right + 1];
    } else if (
      other === undefined ||
      (one !== undefined && at(left + 1, right) >= at(left, right + 1))
    ) {
      lines.push({ kind: "gone", text: one ?? "" });
      left += 1;
    } else {
      lines.push({ kind: "come", text: other });
      right += 1;
    }
  }
  return lines;
}
