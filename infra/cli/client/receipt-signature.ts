// Checks the signature of a receipt as anybody would who holds it: the receipt is printed in
// canonical form again (RFC 8785) and is the payload of the JWS that travels beside it (RFC 7515,
// appendix F). Keys come from the deployment, or from a file that was kept.

import { createLocalJWKSet, errors, flattenedVerify, type JSONWebKeySet } from "jose";
import type { SignedReceipt } from "../../../workers/core/contract/receipts.ts";
import { printCanonicalJson } from "../../../workers/core/warm/canonical-json.ts";
import type { SignatureVerdict } from "../screens/receipt.ts";

/** Whether the receipt is signed by one of the keys, and unchanged since. */
export async function checkSignature(
  { receipt, signature }: SignedReceipt,
  keys: JSONWebKeySet,
): Promise<SignatureVerdict> {
  if (signature === null) return { kind: "unsigned" };
  const payload = new TextEncoder().encode(printCanonicalJson(receipt));
  try {
    const { protectedHeader } = await flattenedVerify(
      { ...signature, payload: Buffer.from(payload).toString("base64url") },
      createLocalJWKSet(keys),
      { algorithms: ["EdDSA", "ES256"] },
    );
    return { kind: "good", keyId: protectedHeader?.kid ?? "" };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) {
      return { kind: "bad", detail: "no known key has signed it; see --keys" };
    }
    if (!(error instanceof errors.JOSEError)) throw error;
    return { kind: "bad", detail: "the receipt is not what was signed" };
  }
}
