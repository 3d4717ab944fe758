// Age and Date: how old a copy is, and what viewers are told of it (RFC 9111 sections 4.2.3 and
// 5.1; RFC 9110 section 6.6.1). Players of low-latency streams count on both.

import { notReused, PAST_MS, type Row, reused } from "../case.ts";

const AGE = "RFC 9111 5.1";
const CALC = "RFC 9111 4.2.3";
const LONG = { "cache-control": "max-age=3600" };

export const AGE_AND_DATE: readonly Row[] = [
  {
    name: "age-of-a-copy",
    section: AGE,
    level: "MUST",
    origin: [{ fields: LONG }],
    steps: [
      { want: { from: 1 } },
      { afterMs: PAST_MS, want: { from: 1, fields: { age: [2, 3] } } },
    ],
  },
  {
    name: "age-received",
    section: CALC,
    level: "MUST",
    origin: [{ fields: { ...LONG, age: "100" } }],
    steps: [
      { want: { from: 1 } },
      { afterMs: 1_100, want: { from: 1, fields: { age: [101, 103] } } },
    ],
  },
  {
    name: "age-received-on-a-miss",
    section: CALC,
    level: "MUST",
    origin: [{ fields: { ...LONG, age: "100" } }],
    steps: [{ want: { from: 1, fields: { age: [100, 102] } } }],
  },
  notReused(
    "age-uses-up-freshness",
    CALC,
    "MUST",
    { "cache-control": "max-age=60", age: "59" },
    { afterMs: PAST_MS },
  ),
  notReused("age-beyond-freshness", CALC, "MUST", { "cache-control": "max-age=60", age: "61" }),
  notReused("age-beyond-expires", CALC, "MUST", { expires: "{now+60}", age: "3600" }),
  reused("age-words", AGE, "SHOULD", { ...LONG, age: "old" }),
  reused("age-negative", AGE, "SHOULD", { ...LONG, age: "-7200" }),
  reused("age-fraction", AGE, "SHOULD", { ...LONG, age: "7200.5" }),
  reused("age-list-first", AGE, "SHOULD", { ...LONG, age: "0, 7200" }),
  notReused("age-list-first-old", AGE, "SHOULD", { ...LONG, age: "7200, 0" }),
  notReused("age-huge", "RFC 9111 1.2.2", "MUST", { ...LONG, age: "99999999999" }),
  notReused(
    "date-long-ago",
    CALC,
    "MUST",
    { ...LONG, date: "{now-7200}" },
    {
      notWeir:
        "an edge trusts no origin's clock: a lag of a minute would send every viewer of a live " +
        "stream to the origin; it counts from its own request (core/http/cache-control.ts)",
    },
  ),
  reused("date-ahead", CALC, "MUST", { ...LONG, date: "{now+7200}" }),
  reused("expires-by-the-origins-clock", "RFC 9111 4.2.1", "MUST", {
    date: "{now+7200}",
    expires: "{now+10800}",
  }),
  {
    name: "date-added",
    section: "RFC 9110 6.6.1",
    level: "MUST",
    origin: [{ fields: LONG, undated: true }],
    steps: [
      { want: { from: 1, fields: { date: /GMT$/ } } },
      { want: { from: 1, fields: { date: /GMT$/ } } },
    ],
  },
  {
    name: "age-and-max-age-downstream",
    section: "RFC 9111 4.2.3",
    level: "SHOULD",
    origin: [{ fields: { "cache-control": "max-age=60", age: "50" } }],
    // Whatever is printed, whoever reads it must not count more than the ten seconds left.
    steps: [
      {
        want: { from: 1, fields: { age: [50, 51], "cache-control": /max-age=(59|60|61)\b/ } },
      },
    ],
  },
];
