// How long an answer may be reused: Cache-Control, Expires and heuristics (RFC 9111 sections 4.2,
// 5.2.2 and 5.3), with the odd spellings that origins really send.

import { notReused, PAST_MS, type Row, reused } from "../case.ts";

const LONG = "max-age=3600";
const CC = "RFC 9111 5.2.2.1";
const SHARED = "RFC 9111 5.2.2.10";
const EXPIRES = "RFC 9111 5.3";
const INVALID = "RFC 9111 4.2.1";
const past = { afterMs: PAST_MS };

export const FRESHNESS: readonly Row[] = [
  reused("max-age", CC, "MAY", { "cache-control": LONG }),
  notReused("max-age-over", CC, "MUST", { "cache-control": "max-age=1" }, past),
  notReused("max-age-zero", CC, "MUST", { "cache-control": "max-age=0" }),
  reused("s-maxage", SHARED, "MAY", { "cache-control": "s-maxage=3600" }),
  reused("s-maxage-before-max-age", SHARED, "MUST", {
    "cache-control": "s-maxage=3600, max-age=0",
  }),
  notReused("s-maxage-over", SHARED, "MUST", { "cache-control": "max-age=3600, s-maxage=1" }, past),
  notReused("s-maxage-zero", SHARED, "MUST", { "cache-control": "max-age=3600, s-maxage=0" }),
  reused("s-maxage-before-expires", SHARED, "MUST", {
    "cache-control": "s-maxage=3600",
    expires: "{now-60}",
  }),
  reused("expires", EXPIRES, "MAY", { expires: "{now+3600}" }),
  notReused("expires-past", EXPIRES, "MUST", { expires: "{now-3600}" }),
  notReused("expires-now", EXPIRES, "MUST", { expires: "{now}" }),
  notReused("expires-over", EXPIRES, "MUST", { expires: "{now+1}" }, { afterMs: PAST_MS + 400 }),
  notReused("expires-zero", EXPIRES, "MUST", { expires: "0" }),
  notReused("expires-minus-one", EXPIRES, "MUST", { expires: "-1" }),
  notReused("expires-words", EXPIRES, "MUST", { expires: "in a while" }),
  reused("expires-rfc850", "RFC 9110 5.6.7", "MUST", { expires: "Sunday, 06-Nov-44 08:49:37 GMT" }),
  reused("expires-asctime", "RFC 9110 5.6.7", "MUST", { expires: "Sun Nov  6 08:49:37 2044" }),
  reused("max-age-before-expires", EXPIRES, "MUST", {
    "cache-control": LONG,
    expires: "{now-3600}",
  }),
  notReused(
    "max-age-before-expires-over",
    EXPIRES,
    "MUST",
    { "cache-control": "max-age=1", expires: "{now+3600}" },
    past,
  ),
  reused("max-age-huge", "RFC 9111 1.2.2", "MUST", { "cache-control": "max-age=99999999999" }),
  reused("max-age-2-31", "RFC 9111 1.2.2", "MUST", { "cache-control": "max-age=2147483648" }),
  reused("max-age-quoted", "RFC 9111 5.2", "SHOULD", { "cache-control": 'max-age="3600"' }),
  reused("max-age-upper-case", "RFC 9111 5.2", "MUST", { "cache-control": "MAX-AGE=3600" }),
  reused("max-age-spaced", "RFC 9110 5.6.1", "MUST", {
    "cache-control": "  public ,, max-age=3600 ,",
  }),
  notReused("max-age-negative", INVALID, "SHOULD", { "cache-control": "max-age=-60" }),
  notReused("max-age-words", INVALID, "SHOULD", { "cache-control": "max-age=hour" }),
  notReused("max-age-fraction", INVALID, "SHOULD", { "cache-control": "max-age=1.5" }, past),
  notReused(
    "max-age-twice",
    INVALID,
    "SHOULD",
    { "cache-control": "max-age=1, max-age=3600" },
    past,
  ),
  notReused("max-age-empty", INVALID, "SHOULD", { "cache-control": "max-age=" }),
  reused("unknown-directive", "RFC 9111 5.2.3", "MUST", {
    "cache-control": 'max-age=3600, colour=blue, note="a, b"',
  }),
  reused("no-store-in-a-string", "RFC 9111 5.2", "MUST", {
    "cache-control": 'note="no-store, private", max-age=3600',
  }),
  reused("two-lines", "RFC 9110 5.3", "MUST", { "cache-control": ["public", LONG] }),
  notReused("no-store-in-line-two", "RFC 9110 5.3", "MUST", {
    "cache-control": [LONG, "no-store"],
  }),
  reused("pragma-of-an-answer", "RFC 9111 5.4", "MUST", {
    pragma: "no-cache",
    "cache-control": LONG,
  }),
  reused("immutable", "RFC 8246 2", "MAY", { "cache-control": `${LONG}, immutable` }),
  notReused(
    "immutable-over",
    "RFC 8246 2",
    "MUST",
    { "cache-control": "max-age=1, immutable" },
    past,
  ),
  reused("segment", CC, "MAY", { "cache-control": LONG }, { file: "segment" }),
  reused("init-section", CC, "MAY", { "cache-control": LONG }, { file: "init" }),
  reused("key-public", CC, "MAY", { "cache-control": LONG }, { file: "key" }),
  notReused("key-over", CC, "MUST", { "cache-control": "max-age=1" }, { file: "key", ...past }),
];
