// The viewers' filter grammar: `?v=h:720,c:avc1,b:3000000` (viewer contract). Closed and canonical:
// two spellings of one filter print alike, so each distinct filter is one cache key, and what the
// grammar does not know is refused by name. It says what is asked for; variant-filter.ts decides
// which variants that leaves.
//
//   h:720 h:480-720 h:1080-   height in pixels: at most, between, at least
//   b:3000000                 BANDWIDTH in bit/s, same three forms
//   f:30                      FRAME-RATE in frames/s, same three forms
//   c:avc1 (repeatable)       codecs by prefix; a family nobody names (video, audio, text) is free
//   r:sdr (repeatable)        VIDEO-RANGE: sdr, pq, hlg
//   l:en (repeatable)         audio language, RFC 4647 basic filtering

export interface NumberRange {
  /** Both ends belong to the range; null: open. */
  readonly min: number | null;
  readonly max: number | null;
}

export const videoRanges = ["sdr", "pq", "hlg"] as const;
export type VideoRange = (typeof videoRanges)[number];

export interface VariantFilter {
  readonly heightPixels?: NumberRange;
  readonly bandwidth?: NumberRange;
  readonly frameRate?: NumberRange;
  /** Lower case prefixes, sorted; one of a family is enough. */
  readonly codecs?: readonly string[];
  readonly videoRanges?: readonly VideoRange[];
  /** Lower case language ranges, sorted. */
  readonly audioLanguages?: readonly string[];
}

export const filterFailureReasons = [
  "too-long",
  "bad-escape",
  "empty-filter",
  "empty-term",
  "unknown-key",
  "missing-value",
  "repeated-key",
  "too-many-values",
  "bad-number",
  "empty-range",
  "bad-codec",
  "bad-video-range",
  "bad-language",
] as const;
export type FilterFailureReason = (typeof filterFailureReasons)[number];

export interface FilterFailure {
  readonly kind: "failure";
  readonly reason: FilterFailureReason;
  /** The term that is wrong, cut short; for the problem body. */
  readonly term: string;
}

export interface ParsedFilter {
  readonly kind: "filter";
  readonly filter: VariantFilter;
}

/**
 * Attack: a filter of kilobytes, each spelling a cache key. The longest honest one is below 120.
 */
const filterCharsMax = 256;
/** Values of one repeatable key. */
const valuesMax = 8;

interface Draft {
  readonly ranges: Map<string, NumberRange>;
  readonly words: Map<string, Set<string>>;
}

/** Reads the raw value of the query parameter `v`. */
export function parseVariantFilter(raw: string): ParsedFilter | FilterFailure {
  if (raw.length > filterCharsMax) return fail("too-long", raw);
  const text = decode(raw);
  if (text === null) return fail("bad-escape", raw);
  if (text === "") return fail("empty-filter", "");
  const draft: Draft = { ranges: new Map(), words: new Map() };
  for (const term of text.split(",")) {
    const reason = applyTerm(draft, term);
    if (reason !== null) return fail(reason, term);
  }
  return { kind: "filter", filter: toFilter(draft) };
}

function fail(reason: FilterFailureReason, term: string): FilterFailure {
  return { kind: "failure", reason, term: term.slice(0, 40) };
}

function decode(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

const rangeKeys: Record<string, "whole" | "decimal"> = { b: "whole", f: "decimal", h: "whole" };
const wordForms: Record<string, { form: RegExp; reason: FilterFailureReason }> = {
  c: { form: /^[a-z0-9][a-z0-9.-]{1,39}$/, reason: "bad-codec" },
  l: { form: /^[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}$/, reason: "bad-language" },
  r: { form: /^(?:sdr|pq|hlg)$/, reason: "bad-video-range" },
};

function applyTerm(draft: Draft, term: string): FilterFailureReason | null {
  if (term === "") return "empty-term";
  const colon = term.indexOf(":");
  const key = colon === -1 ? term : term.slice(0, colon);
  const unit = Object.hasOwn(rangeKeys, key) ? rangeKeys[key] : undefined;
  const words = Object.hasOwn(wordForms, key) ? wordForms[key] : undefined;
  if (unit === undefined && words === undefined) return "unknown-key";
  const value = colon === -1 ? "" : term.slice(colon + 1).toLowerCase();
  if (value === "") return "missing-value";
  if (unit !== undefined) {
    if (draft.ranges.has(key)) return "repeated-key";
    const range = parseRange(value, unit === "whole");
    if (typeof range === "string") return range;
    draft.ranges.set(key, range);
    return null;
  }
  if (words === undefined || !words.form.test(value)) return words?.reason ?? "unknown-key";
  const values = draft.words.get(key) ?? new Set();
  values.add(value);
  draft.words.set(key, values);
  return values.size > valuesMax ? "too-many-values" : null;
}

function parseRange(text: string, whole: boolean): NumberRange | FilterFailureReason {
  const number = whole ? "(\\d{1,10})" : "(\\d{1,4}(?:\\.\\d{1,3})?)";
  const found = new RegExp(`^(?:${number}(-))?${number}?$`).exec(text);
  if (found === null || (found[1] === undefined && found[3] === undefined)) return "bad-number";
  const min = found[1] === undefined ? null : Number(found[1]);
  const max = found[3] === undefined ? null : Number(found[3]);
  if (max === 0 || (min !== null && max !== null && min > max)) return "empty-range";
  return { min, max };
}

function toFilter({ ranges, words }: Draft): VariantFilter {
  const height = ranges.get("h");
  const bandwidth = ranges.get("b");
  const frameRate = ranges.get("f");
  const sorted = (key: string) => [...(words.get(key) ?? [])].sort();
  const codecs = sorted("c");
  const languages = sorted("l");
  const ranged = videoRanges.filter((name) => words.get("r")?.has(name));
  return {
    ...(height === undefined ? {} : { heightPixels: height }),
    ...(bandwidth === undefined ? {} : { bandwidth }),
    ...(frameRate === undefined ? {} : { frameRate }),
    ...(codecs.length === 0 ? {} : { codecs }),
    ...(ranged.length === 0 ? {} : { videoRanges: ranged }),
    ...(languages.length === 0 ? {} : { audioLanguages: languages }),
  };
}

/** The canonical spelling: the filter's part of a cache key. Inverse of parseVariantFilter. */
export function printVariantFilter(filter: VariantFilter): string {
  const terms = [
    printRange("b", filter.bandwidth),
    ...(filter.codecs ?? []).map((codec) => `c:${codec}`),
    printRange("f", filter.frameRate),
    printRange("h", filter.heightPixels),
    ...(filter.audioLanguages ?? []).map((language) => `l:${language}`),
    ...(filter.videoRanges ?? []).map((range) => `r:${range}`),
  ];
  return terms.filter((term) => term !== "").join(",");
}

function printRange(key: string, range: NumberRange | undefined): string {
  if (range === undefined) return "";
  const min = range.min === null ? "" : `${range.min}-`;
  return `${key}:${min}${range.max ?? ""}`;
}
