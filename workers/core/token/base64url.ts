// Base64url without padding (RFC 4648 section 5), as tokens are written (RFC 7515 section 2,
// CTA-5007). Strict on purpose: one value has one spelling. The last letter of a signature carries
// bits that mean nothing; a reader that forgives them would take a changed token for the genuine
// one. It does NOT accept padding, line breaks or the plain alphabet.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NONE = 255;

const VALUES = new Uint8Array(128).fill(NONE);
for (let value = 0; value < LETTERS.length; value++) VALUES[LETTERS.charCodeAt(value)] = value;

/** The bytes, or null for anything but the one canonical spelling of them. */
export function parseBase64url(text: string): Uint8Array | null {
  const { length } = text;
  if (length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let held = 0;
  let heldBits = 0;
  for (let index = 0; index < length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? NONE;
    if (value === NONE) return null;
    held = ((held << 6) | value) & 0xffff;
    heldBits += 6;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[at] = (held >> heldBits) & 0xff;
    at += 1;
  }
  return (held & ((1 << heldBits) - 1)) === 0 ? bytes : null;
}

/** The canonical spelling. Inverse of parseBase64url. */
export function printBase64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const group = (a << 16) | (b << 8) | c;
    const lettersCount = Math.min(4, bytes.length - at + 1);
    for (let n = 0; n < lettersCount; n++) text += LETTERS.charAt((group >> (18 - 6 * n)) & 63);
  }
  return text;
}
