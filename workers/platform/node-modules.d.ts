// The few parts of Node's library that the runtime offers and this room uses; written out so that
// the rest of Node's types cannot be imported by accident.

declare module "node:crypto" {
  interface Hash {
    update(data: string | Uint8Array): Hash;
    digest(encoding: "base64" | "base64url" | "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hash;
  export function createHmac(algorithm: "sha256", key: string | Uint8Array): Hash;
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

declare module "node:zlib" {
  export function gzipSync(data: Uint8Array): Uint8Array<ArrayBuffer>;
  export function gunzipSync(data: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}
