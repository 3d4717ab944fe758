// `[[issuers]]` of the catalog: whose tokens open channels. Beside catalog-schema.ts. The keys are
// named and never written, like all secrets; two of them at once is how keys are changed without a
// moment in which nobody can watch. The defaults forgive half a minute of clocks and let a running
// session go on for four hours.

import * as z from "zod";
import type { Issuer } from "./catalog.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ID_COMPLAINT =
  "must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit";
const KEY = /^[A-Z][A-Z0-9_]{0,62}$/;
const KEY_COMPLAINT =
  'must be the name of a secret in capitals, like "SHOP_1" for the secret WEIR_TOKEN_SHOP_1';
/** More would have to be searched for every token that names none of them. */
const KEYS_MAX = 8;
const REVOKED_MAX = 1_000;
const DAY_SECONDS = 86_400;

function words(complaint: string) {
  return z.string({ error: complaint }).min(1, complaint).max(256, complaint);
}

function seconds(max: number) {
  const complaint = `must be a whole number of seconds from 0 to ${max}`;
  return z.int({ error: complaint }).min(0, complaint).max(max, complaint);
}

const issuer = z.strictObject(
  {
    id: z.string({ error: ID_COMPLAINT }).regex(ID, ID_COMPLAINT),
    iss: words('must be the text of the claim iss, like "https://shop.example"').exactOptional(),
    audience: words('must be the text of the claim aud, like "weir"').exactOptional(),
    keys: z
      .array(z.string({ error: KEY_COMPLAINT }).regex(KEY, KEY_COMPLAINT), {
        error: 'must be a list of keys\' names, like ["SHOP_1", "SHOP_2"]',
      })
      .min(1, "must name at least one key")
      .max(KEYS_MAX, `must name at most ${KEYS_MAX} keys; take out those that sign no more`),
    skew_seconds: seconds(300).default(30),
    grace_seconds: seconds(DAY_SECONDS).default(4 * 3_600),
    revoked: z
      .array(words("must be a session's id: the token's jti, or its cti in hexadecimal digits"), {
        error: 'must be a list of sessions\' ids, like ["8f3a"]',
      })
      .max(REVOKED_MAX, `must hold at most ${REVOKED_MAX} sessions; change the key instead`)
      .default([]),
  },
  { error: "must be a table, written as [[issuers]]" },
);

export const ISSUERS = z.array(issuer, { error: "must be written as [[issuers]]" }).default([]);

export const ISSUER_KEYS: readonly string[] = Object.keys(issuer.shape);

/** The issuer as the workers use it. */
export function toIssuer(file: z.output<typeof issuer>): Issuer {
  return {
    id: file.id,
    iss: file.iss ?? null,
    audience: file.audience ?? null,
    keys: file.keys,
    skewSeconds: file.skew_seconds,
    graceSeconds: file.grace_seconds,
    revoked: file.revoked,
  };
}
