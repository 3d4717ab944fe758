// Signs webhooks with HMAC-SHA256 by Standard Webhooks 1.0. What is signed is decided in
// core/alert/signature.ts; keys come from secrets and are shown nowhere.

import { createHmac } from "node:crypto";
import { printSignedText } from "../core/alert/signature.ts";

/** The three headers of a signed message. `key` is base64, from `parseSigningSecret`. */
export function toSignatureHeaders(
  key: string,
  id: string,
  timestampSeconds: number,
  body: string,
): Readonly<Record<string, string>> {
  const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
  const signature = createHmac("sha256", bytes)
    .update(printSignedText(id, timestampSeconds, body))
    .digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": `v1,${signature}`,
  };
}
