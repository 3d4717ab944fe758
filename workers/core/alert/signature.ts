// The text that a webhook's signature covers, and the secret it is made with, by Standard Webhooks
// 1.0 (symmetric, "v1"): HMAC-SHA256 over `id.timestamp.body`, so that neither the message nor its
// age can be changed. It does NOT sign: platform/webhook-signature.ts does.

/** Prefix of secrets, so that one is recognised wherever it turns up. */
const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;
/** Bytes of a key: what the standard asks for. */
export const KEY_BYTES_MIN = 24;
export const KEY_BYTES_MAX = 64;

/** The key of a secret in base64, or null if it is none. */
export function parseSigningSecret(text: string): string | null {
  const key = SECRET.exec(text)?.[1];
  if (key === undefined || key.length % 4 !== 0) return null;
  const padding = key.endsWith("==") ? 2 : key.endsWith("=") ? 1 : 0;
  const bytes = (key.length / 4) * 3 - padding;
  return bytes >= KEY_BYTES_MIN && bytes <= KEY_BYTES_MAX ? key : null;
}

/** What is signed. */
export function printSignedText(id: string, timestampSeconds: number, body: string): string {
  return `${id}.${timestampSeconds}.${body}`;
}
