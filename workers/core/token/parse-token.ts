// A token's text as an envelope. The two kinds cannot be confused: a JSON Web Token has dots, a
// Common Access Token is one run of base64url. For the edge's admission, before a key is looked up.
// It does NOT accept a token of another spelling than its own: whitespace, quotes and padding are
// mistakes of whoever sent it.

import { parseCose } from "./cose.ts";
import type { EnvelopeReading } from "./envelope.ts";
import { parseJws } from "./jws.ts";
import { toTokenRefusal } from "./refusal.ts";

/** Longest token that is looked at, letters; the path's own limit is the same. */
export const TOKEN_CHARS_MAX = 4_096;

/** Reads what surrounds the claims; nothing of it is proved yet. */
export function parseToken(text: string): EnvelopeReading {
  if (text === "" || text.length > TOKEN_CHARS_MAX) return toTokenRefusal("malformed");
  return text.includes(".") ? parseJws(text) : parseCose(text);
}
