// Reads the decimal numbers of RFC 8216bis section 4.2 from a span of a larger text without cutting
// it out first. Surrounding blanks are tolerated because packagers write them. Signs, exponents and
// hexadecimal are not decimal numbers here. The spelling is never printed back from the value:
// printing uses the original text.

const zero = 48;
const nine = 57;
const dot = 46;
/** 10 to the power of the index. */
export const powersOfTen: readonly number[] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/** What the readers below return for a span that is not a number; every real value is >= 0. */
export const notANumber = -1;
/** What parseInteger returns for an integer above 2^53 - 1, which a double cannot hold exactly. */
export const tooLarge = -2;

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/**
 * Reads a decimal floating point number, for instance `6`, `6.006` or `6.`; `notANumber` if it is
 * none.
 */
export function parseDecimal(text: string, start: number, end: number): number {
  let position = start;
  let last = end;
  while (position < last && isBlank(text.charCodeAt(position))) position += 1;
  while (last > position && isBlank(text.charCodeAt(last - 1))) last -= 1;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (let at = position; at < last; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= nine) {
      mantissa = mantissa * 10 + (code - zero);
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (code === dot && decimals < 0) {
      decimals = 0;
    } else {
      return notANumber;
    }
  }
  if (digits === 0) return notANumber;
  // Up to 15 digits both operands are exact, so one division rounds as Number() would; beyond, let
  // Number() do it.
  if (digits <= 15) return decimals > 0 ? mantissa / (powersOfTen[decimals] as number) : mantissa;
  const value = Number(text.slice(position, last));
  return Number.isFinite(value) ? value : notANumber;
}

/** Reads a decimal integer; `notANumber` if it is none, `tooLarge` above 2^53 - 1. */
export function parseInteger(text: string, start: number, end: number): number {
  let position = start;
  let last = end;
  while (position < last && isBlank(text.charCodeAt(position))) position += 1;
  while (last > position && isBlank(text.charCodeAt(last - 1))) last -= 1;
  if (position === last) return notANumber;
  let value = 0;
  for (let at = position; at < last; at += 1) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) return notANumber;
    value = value * 10 + (code - zero);
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : tooLarge;
}
