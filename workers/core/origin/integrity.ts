// What an origin says its bytes should hash to (design section 3, "Integrity"). For fills, which
// verify it before the last byte leaves. Two sources: Content-MD5 (RFC 1864), and the entity tag of
// an S3 object that was uploaded in one piece, which is its MD5 in hex (multipart uploads have a
// "-" and are no digest). Tags of plain HTTP origins are opaque, whatever they look like.
// It does NOT compute digests; platform/digest.ts does.

import type { Origin } from "../config/catalog.ts";

const MD5_HEX = /^"([0-9a-f]{32})"$/;
const MD5_BASE64 = /^[A-Za-z0-9+/]{22}==$/;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MD5_BYTES = 16;

/** MD5 of the whole body in lower-case hex, or null if the origin names none. */
export function toExpectedMd5(
  origin: Pick<Origin, "kind">,
  header: (name: string) => string | null,
): string | null {
  const told = header("content-md5")?.trim() ?? "";
  if (MD5_BASE64.test(told)) return toHex(told);
  if (origin.kind !== "s3") return null;
  // Encrypted with KMS or a customer's key, an object's tag is not the MD5 of what we read.
  const encryption = header("x-amz-server-side-encryption");
  const isOpaque =
    (encryption !== null && encryption !== "AES256") ||
    header("x-amz-server-side-encryption-customer-algorithm") !== null;
  return isOpaque ? null : (MD5_HEX.exec(header("etag") ?? "")?.[1] ?? null);
}

function toHex(base64: string): string {
  let bits = 0n;
  for (const letter of base64.slice(0, 22)) bits = bits * 64n + BigInt(ALPHABET.indexOf(letter));
  // 22 letters are 132 bits; the last four are padding.
  return (bits >> 4n).toString(16).padStart(MD5_BYTES * 2, "0");
}
