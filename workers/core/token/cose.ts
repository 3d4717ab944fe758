// The envelope of a Common Access Token: COSE_Mac0 (tag 17) or COSE_Sign1 (tag 18), alone or within
// the tag of a CWT (61) (RFC 9052 sections 4.2 and 6.2; RFC 8392 section 6; spec section 8). For
// parse-token.ts. The signed bytes are not in the token: they are an array that is built here. Of
// the headers only alg and kid are known, alg must be protected, and anything else is refused. It
// does NOT read the claims.

import { parseBase64url } from "./base64url.ts";
import {
  type CborMap,
  type CborValue,
  isCborMap,
  isCborTag,
  parseCbor,
  printCborHead,
} from "./cbor.ts";
import type { EnvelopeReading, TokenAlgorithm } from "./envelope.ts";
import { toTokenRefusal } from "./refusal.ts";
import { parseUtf8, toLetterBytes } from "./utf8.ts";

const TAG_CWT = 61;
const LABEL_ALG = 1;
const LABEL_KID = 4;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;

interface Structure {
  readonly context: "MAC0" | "Signature1";
  readonly alg: number;
  readonly algorithm: TokenAlgorithm;
}

/** By COSE tag: what is signed, and the one algorithm that we take for it (RFC 9053). */
const STRUCTURES: ReadonlyMap<number, Structure> = new Map([
  [17, { context: "MAC0", alg: 5, algorithm: "HS256" }],
  [18, { context: "Signature1", alg: -7, algorithm: "ES256" }],
]);

/** Reads a token in base64url. */
export function parseCose(text: string): EnvelopeReading {
  const bytes = parseBase64url(text);
  const outer = bytes === null ? null : parseCbor(bytes);
  if (!isCborTag(outer)) return toTokenRefusal("malformed");
  const message = outer.tag === TAG_CWT ? outer.value : outer;
  if (!isCborTag(message)) return toTokenRefusal("malformed");
  const structure = STRUCTURES.get(message.tag);
  if (structure === undefined) return toTokenRefusal("unknown-algorithm");
  const { value } = message;
  if (!Array.isArray(value) || value.length !== 4) return toTokenRefusal("malformed");
  const [head, open, claims, proof] = value as readonly CborValue[];
  if (
    !(head instanceof Uint8Array && claims instanceof Uint8Array && proof instanceof Uint8Array)
  ) {
    return toTokenRefusal("malformed");
  }
  const shut = parseCbor(head);
  if (!isCborMap(shut) || !isCborMap(open)) return toTokenRefusal("malformed", "header");
  const labels = [...shut.keys(), ...[...open.keys()].filter((label) => label !== LABEL_KID)];
  if (labels.some((label) => label !== LABEL_ALG && label !== LABEL_KID) || open.has(LABEL_ALG)) {
    return toTokenRefusal("unknown-claim", "header");
  }
  if (shut.get(LABEL_ALG) !== structure.alg) return toTokenRefusal("unknown-algorithm");
  const keyId = toKeyId(shut, open);
  if (keyId === null) return toTokenRefusal("unknown-key", "kid");
  const { algorithm, context } = structure;
  const signed = printSigned(context, head, claims);
  return { kind: "envelope", format: "cat", algorithm, keyId, signed, proof, claims };
}

/** The key's name; null if it is missing, in both headers, or no text. */
function toKeyId(shut: CborMap, open: CborMap): string | null {
  if (shut.has(LABEL_KID) && open.has(LABEL_KID)) return null;
  const kid = shut.get(LABEL_KID) ?? open.get(LABEL_KID);
  // Bytes only (RFC 9052 section 3.1). Text would be a second spelling of the same name, in a
  // header that the signature need not cover: one changed bit, and the token would still open.
  const name = kid instanceof Uint8Array ? parseUtf8(kid) : null;
  return name === "" ? null : name;
}

/** The array [context, protected header, external data, claims] that COSE signs. */
function printSigned(context: string, head: Uint8Array, claims: Uint8Array): Uint8Array {
  const parts = [
    ...printCborHead(MAJOR_ARRAY, 4),
    ...printCborHead(MAJOR_TEXT, context.length),
    ...toLetterBytes(context),
    ...printCborHead(MAJOR_BYTES, head.length),
    ...head,
    ...printCborHead(MAJOR_BYTES, 0),
    ...printCborHead(MAJOR_BYTES, claims.length),
    ...claims,
  ];
  return Uint8Array.from(parts);
}
