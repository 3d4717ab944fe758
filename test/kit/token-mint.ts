// Makes viewers' tokens for tests, by Web Crypto and nothing of the code under test: JSON Web
// Tokens and Common Access Tokens, right ones and wrong ones. Gaps against a real issuer: it writes
// what it is told, also what no standard allows; CBOR integers beyond 32 bits are not written;
// nobody guards its keys.

export interface MintKey {
  readonly kid: string;
  readonly alg: "HS256" | "ES256";
  readonly key: CryptoKey;
  /** The secret's text: a JSON Web Key. */
  readonly secret: string;
}

/** A key of 32 bytes that are all `seed`. */
export async function makeMacKey(kid: string, seed: number): Promise<MintKey> {
  const bytes = new Uint8Array(32).fill(seed);
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, how, false, ["sign"]);
  const secret = JSON.stringify({ kty: "oct", alg: "HS256", kid, k: toBase64url(bytes) });
  return { kid, alg: "HS256", key, secret };
}

/** A fresh pair on P-256. */
export async function makePairKey(kid: string): Promise<MintKey> {
  const how = { name: "ECDSA", namedCurve: "P-256" };
  const pair = (await crypto.subtle.generateKey(how, true, ["sign", "verify"])) as CryptoKeyPair;
  const { x, y } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  const secret = JSON.stringify({ kty: "EC", crv: "P-256", alg: "ES256", kid, x, y });
  return { kid, alg: "ES256", key: pair.privateKey, secret };
}

/** A JSON Web Token; `header` overrides or adds fields, undefined takes one out. */
export async function mintJwt(
  claims: Readonly<Record<string, unknown>> | string,
  key: MintKey,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const head = toBase64url(toBytes(JSON.stringify({ alg: key.alg, kid: key.kid, ...header })));
  const text = typeof claims === "string" ? claims : JSON.stringify(claims);
  const signed = `${head}.${toBase64url(toBytes(text))}`;
  return `${signed}.${toBase64url(await sign(toBytes(signed), key))}`;
}

/** Values as CBOR writes them: maps by label, tags as `{tag, value}`. */
export type Cbor =
  | number
  | string
  | Uint8Array
  | readonly Cbor[]
  | ReadonlyMap<number | string, Cbor>
  | { readonly tag: number; readonly value: Cbor };

/** A Common Access Token; `open` is the header that the signature does not cover. */
export async function mintCat(
  claims: ReadonlyMap<number | string, Cbor>,
  key: MintKey,
  open: ReadonlyMap<number | string, Cbor> = new Map([[4, toBytes(key.kid)]]),
): Promise<string> {
  const isMac = key.alg === "HS256";
  const head = printCbor(new Map([[1, isMac ? 5 : -7]]));
  const payload = printCbor(claims);
  const context = isMac ? "MAC0" : "Signature1";
  const proof = await sign(printCbor([context, head, new Uint8Array(), payload]), key);
  const message = { tag: isMac ? 17 : 18, value: [head, open, payload, proof] };
  return toBase64url(printCbor({ tag: 61, value: message }));
}

export function printCbor(value: Cbor): Uint8Array {
  return Uint8Array.from(toCborBytes(value));
}

function toCborBytes(value: Cbor): number[] {
  if (typeof value === "number")
    return printHead(value < 0 ? 1 : 0, value < 0 ? -1 - value : value);
  if (typeof value === "string") return [...printHead(3, toBytes(value).length), ...toBytes(value)];
  if (value instanceof Uint8Array) return [...printHead(2, value.length), ...value];
  if (Array.isArray(value)) return [...printHead(4, value.length), ...value.flatMap(toCborBytes)];
  if (value instanceof Map) {
    const pairs = [...value].flatMap(([label, each]) => [
      ...toCborBytes(label),
      ...toCborBytes(each),
    ]);
    return [...printHead(5, value.size), ...pairs];
  }
  const tagged = value as { readonly tag: number; readonly value: Cbor };
  return [...printHead(6, tagged.tag), ...toCborBytes(tagged.value)];
}

function printHead(major: number, size: number): number[] {
  const type = major << 5;
  if (size < 24) return [type | size];
  if (size < 256) return [type | 24, size];
  if (size < 65_536) return [type | 25, size >> 8, size & 255];
  return [type | 26, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];
}

async function sign(bytes: Uint8Array, { alg, key }: MintKey): Promise<Uint8Array> {
  const how = alg === "HS256" ? "HMAC" : { name: "ECDSA", hash: "SHA-256" };
  return new Uint8Array(await crypto.subtle.sign(how, key, bytes as Uint8Array<ArrayBuffer>));
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function toBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
