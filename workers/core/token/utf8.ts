// Bytes of a token as text and back, without the platform's codecs, which core does not have.
// Strict: what is not UTF-8 (RFC 3629) is refused and never repaired, so that two readers cannot
// disagree about who signed what.

const HEX = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).padStart(2, "0")}`);

/** The text, or null if the bytes are not well-formed UTF-8. */
export function parseUtf8(bytes: Uint8Array): string | null {
  let isPlain = true;
  let escaped = "";
  for (const byte of bytes) {
    if (byte >= 0x80) isPlain = false;
    escaped += HEX[byte];
  }
  if (isPlain) return toLatin(bytes);
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}

function toLatin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The bytes of a text in which every letter is below 256, as a token's own letters are. */
export function toLetterBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
