// Which digest an origin promises: Content-MD5 everywhere, the tag only of whole S3 uploads.

import { expect, test } from "vitest";
import { toExpectedMd5 } from "../../../workers/core/origin/integrity.ts";

const EMPTY_HEX = "d41d8cd98f00b204e9800998ecf8427e";
const EMPTY_BASE64 = "1B2M2Y8AsgTpgAmY7PhCfg==";

test.each([
  ["Content-MD5 of HTTP", "http", { "content-md5": EMPTY_BASE64 }, EMPTY_HEX],
  ["Content-MD5 of S3", "s3", { "content-md5": EMPTY_BASE64 }, EMPTY_HEX],
  [
    "padding bits are no digits",
    "http",
    { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" },
    "0".repeat(32),
  ],
  ["hex in Content-MD5", "http", { "content-md5": EMPTY_HEX }, null],
  ["an S3 tag", "s3", { etag: `"${EMPTY_HEX}"` }, EMPTY_HEX],
  ["an S3 tag of parts", "s3", { etag: `"${EMPTY_HEX}-2"` }, null],
  ["a weak S3 tag", "s3", { etag: `W/"${EMPTY_HEX}"` }, null],
  ["a tag of HTTP that looks like one", "http", { etag: `"${EMPTY_HEX}"` }, null],
  [
    "S3's own encryption",
    "s3",
    { etag: `"${EMPTY_HEX}"`, "x-amz-server-side-encryption": "AES256" },
    EMPTY_HEX,
  ],
  [
    "a key service's",
    "s3",
    { etag: `"${EMPTY_HEX}"`, "x-amz-server-side-encryption": "aws:kms" },
    null,
  ],
  [
    "a customer's key",
    "s3",
    { etag: `"${EMPTY_HEX}"`, "x-amz-server-side-encryption-customer-algorithm": "AES256" },
    null,
  ],
  ["nothing", "s3", {}, null],
] as const)("%s", (_name, kind, headers, want) => {
  const header = (name: string) => (headers as Readonly<Record<string, string>>)[name] ?? null;
  expect(toExpectedMd5({ kind }, header)).toBe(want);
});
