// A key that signs viewers' tokens, as it stands in a secret: one JSON Web Key (RFC 7517) with a
// name and an algorithm. The key fixes the algorithm, never the token: a public key must not become
// the secret of a MAC. It does NOT import the key; the platform does.

import { parseBase64url } from "./base64url.ts";
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from "./envelope.ts";

export interface SigningKey {
  readonly kind: "signing-key";
  readonly keyId: string;
  readonly algorithm: TokenAlgorithm;
  /** What is needed to check, and nothing more: of a key pair only the public half. */
  readonly jwk:
    | { readonly kty: "oct"; readonly k: string }
    | { readonly kty: "EC"; readonly crv: "P-256"; readonly x: string; readonly y: string };
}

export interface SigningKeyFailure {
  readonly kind: "failure";
  /** To be read after the secret's name; never holds its value. */
  readonly detail: string;
}

/** RFC 7518 section 3.2: a MAC's key is at least as long as the MAC. */
const KEY_BYTES_MIN = 32;

/** Reads a secret's text. */
export function parseSigningKey(text: string): SigningKey | SigningKeyFailure {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("is not JSON");
  }
  if (typeof value !== "object" || value === null) return fail("is not a JSON Web Key");
  const field = (name: string): string => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === "string" ? found : "";
  };
  const keyId = field("kid");
  if (keyId === "") return fail('has no "kid"');
  const algorithm = TOKEN_ALGORITHMS.find((known) => known === field("alg"));
  if (algorithm === undefined) return fail('needs "alg" HS256 or ES256');
  if (algorithm === "HS256") {
    const bytes = parseBase64url(field("k"));
    if (field("kty") !== "oct" || bytes === null)
      return fail('needs "kty" oct and "k" in base64url');
    if (bytes.length < KEY_BYTES_MIN) return fail(`is shorter than ${KEY_BYTES_MIN} bytes`);
    return { kind: "signing-key", keyId, algorithm, jwk: { kty: "oct", k: field("k") } };
  }
  const [x, y] = [field("x"), field("y")];
  const isPoint = [x, y].every((part) => parseBase64url(part)?.length === 32);
  if (field("kty") !== "EC" || field("crv") !== "P-256" || !isPoint) {
    return fail('needs "kty" EC, "crv" P-256, "x" and "y"');
  }
  return { kind: "signing-key", keyId, algorithm, jwk: { kty: "EC", crv: "P-256", x, y } };
}

function fail(detail: string): SigningKeyFailure {
  return { kind: "failure", detail };
}
