// Keys of viewers' tokens from a worker's secrets, and the check of a signature on WebCrypto, whose
// comparison takes the same time for every wrong answer. A key is read and imported once per
// isolate; what is remembered is the finished key, never a promise that belongs to a request
// (ADR 0006). What is complained about names the secret, never its value.

import { createHash } from "node:crypto";
import type { TokenEnvelope } from "../core/token/envelope.ts";
import { parseSigningKey, type SigningKey } from "../core/token/signing-key.ts";

/** A key that can check. */
interface ReadyKey {
  readonly signing: SigningKey;
  readonly key: CryptoKey;
}

/** What a name leads to; a text says why to nothing. */
type KeyReading = ReadyKey | string;

export interface TokenKeys {
  /**
   * Whether one of the named keys made the envelope's proof; "unknown-key" if none of them has its
   * id and algorithm. `complain` hears of names that lead to no key.
   */
  check(
    envelope: TokenEnvelope,
    names: readonly string[],
    complain: (detail: string) => void,
  ): Promise<"genuine" | "bad-signature" | "unknown-key">;
}

/** Keys named K are in the secrets WEIR_TOKEN_K of `env`. */
export function makeTokenKeys(env: object): TokenKeys {
  const readings = new Map<string, KeyReading>();
  const read = async (name: string): Promise<KeyReading> => {
    const known = readings.get(name);
    if (known !== undefined) return known;
    const reading = await readKey(env, name);
    readings.set(name, reading);
    return reading;
  };
  return {
    async check(envelope, names, complain) {
      let answer: "bad-signature" | "unknown-key" = "unknown-key";
      for (const name of names) {
        const reading = await read(name);
        if (typeof reading === "string") {
          complain(reading);
          continue;
        }
        const { signing, key } = reading;
        const isNamed =
          signing.keyId === envelope.keyId && signing.algorithm === envelope.algorithm;
        if (!isNamed) continue;
        if (await isGenuine(envelope, key)) return "genuine";
        answer = "bad-signature";
      }
      return answer;
    },
  };
}

async function readKey(env: object, name: string): Promise<KeyReading> {
  const secret = `WEIR_TOKEN_${name}`;
  const text: unknown = Reflect.get(env, secret);
  if (typeof text !== "string" || text === "") {
    return `secret ${secret} is not set; use: wrangler secret put ${secret}`;
  }
  const signing = parseSigningKey(text);
  if (signing.kind === "failure") return `secret ${secret} ${signing.detail}`;
  const { algorithm, jwk } = signing;
  const how =
    algorithm === "HS256"
      ? { name: "HMAC", hash: "SHA-256" }
      : { name: "ECDSA", namedCurve: "P-256" };
  try {
    const key = await crypto.subtle.importKey("jwk", jwk, how, false, ["verify"]);
    return { signing, key };
  } catch {
    // A point that does not lie on the curve, for example.
    return `secret ${secret} holds no usable key`;
  }
}

function isGenuine({ algorithm, proof, signed }: TokenEnvelope, key: CryptoKey): Promise<boolean> {
  const how = algorithm === "HS256" ? "HMAC" : { name: "ECDSA", hash: "SHA-256" };
  return crypto.subtle.verify(how, key, proof, signed);
}

/** SHA-256 of a text in base64url, for tokens that name what they open by its digest. */
export function toSha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
