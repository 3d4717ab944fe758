// Signs receipts: a JWS (RFC 7515) over the canonical form of the receipt, whose payload is left
// out (appendix F), with the key in the secret WEIR_RECEIPT_KEY. Ed25519 or P-256; the private part
// never leaves this file, the public one is what `publicKeys` gives.

import { FlattenedSign, importJWK, type JWK } from "jose";
import type { Receipt, SignedReceipt } from "../core/contract/receipts.ts";
import { printCanonicalJson } from "../core/warm/canonical-json.ts";

const ALGORITHMS: Readonly<Record<string, string>> = { Ed25519: "EdDSA", "P-256": "ES256" };
/** Fields of a public key (RFC 7518 section 6.2.1, RFC 8037 section 2), and how it is named. */
const PUBLIC_FIELDS = ["kty", "crv", "x", "y", "kid"] as const;

/** Signs, or leaves the signature out where there is no key. Rejects if the key is no key. */
export async function signReceipt(
  receipt: Receipt,
  secret: string | undefined,
): Promise<SignedReceipt> {
  const key = readKey(secret);
  if (key === null) return { receipt, signature: null };
  const payload = new TextEncoder().encode(printCanonicalJson(receipt));
  const signed = await new FlattenedSign(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.jwk.kid ?? "", typ: "weir-receipt" })
    .sign(await importJWK(key.jwk, key.alg));
  return {
    receipt,
    signature: { protected: signed.protected ?? "", signature: signed.signature },
  };
}

/** The keys with which receipts can be checked. */
export function toPublicKeys(secret: string | undefined) {
  const key = readKey(secret);
  if (key === null) return { keys: [] };
  const fields = PUBLIC_FIELDS.flatMap((name) => {
    const value = key.jwk[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { keys: [{ ...Object.fromEntries(fields), alg: key.alg, use: "sig" }] };
}

function readKey(secret: string | undefined): { readonly jwk: JWK; readonly alg: string } | null {
  if (secret === undefined || secret === "") return null;
  const jwk = JSON.parse(secret) as JWK;
  const alg = ALGORITHMS[jwk.crv ?? ""];
  if (alg === undefined || jwk.d === undefined)
    throw new Error("WEIR_RECEIPT_KEY must be a private JWK of an Ed25519 or P-256 key");
  return { jwk, alg };
}
