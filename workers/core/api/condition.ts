// Reads the condition of a change, If-Match (RFC 9110 section 13.1.1), as far as our resources have
// use for it: their tags are version numbers, `"7"`. A weak tag never matches (section 8.8.3.2).
// Whether a change needs a condition, and what follows from a false one, is the resource's matter.

export type Condition =
  /** No header: the caller says nothing of what it saw. */
  | { readonly kind: "none" }
  /** `*`: whatever is there, as long as something is. */
  | { readonly kind: "any" }
  /** One of these versions. Tags that are no version of ours are left out. */
  | { readonly kind: "versions"; readonly versions: readonly number[] };

const TAGS = /^(?:W\/)?"[^"]{0,200}"(?:[ \t]*,[ \t]*(?:W\/)?"[^"]{0,200}")*$/;

/** Reads the header; null: it is none. */
export function parseIfMatch(header: string | null): Condition | null {
  const text = header?.trim() ?? null;
  if (text === null) return { kind: "none" };
  if (text === "*") return { kind: "any" };
  if (text.length > 1_024 || !TAGS.test(text)) return null;
  const versions = [...text.matchAll(/(W\/)?"([1-9]\d{0,14})"/g)]
    .filter(({ 1: weak }) => weak === undefined)
    .map(({ 2: digits }) => Number(digits));
  return { kind: "versions", versions };
}

/** Whether the condition holds; `version` is what is in force, null: nothing. */
export function isHolding(condition: Condition, version: number | null): boolean {
  switch (condition.kind) {
    case "none":
      return true;
    case "any":
      return version !== null;
    case "versions":
      return version !== null && condition.versions.includes(version);
  }
}
