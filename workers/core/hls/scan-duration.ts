// Reads `#EXTINF:duration,title`, the most frequent tag of all, while looking for the end of its
// line. Blanks, many digits and a missing comma are read by the slower function of number.ts.

import { printExcerpt } from "./failure.ts";
import { seekLineFeed, toLineEnd } from "./lines.ts";
import { parseDecimal, powersOfTen } from "./number.ts";
import type { Scan } from "./scan.ts";
import { proveKind, refuse } from "./scan.ts";
import { scopeMedia } from "./tags.ts";

const lineFeed = 10;
const comma = 44;
const dot = 46;
const zero = 48;
const nine = 57;
/** Up to 15 digits a double holds exactly; the dot may stand among them. */
const exactCharsMax = 15;

/** `start` is the offset behind the colon. Answers where the line ends. */
export function scanDuration(scan: Scan, start: number): number {
  const { letters, text } = scan;
  const { length } = letters;
  if (scan.mediaProof === "") proveKind(scan, "EXTINF", scopeMedia);
  let position = start;
  let mantissa = 0;
  let fraction = 0;
  for (; position < length; position += 1) {
    const code = letters[position] as number;
    if (code >= zero && code <= nine) mantissa = mantissa * 10 + (code - zero);
    else if (code === dot && fraction === 0) fraction = position + 1;
    else break;
  }
  const isUsual = position > start && fraction !== start + 1 && position - start <= exactCharsMax;
  // A line feed behind the comma is read as well.
  if (!isUsual || position + 1 >= length || letters[position] !== comma) {
    return scanOddDuration(scan, start);
  }
  const decimals = fraction === 0 ? 0 : position - fraction;
  // Both operands are exact, so one division rounds as Number() would.
  scan.pendingDurationSeconds = mantissa / (powersOfTen[decimals] as number);
  const next = position + 1;
  return letters[next] === lineFeed ? next : seekLineFeed(text, next);
}

function scanOddDuration(scan: Scan, start: number): number {
  const { text } = scan;
  const lineFeedAt = seekLineFeed(text, start);
  const end = toLineEnd(text, start, lineFeedAt);
  let position = start;
  while (position < end && text.charCodeAt(position) !== comma) position += 1;
  const seconds = parseDecimal(text, start, position);
  if (seconds < 0) {
    refuse(scan, "bad-number", `EXTINF has no decimal duration: ${printExcerpt(text, start, end)}`);
  }
  scan.pendingDurationSeconds = seconds;
  return lineFeedAt;
}
