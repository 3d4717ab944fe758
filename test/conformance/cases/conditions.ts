// Conditions that viewers send, and what a cache makes of them (RFC 9110 sections 13 and 15.4.5;
// RFC 9111 section 4.3.2).

import type { Fields, FieldWant, Row, Want } from "../case.ts";

const NONE_MATCH = "RFC 9110 13.1.2";
const SINCE = "RFC 9110 13.1.3";
const ORDER = "RFC 9110 13.2.2";
const UNCHANGED = "RFC 9110 15.4.5";
const AT = "Sun, 06 Nov 2022 08:49:37 GMT";
const BOTH = { "cache-control": "max-age=3600", etag: '"v1"', "last-modified": AT };
const NOT_MODIFIED: Want = { status: 304, body: "none" };

/** A request with conditions, answered from a copy that the first request left behind. */
function asking(
  name: string,
  section: string,
  level: Row["level"],
  fields: Fields,
  want: Want,
  origin: Fields = BOTH,
): Row {
  const steps = [{ want: { from: 1 } }, { fields, want: { asked: 1, ...want } }];
  return { name, section, level, origin: [{ fields: origin }], steps };
}

const carries = (fields: Readonly<Record<string, FieldWant>>): Want => ({
  ...NOT_MODIFIED,
  fields,
});
const tag = (value: string) => ({ "if-none-match": value });
const since = (value: string) => ({ "if-modified-since": value });

export const CONDITIONS: readonly Row[] = [
  asking("none-match", NONE_MATCH, "SHOULD", tag('"v1"'), NOT_MODIFIED),
  asking("none-match-weak", NONE_MATCH, "MUST", tag('W/"v1"'), NOT_MODIFIED),
  asking("none-match-list", NONE_MATCH, "SHOULD", tag('"a", W/"b", "v1"'), NOT_MODIFIED),
  asking("none-match-comma-in-tag", NONE_MATCH, "SHOULD", tag('"a,b", "v1"'), NOT_MODIFIED),
  asking("none-match-any", NONE_MATCH, "SHOULD", tag("*"), NOT_MODIFIED),
  asking("none-match-other", NONE_MATCH, "MUST", tag('"v2"'), { from: 1 }),
  asking("none-match-prefix", "RFC 9110 8.8.3.2", "MUST", tag('"v"'), { from: 1 }),
  asking("none-match-case", "RFC 9110 8.8.3.2", "MUST", tag('"V1"'), { from: 1 }),
  asking("none-match-unquoted", "RFC 9110 8.8.3", "SHOULD", tag("v1"), { from: 1 }),
  asking("since-same", SINCE, "SHOULD", since(AT), NOT_MODIFIED),
  asking("since-later", SINCE, "SHOULD", since("{now}"), NOT_MODIFIED),
  asking("since-earlier", SINCE, "MUST", since("Sat, 05 Nov 2022 08:49:37 GMT"), { from: 1 }),
  asking("since-words", SINCE, "MUST", since("yesterday"), { from: 1 }),
  asking("since-rfc850", "RFC 9110 5.6.7", "MUST", since("Sunday, 06-Nov-22 08:49:37 GMT"), {
    ...NOT_MODIFIED,
  }),
  asking("since-asctime", "RFC 9110 5.6.7", "MUST", since("Sun Nov  6 08:49:37 2022"), {
    ...NOT_MODIFIED,
  }),
  asking(
    "since-without-last-modified",
    "RFC 9111 4.3.2",
    "SHOULD",
    since("{now+5}"),
    NOT_MODIFIED,
    { "cache-control": "max-age=3600" },
  ),
  asking("tag-before-date", ORDER, "MUST", { ...tag('"v2"'), ...since(AT) }, { from: 1 }),
  asking(
    "tag-before-old-date",
    ORDER,
    "MUST",
    {
      ...tag('"v1"'),
      ...since("Sat, 05 Nov 2022 08:49:37 GMT"),
    },
    NOT_MODIFIED,
  ),
  asking(
    "match-other",
    "RFC 9110 13.1.1",
    "MAY",
    { "if-match": '"v2"' },
    {
      from: 1,
      orStatus: [412],
      asked: [1, 2],
    },
  ),
  asking(
    "unmodified-since-earlier",
    "RFC 9110 13.1.4",
    "MAY",
    {
      "if-unmodified-since": "Sat, 05 Nov 2022 08:49:37 GMT",
    },
    { from: 1, orStatus: [412], asked: [1, 2] },
  ),
  asking("304-etag", UNCHANGED, "MUST", tag('"v1"'), carries({ etag: '"v1"' })),
  asking("304-date", UNCHANGED, "MUST", tag('"v1"'), carries({ date: /GMT$/ })),
  asking(
    "304-cache-control",
    UNCHANGED,
    "MUST",
    tag('"v1"'),
    carries({
      "cache-control": /max-age=\d+/,
    }),
  ),
  asking("304-age", "RFC 9111 5.1", "MUST", tag('"v1"'), carries({ age: [0, 2] })),
  asking("304-content-type", UNCHANGED, "SHOULD", tag('"v1"'), carries({ "content-type": null })),
  {
    name: "304-of-a-cold-copy",
    section: "RFC 9111 4.3.3",
    level: "MUST",
    origin: [{ fields: BOTH, unchanged: BOTH }],
    steps: [
      { fields: tag('"v1"'), want: { status: [200, 304], body: "any" } },
      { want: { from: [1, 2] } },
    ],
  },
  asking("weak-tag-matches", "RFC 9111 4.3.2", "SHOULD", tag('W/"v1"'), NOT_MODIFIED, {
    "cache-control": "max-age=3600",
    etag: 'W/"v1"',
  }),
  {
    name: "weak-tag-passes",
    section: "RFC 9110 8.8.3",
    level: "SHOULD",
    origin: [{ fields: { "cache-control": "max-age=3600", etag: 'W/"v1"' } }],
    steps: [{ want: { from: 1, fields: { etag: 'W/"v1"' } } }],
  },
  {
    name: "validators-pass",
    section: "RFC 9110 8.8",
    level: "SHOULD",
    origin: [{ fields: BOTH }],
    steps: [
      { want: { from: 1, fields: { etag: '"v1"', "last-modified": AT } } },
      { want: { from: 1, fields: { etag: '"v1"', "last-modified": AT } } },
    ],
  },
  {
    name: "tag-of-odd-letters",
    section: "RFC 9110 8.8.3",
    level: "SHOULD",
    origin: [{ fields: { ...BOTH, etag: '"a,b;c\\d!#/="' } }],
    steps: [
      { want: { from: 1, fields: { etag: '"a,b;c\\d!#/="' } } },
      { fields: tag('"a,b;c\\d!#/="'), want: { ...NOT_MODIFIED, asked: 1 } },
    ],
  },
  {
    name: "tag-empty",
    section: "RFC 9110 8.8.3",
    level: "SHOULD",
    origin: [{ fields: { ...BOTH, etag: '""' } }],
    steps: [
      { want: { from: 1 } },
      { fields: tag('""'), want: { status: [200, 304], body: "any" } },
    ],
  },
  {
    name: "tags-differ-with-bytes",
    section: "RFC 9110 8.8.1",
    level: "MUST",
    origin: [
      { fields: { "cache-control": "max-age=1", etag: '"v1"' } },
      { fields: { "cache-control": "max-age=3600", etag: '"v2"' } },
    ],
    steps: [
      { want: { from: 1, fields: { etag: '"v1"' } } },
      { afterMs: 2_100, fields: tag('"v1"'), want: { from: 2, fields: { etag: '"v2"' } } },
    ],
  },
  {
    name: "last-modified-invalid",
    section: "RFC 9110 8.8.2",
    level: "MUST",
    origin: [{ fields: { "cache-control": "max-age=3600", "last-modified": "last week" } }],
    steps: [{ want: { from: 1 } }, { fields: since(AT), want: { from: 1 } }],
  },
];
