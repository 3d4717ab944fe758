// What happens to a copy whose time is over: it is validated, replaced, or, where that is allowed,
// served stale (RFC 9111 sections 4.2.4, 4.3 and 5.2.2; RFC 5861).

import { type Fields, type OriginAnswer, PAST_MS, type Row } from "../case.ts";

const AT = "Sun, 06 Nov 2022 08:49:37 GMT";
const GENERATE = "RFC 9111 4.3.1";
const FRESHEN = "RFC 9111 4.3.4";
const STALE = "RFC 9111 4.2.4";
const IF_ERROR = "RFC 5861 4";
const WHILE = "RFC 5861 3";
const LONG = { "cache-control": "max-age=3600" };
const SHORT = { "cache-control": "max-age=1" };

/** A tagged file that is fresh for a second and then unchanged. */
const tagged = (unchanged: Fields): OriginAnswer => ({
  fields: { ...SHORT, etag: '"v1"' },
  unchanged,
});

/** A copy whose time is over, and an origin that fails. */
function failing(
  name: string,
  section: string,
  cacheControl: string,
  failure: OriginAnswer,
  isServed: boolean,
  afterMs = PAST_MS,
): Row {
  const stale = { from: 1 };
  const failed = { status: [404, 500, 502, 503, 504], body: "any" } as const;
  return {
    name,
    section,
    level: isServed ? "MAY" : "MUST",
    origin: [{ fields: { "cache-control": cacheControl } }, failure],
    steps: [{ want: { from: 1 } }, { afterMs, want: isServed ? stale : failed }],
  };
}

export const VALIDATION: readonly Row[] = [
  {
    name: "asks-with-the-tag",
    section: GENERATE,
    level: "SHOULD",
    origin: [tagged({ ...LONG, etag: '"v1"' })],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1, asked: 2, sent: { "if-none-match": /"v1"/ } } },
    ],
  },
  {
    name: "asks-with-the-date",
    section: GENERATE,
    level: "SHOULD",
    origin: [{ fields: { ...SHORT, "last-modified": AT }, unchanged: LONG }],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1, asked: 2, sent: { "if-modified-since": AT } } },
    ],
  },
  {
    name: "304-freshens",
    section: FRESHEN,
    level: "MUST",
    origin: [tagged({ ...LONG, etag: '"v1"' })],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1 } },
      {
        afterMs: 200,
        want: { from: 1, asked: 2, fields: { "cache-control": /max-age=3[56]\d\d\b/ } },
      },
    ],
  },
  {
    name: "304-resets-age",
    section: FRESHEN,
    level: "MUST",
    origin: [tagged({ ...LONG, etag: '"v1"' })],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1, fields: { age: [0, 1] } } },
      { afterMs: 200, want: { from: 1, fields: { age: [0, 1] } } },
    ],
    notPeers: "they may leave Age out of an answer that was just validated",
  },
  {
    name: "304-without-tag-freshens",
    section: FRESHEN,
    level: "MUST",
    origin: [tagged(LONG)],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1, fields: { etag: '"v1"' } } },
      { afterMs: 200, want: { from: 1, asked: 2, fields: { etag: '"v1"' } } },
    ],
  },
  {
    name: "304-updates-fields",
    section: "RFC 9111 3.2",
    level: "MUST",
    origin: [
      {
        fields: { ...SHORT, etag: '"v1"', "last-modified": AT },
        unchanged: { ...LONG, etag: '"v1"', "last-modified": "Mon, 07 Nov 2022 08:49:37 GMT" },
      },
    ],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1 } },
      {
        afterMs: 200,
        want: { from: 1, fields: { "last-modified": "Mon, 07 Nov 2022 08:49:37 GMT" } },
      },
    ],
  },
  {
    name: "200-replaces",
    section: "RFC 9111 4.3.3",
    level: "MUST",
    origin: [{ fields: { ...SHORT, etag: '"v1"' } }, { fields: { ...LONG, etag: '"v2"' } }],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 2 } },
      { want: { from: 2, asked: 2, fields: { etag: '"v2"' } } },
    ],
  },
  {
    name: "viewer-tag-of-a-stale-copy",
    section: "RFC 9111 4.3.2",
    level: "MAY",
    origin: [tagged({ ...LONG, etag: '"v1"' })],
    steps: [
      { want: { from: 1 } },
      {
        afterMs: PAST_MS,
        fields: { "if-none-match": '"v1"' },
        want: { status: 304, body: "none", asked: 2 },
      },
    ],
  },
  {
    name: "no-cache-is-validated",
    section: "RFC 9111 5.2.2.4",
    level: "MUST",
    origin: [
      {
        fields: { "cache-control": "no-cache", etag: '"v1"' },
        unchanged: { "cache-control": "no-cache", etag: '"v1"' },
      },
    ],
    steps: [{ want: { from: 1 } }, { want: { from: [1, 2], asked: 2 } }],
  },
  failing(
    "must-revalidate-refused",
    "RFC 9111 5.2.2.2",
    "max-age=1, must-revalidate",
    {
      reset: true,
    },
    false,
  ),
  failing(
    "must-revalidate-500",
    "RFC 9111 5.2.2.2",
    "max-age=1, must-revalidate",
    {
      status: 500,
    },
    false,
  ),
  failing(
    "must-revalidate-before-if-error",
    "RFC 9111 5.2.2.2",
    "max-age=1, must-revalidate, stale-if-error=60",
    { status: 503 },
    false,
  ),
  failing(
    "proxy-revalidate-500",
    "RFC 9111 5.2.2.8",
    "max-age=1, proxy-revalidate",
    {
      status: 500,
    },
    false,
  ),
  failing("s-maxage-500", "RFC 9111 5.2.2.10", "s-maxage=1", { status: 500 }, false),
  failing(
    "s-maxage-before-if-error",
    "RFC 9111 5.2.2.10",
    "s-maxage=1, stale-if-error=60",
    {
      status: 500,
    },
    false,
  ),
  failing("no-cache-500", "RFC 9111 5.2.2.4", "no-cache", { status: 500 }, false),
  failing("unstated-500", STALE, "max-age=1", { status: 500 }, false),
  ...[500, 502, 503, 504].map((status) =>
    failing(`if-error-${status}`, IF_ERROR, "max-age=1, stale-if-error=60", { status }, true),
  ),
  failing("if-error-reset", IF_ERROR, "max-age=1, stale-if-error=60", { reset: true }, true),
  failing(
    "if-error-malformed",
    IF_ERROR,
    "max-age=1, stale-if-error=60",
    {
      raw: "what is this\r\n\r\n",
    },
    true,
  ),
  failing("if-error-over", IF_ERROR, "max-age=1, stale-if-error=1", { status: 500 }, false, 3_200),
  failing("if-error-zero", IF_ERROR, "max-age=1, stale-if-error=0", { status: 500 }, false),
  {
    name: "if-error-not-for-404",
    section: IF_ERROR,
    level: "MUST",
    origin: [{ fields: { "cache-control": "max-age=1, stale-if-error=60" } }, { status: 404 }],
    steps: [{ want: { from: 1 } }, { afterMs: PAST_MS, want: { status: 404, body: "any" } }],
  },
  {
    name: "while-revalidate",
    section: WHILE,
    level: "MAY",
    origin: [
      { fields: { "cache-control": "max-age=1, stale-while-revalidate=60" } },
      { fields: LONG, delayMs: 100 },
    ],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1 } },
      { afterMs: 700, want: { from: 2, asked: 2 } },
    ],
  },
  {
    name: "while-revalidate-says-its-age",
    section: "RFC 9111 5.1",
    level: "MUST",
    origin: [
      { fields: { "cache-control": "max-age=1, stale-while-revalidate=60" } },
      { fields: LONG, delayMs: 100 },
    ],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1, fields: { age: [2, 4] } } },
    ],
  },
  {
    name: "while-revalidate-over",
    section: WHILE,
    level: "MUST",
    origin: [
      { fields: { "cache-control": "max-age=1, stale-while-revalidate=1" } },
      { fields: LONG },
    ],
    steps: [{ want: { from: 1 } }, { afterMs: 3_200, want: { from: 2 } }],
  },
  {
    name: "while-revalidate-and-must",
    section: "RFC 9111 5.2.2.2",
    level: "MUST",
    origin: [
      { fields: { "cache-control": "max-age=1, must-revalidate, stale-while-revalidate=60" } },
      { fields: LONG },
    ],
    steps: [{ want: { from: 1 } }, { afterMs: PAST_MS, want: { from: 2 } }],
  },
];
