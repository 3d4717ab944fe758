// Prints a value as canonical JSON (RFC 8785): the same value gives the same text everywhere, so
// that a signature over it can be checked by whoever has the value and not the text. Keys are in
// the order of their UTF-16 code units, numbers and strings as ECMAScript prints them, nothing in
// between. Numbers that JSON does not have are bugs of the caller.

/** The canonical text. Fields that are undefined are left out, as JSON.stringify does. */
export function printCanonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error("canonical JSON has no such number");
    return JSON.stringify(value);
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printCanonicalJson).join(",")}]`;
  if (typeof value !== "object") throw new Error(`canonical JSON has no ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${printCanonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
