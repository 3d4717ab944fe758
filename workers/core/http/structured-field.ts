// Prints the two bare items we need of structured fields (RFC 9651 section 4.1): strings and
// tokens. For Cache-Status, CMSD-Dynamic and Server-Timing, whose values may come from a catalog or
// an error message. Printing is total: a character that a structured string cannot hold becomes
// "?", and the text is cut at a length that keeps headers small, so no input can break the header
// it is put into.

const TEXT_CHARS_MAX = 256;
const TOKEN = /^[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*$/;

/** Prints any text as a quoted structured string of at most 256 characters. */
export function printString(text: string): string {
  const safe = text.slice(0, TEXT_CHARS_MAX).replace(/[^\x20-\x7e]/g, "?");
  return `"${safe.replace(/["\\]/g, "\\$&")}"`;
}

/** Prints text as a token where it is one, else as a string (as `detail` of RFC 9211 allows). */
export function printTokenOrString(text: string): string {
  return text.length <= TEXT_CHARS_MAX && TOKEN.test(text) ? text : printString(text);
}
