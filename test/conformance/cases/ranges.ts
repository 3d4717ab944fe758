// Ranges of files that are arriving (first request) and of copies (second) (RFC 9110 section 14,
// 13.1.5, 15.3.7 and 15.5.17; RFC 8673). A server may always answer with the whole file, but a part
// that it sends must be the right one and say so.

import { BODY_BYTES, type Fields, type Row, type Step, type Want } from "../case.ts";

const RANGE = "RFC 9110 14.2";
const PART = "RFC 9110 15.3.7";
const IF_RANGE = "RFC 9110 13.1.5";
const KEPT = { "cache-control": "max-age=3600", etag: '"v1"' };
const AT = "Sun, 06 Nov 2022 08:49:37 GMT";
const LAST = BODY_BYTES - 1;

const part = (start: number, end: number): Want => ({
  status: 206,
  from: 1,
  slice: [start, end],
  fields: {
    "content-range": `bytes ${start}-${end}/${BODY_BYTES}`,
    "content-length": String(end - start + 1),
  },
});
const WHOLE: Want = { from: 1, fields: { "content-range": null } };
const UNSATISFIABLE: Want = {
  status: 416,
  body: "any",
  fields: { "content-range": `bytes */${BODY_BYTES}` },
};

/** One Range, of a file on its way and of its copy. */
function both(name: string, section: string, level: Row["level"], range: string, want: Want): Row {
  const step: Step = { fields: { range }, want };
  // Whoever fetches a part of the origin for the first request has no whole copy for the second.
  const steps = [step, { afterMs: 150, ...step }];
  return { name, section, level, file: "segment", origin: [{ fields: KEPT }], steps };
}

/** A copy, then a request for a part of it. */
function ofCopy(
  name: string,
  section: string,
  level: Row["level"],
  fields: Fields,
  want: Want,
  origin: Fields = KEPT,
): Row {
  const steps = [{ want: { from: 1 } }, { fields, want: { asked: 1, ...want } }];
  return { name, section, level, file: "segment", origin: [{ fields: origin }], steps };
}

const FIRST_TEN = { range: "bytes=0-9" };

export const RANGES: readonly Row[] = [
  both("first-bytes", RANGE, "SHOULD", "bytes=0-9", part(0, 9)),
  both("one-byte", RANGE, "SHOULD", "bytes=5-5", part(5, 5)),
  both("middle", RANGE, "SHOULD", "bytes=700-1299", part(700, 1299)),
  both("to-the-end", "RFC 9110 14.1.2", "MAY", "bytes=1990-", part(1990, LAST)),
  both("whole-as-a-part", RANGE, "SHOULD", `bytes=0-${LAST}`, part(0, LAST)),
  both("suffix", "RFC 9110 14.1.2", "MAY", "bytes=-5", part(LAST - 4, LAST)),
  both("suffix-longer-than-file", "RFC 9110 14.1.2", "MUST", "bytes=-5000", {
    ...part(0, LAST),
    orStatus: [200],
  }),
  both("beyond-the-end", "RFC 9110 14.1.2", "MUST", "bytes=1990-5000", {
    ...part(1990, LAST),
    orStatus: [200],
  }),
  both("end-unknown", "RFC 8673 2", "MAY", "bytes=10-9007199254740991", part(10, LAST)),
  both("end-without-bounds", "RFC 9110 14.1.2", "MUST", "bytes=10-99999999999999999999", {
    ...part(10, LAST),
    orStatus: [200, 416],
  }),
  both("outside", "RFC 9110 15.5.17", "SHOULD", "bytes=2000-", UNSATISFIABLE),
  both("far-outside", "RFC 9110 15.5.17", "SHOULD", "bytes=5000-6000", UNSATISFIABLE),
  both("suffix-of-nothing", "RFC 9110 14.1.2", "SHOULD", "bytes=-0", UNSATISFIABLE),
  both("other-unit", RANGE, "MUST", "lines=0-9", WHOLE),
  both("backwards", RANGE, "MAY", "bytes=9-3", { ...WHOLE, orStatus: [400, 416] }),
  both("no-numbers", RANGE, "MAY", "bytes=-", { ...WHOLE, orStatus: [400, 416] }),
  both("words", RANGE, "MAY", "bytes=first-last", { ...WHOLE, orStatus: [400, 416] }),
  both("unit-upper-case", "RFC 9110 14.1", "MAY", "Bytes=0-9", part(0, 9)),
  both("several", RANGE, "MAY", "bytes=0-9,20-29", {
    ...WHOLE,
    orStatus: [206],
  }),
  both("very-many", RANGE, "SHOULD", `bytes=${"0-,".repeat(60)}0-`, {
    status: [200, 206, 416, 400],
    body: "any",
    // Sixty copies of the file for one request would be an attack.
    fields: { "content-length": [0, 2 * BODY_BYTES] },
  }),
  ofCopy("if-range-same", IF_RANGE, "SHOULD", { ...FIRST_TEN, "if-range": '"v1"' }, part(0, 9)),
  ofCopy("if-range-other", IF_RANGE, "MUST", { ...FIRST_TEN, "if-range": '"v2"' }, WHOLE),
  ofCopy("if-range-weak", IF_RANGE, "MUST", { ...FIRST_TEN, "if-range": 'W/"v1"' }, WHOLE),
  ofCopy(
    "if-range-of-a-weak-copy",
    IF_RANGE,
    "MUST",
    {
      ...FIRST_TEN,
      "if-range": 'W/"v1"',
    },
    WHOLE,
    { ...KEPT, etag: 'W/"v1"' },
  ),
  ofCopy(
    "if-range-older-date",
    IF_RANGE,
    "MUST",
    {
      ...FIRST_TEN,
      "if-range": "Sat, 05 Nov 2022 08:49:37 GMT",
    },
    WHOLE,
    { ...KEPT, "last-modified": AT },
  ),
  ofCopy(
    "if-range-later-date",
    IF_RANGE,
    "MUST",
    {
      ...FIRST_TEN,
      "if-range": "Mon, 07 Nov 2022 08:49:37 GMT",
    },
    WHOLE,
    { ...KEPT, "last-modified": AT },
  ),
  ofCopy("if-range-words", IF_RANGE, "MUST", { ...FIRST_TEN, "if-range": "perhaps" }, WHOLE),
  ofCopy("if-range-alone", IF_RANGE, "MUST", { "if-range": '"v1"' }, WHOLE),
  ofCopy(
    "condition-before-range",
    "RFC 9110 13.2.2",
    "MUST",
    {
      ...FIRST_TEN,
      "if-none-match": '"v1"',
    },
    { status: 304, body: "none" },
  ),
  ofCopy(
    "range-when-changed",
    "RFC 9110 13.2.2",
    "SHOULD",
    {
      ...FIRST_TEN,
      "if-none-match": '"v0"',
    },
    part(0, 9),
  ),
  ofCopy("part-carries-tag", PART, "MUST", FIRST_TEN, {
    ...part(0, 9),
    fields: { etag: '"v1"', date: /GMT$/, "cache-control": /max-age/ },
  }),
  ofCopy("part-carries-age", "RFC 9111 5.1", "MUST", FIRST_TEN, {
    ...part(0, 9),
    fields: { age: [0, 2] },
  }),
  ofCopy(
    "accept-ranges",
    "RFC 9110 14.3",
    "MAY",
    {},
    {
      from: 1,
      fields: { "accept-ranges": "bytes" },
    },
  ),
  {
    name: "part-first",
    section: "RFC 9111 3.3",
    level: "MUST",
    file: "segment",
    origin: [{ fields: KEPT }],
    steps: [
      { fields: FIRST_TEN, want: { status: [200, 206], body: "any" } },
      { afterMs: 150, want: { from: [1, 2] } },
    ],
  },
  {
    name: "parts-of-one-file",
    section: "RFC 9110 15.3.7.3",
    level: "MUST",
    file: "segment",
    origin: [{ fields: KEPT }],
    steps: [
      { fields: { range: "bytes=0-999" }, want: { ...part(0, 999), orStatus: [200] } },
      {
        afterMs: 150,
        fields: { range: "bytes=1000-1999" },
        want: { ...part(1000, 1999), orStatus: [200] },
      },
    ],
  },
  {
    name: "part-fills-the-whole",
    section: "RFC 9111 3.3",
    level: "MAY",
    file: "segment",
    origin: [{ fields: KEPT }],
    steps: [
      { fields: FIRST_TEN, want: { status: [200, 206], body: "any" } },
      {
        afterMs: 150,
        fields: { range: "bytes=1000-1009" },
        want: { ...part(1000, 1009), asked: 1 },
      },
    ],
  },
  {
    name: "range-of-an-empty-file",
    section: "RFC 9110 14.1.2",
    level: "MUST",
    file: "segment",
    origin: [{ fields: KEPT, bytes: 0 }],
    steps: [{ fields: FIRST_TEN, want: { status: [200, 416], body: "any" } }],
  },
  {
    name: "range-when-stale",
    section: "RFC 9111 4.2",
    level: "MUST",
    origin: [{ fields: { "cache-control": "max-age=1" } }, { fields: KEPT }],
    steps: [
      { want: { from: 1 } },
      { afterMs: 2_100, fields: FIRST_TEN, want: { ...part(0, 9), from: 2, orStatus: [200] } },
    ],
  },
];
