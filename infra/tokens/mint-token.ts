// Signs a viewer's token with an issuer's key, for trying a channel out and for services that have
// no token maker of their own. The key is a JSON Web Key with its private part, as the issuer keeps
// it; the edge's secret of an ES256 key holds the public half only. Nothing of the key is ever in a
// failure's text.

import { createHmac, createPrivateKey, type KeyObject, sign } from "node:crypto";
import { printBase64url } from "../../workers/core/token/base64url.ts";
import { parseSigningKey, type SigningKey } from "../../workers/core/token/signing-key.ts";
import { printCbor } from "./print-cbor.ts";
import { planClaims, type TokenWish } from "./token-wish.ts";

export type MintedToken =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "failure"; readonly detail: string };

/** A key that can sign. */
interface Signer {
  readonly signing: SigningKey;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

const TAG_CWT = 61;
/** COSE_Mac0 with HMAC 256/256, COSE_Sign1 with ES256 (RFC 9052, RFC 9053). */
const STRUCTURES = {
  HS256: { tag: 17, algorithm: 5, context: "MAC0" },
  ES256: { tag: 18, algorithm: -7, context: "Signature1" },
} as const;

/** Mints what is wished with the key of `keyText`. */
export function mintToken(wish: TokenWish, keyText: string): MintedToken {
  const signer = readSigner(keyText);
  if (typeof signer === "string") return { kind: "failure", detail: `The key ${signer}.` };
  const plan = planClaims(wish);
  if (plan.kind === "failure") return plan;
  const token = wish.format === "jwt" ? toJwt(plan.bytes, signer) : toCat(plan.bytes, signer);
  return { kind: "token", token };
}

function toJwt(claims: Uint8Array, { signing, sign: prove }: Signer): string {
  const header = JSON.stringify({ alg: signing.algorithm, typ: "JWT", kid: signing.keyId });
  const signed = `${printBase64url(Buffer.from(header))}.${printBase64url(claims)}`;
  return `${signed}.${printBase64url(prove(Buffer.from(signed)))}`;
}

function toCat(claims: Uint8Array, { signing, sign: prove }: Signer): string {
  const { tag, algorithm, context } = STRUCTURES[signing.algorithm];
  const head = printCbor(new Map([[1, algorithm]]));
  const proof = prove(printCbor([context, head, new Uint8Array(), claims]));
  const open = new Map([[4, new TextEncoder().encode(signing.keyId)]]);
  return printBase64url(
    printCbor({ tag: TAG_CWT, value: { tag, value: [head, open, claims, proof] } }),
  );
}

/** A text says why there is none. */
function readSigner(keyText: string): Signer | string {
  const signing = parseSigningKey(keyText);
  if (signing.kind === "failure") return signing.detail;
  const { jwk } = signing;
  if (jwk.kty === "oct") {
    const secret = Buffer.from(jwk.k, "base64url");
    return { signing, sign: (bytes) => createHmac("sha256", secret).update(bytes).digest() };
  }
  const key = readPrivateKey(keyText);
  if (key === null) return 'cannot sign: it needs its private part, "d"';
  return {
    signing,
    sign: (bytes) => sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }),
  };
}

function readPrivateKey(keyText: string): KeyObject | null {
  try {
    return createPrivateKey({ key: JSON.parse(keyText), format: "jwk" });
  } catch {
    return null;
  }
}
