// Values as people type them: spans, shares, sizes, lists. What the API would refuse is left to the
// API; these only read the notation.

const SPAN_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const SIZE_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
};

/** Seconds of `90`, `90s`, `30m`, `2h`, `1d`; null: it is none of these. */
export function parseSpan(text: string): number | null {
  const [, digits, unit = "s"] = /^(\d{1,9})(s|m|h|d)?$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * (SPAN_SECONDS[unit] ?? 1);
}

/** A part of one: `0.05` or `5%`; null: it is neither. */
export function parseShare(text: string): number | null {
  const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
  if (digits === undefined) return null;
  return percent === "%" ? Number((Number(digits) / 100).toPrecision(12)) : Number(digits);
}

/** Bytes of `5000`, `20MB`, `1.5GB`, powers of 1,000; null: it is none of these. */
export function parseSize(text: string): number | null {
  const [, digits, unit = ""] = /^(\d{1,12}(?:\.\d{1,3})?) ?([kmgt]?)b?$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  return Math.round(Number(digits) * (SIZE_BYTES[unit.toLowerCase()] ?? 1));
}

/** A plain number, not negative; null: it is none. */
export function parseNumber(text: string): number | null {
  return /^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

/** A whole number from 1; null: it is none. */
export function parseCount(text: string): number | null {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

/** Words separated by commas. */
export function toWords(text: string): readonly string[] {
  return text.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
}
